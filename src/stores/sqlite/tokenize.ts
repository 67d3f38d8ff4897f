export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'blob' | 'variable' | 'symbol'

export interface Token {
  readonly kind: TokenKind
  /** An identifier or string without its quotes; everything else as it stands. */
  readonly value: string
  /** Where it stands in the text: `[start, end)`. */
  readonly start: number
  readonly end: number
}

const RULES: readonly (readonly [TokenKind | 'skip', RegExp])[] = [
  ['skip', /[\t\n\f\r \ufeff]+/y],
  ['skip', /--[^\n]*/y],
  ['skip', /\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)/y],
  ['blob', /[xX]'[0-9a-fA-F]*'/y],
  ['string', /'(?:[^']|'')*'/y],
  ['quoted', /"(?:[^"]|"")*"/y],
  ['quoted', /`(?:[^`]|``)*`/y],
  ['quoted', /\[[^\]]*\]/y],
  ['number', /0[xX][0-9a-fA-F_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?/y],
  ['word', /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ['variable', /\?[0-9]*|[:@$#][\w$:\u0080-\uffff]+/y],
  ['symbol', /->>|->|\|\||<<|>>|<=|>=|<>|==|!=|[^]/y],
]

/**
 * The tokens of SQL text by SQLite's own rules (tokenize.c): four ways to quote, both kinds of comment, anything
 * above U+007F being a letter. A character that is none of SQLite's becomes a symbol: arguments of virtual tables
 * may hold anything.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const found = match(text, at)
    if (found.kind !== 'skip') tokens.push({ kind: found.kind, value: unquote(found.kind, found.raw), start: at, end: at + found.raw.length })
    at += found.raw.length
  }
  return tokens
}

function match(text: string, at: number): { kind: TokenKind | 'skip'; raw: string } {
  for (const [kind, rule] of RULES) {
    rule.lastIndex = at
    const raw = rule.exec(text)?.[0]
    if (raw !== undefined) return { kind, raw }
  }
  return { kind: 'symbol', raw: text.charAt(at) }
}

function unquote(kind: TokenKind | 'skip', raw: string): string {
  if (kind !== 'quoted' && kind !== 'string') return raw
  const quote = raw.charAt(0)
  const inner = raw.slice(1, -1)
  return quote === '[' ? inner : inner.replaceAll(quote + quote, quote)
}
