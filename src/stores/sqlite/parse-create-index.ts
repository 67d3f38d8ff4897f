import { TokenCursor } from './token-cursor.js'

/** What a CREATE INDEX says and no PRAGMA tells: the text of its parts (columns too) and of its condition. */
export interface ParsedIndex {
  /** Each without its ASC or DESC. */
  readonly parts: readonly string[]
  readonly condition: string | null
}

/** @throws UnparsableSql */
export function parseCreateIndex(text: string): ParsedIndex {
  const cursor = new TokenCursor(text)
  cursor.skipTo(() => cursor.atSymbol('('))
  cursor.expectSymbol('(')
  const parts: string[] = []
  do parts.push(part(cursor))
  while (cursor.takeSymbol(','))
  cursor.expectSymbol(')')
  if (!cursor.takeWords('WHERE')) return { parts, condition: null }
  const first = cursor.peek()
  const last = cursor.skipTo(() => cursor.atSymbol(';'))
  return { parts, condition: first === null || last === null ? null : text.slice(first.start, last.end) }
}

function part(cursor: TokenCursor): string {
  const end = (ahead: number): boolean => {
    const token = cursor.peek(ahead)
    return token?.kind === 'symbol' && (token.value === ',' || token.value === ')')
  }
  const first = cursor.peek()
  const last = cursor.skipTo(() => end(0) || ((cursor.atWords('ASC') || cursor.atWords('DESC')) && end(1)))
  if (!cursor.takeWords('ASC')) cursor.takeWords('DESC')
  return first === null || last === null ? '' : cursor.text.slice(first.start, last.end)
}
