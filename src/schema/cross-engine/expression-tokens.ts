import type { Engine } from '../schema.js'

export type TokenKind = 'word' | 'name' | 'string' | 'number' | 'blob' | 'symbol'

export interface Token {
  readonly kind: TokenKind
  /** Words in lower case; names, strings and blobs without quotes. */
  readonly text: string
  /** A word as it was written. */
  readonly raw: string
}

const SYMBOL = String.raw`\|\||::|<>|!=|<=|>=|==|[-+*/%=<>(),.[\]]`
const COMMON = String.raw`(?<space>\s+)|(?<string>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*")|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w$])|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<symbol>${SYMBOL})`
const SQLITE = new RegExp(String.raw`(?<blob>[xX]'(?:[0-9a-fA-F]{2})*')|(?<other>${'`(?:[^`]|``)*`'}|\[[^\]]*\])|${COMMON}`, 'uy')
/** No `E'…'`, dollar quotes or operators beyond the core: a printed expression that has them is not carried. */
const POSTGRESQL = new RegExp(String.raw`(?<blob>(?!))(?<other>(?!))|(?![eEbBxXnNuU]&?')(?:${COMMON})`, 'uy')

/** Null when the text holds anything beyond the safe core that both engines share. */
export function expressionTokens(text: string, engine: Engine): readonly Token[] | null {
  const pattern = engine === 'sqlite' ? SQLITE : POSTGRESQL
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    pattern.lastIndex = at
    const groups = pattern.exec(text)?.groups
    if (groups === undefined) return null
    at = pattern.lastIndex
    if (groups['space'] === undefined) tokens.push(token(groups))
  }
  return tokens
}

function token(groups: Readonly<Record<string, string | undefined>>): Token {
  const make = (kind: TokenKind, text: string, raw = text): Token => ({ kind, text, raw })
  const { string, name, number, word, symbol, blob, other } = groups
  if (string !== undefined) return make('string', string.slice(1, -1).replaceAll("''", "'"))
  if (name !== undefined) return make('name', name.slice(1, -1).replaceAll('""', '"'))
  if (other !== undefined) return make('name', other.startsWith('[') ? other.slice(1, -1) : other.slice(1, -1).replaceAll('``', '`'))
  if (blob !== undefined) return make('blob', blob.slice(2, -1).toLowerCase())
  if (number !== undefined) return make('number', number)
  if (word !== undefined) return make('word', word.toLowerCase(), word)
  return make('symbol', symbol ?? '')
}
