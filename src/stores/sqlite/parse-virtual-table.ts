import { TokenCursor } from './token-cursor.js'

export interface ParsedVirtualTable {
  /** In lower case: `fts5`. */
  readonly module: string
  /** `key = value` arguments, keys in lower case, values without their quotes; the others are columns. */
  readonly options: ReadonlyMap<string, string>
}

/** Reads `CREATE VIRTUAL TABLE name USING module(arguments)`. @throws UnparsableSql */
export function parseVirtualTable(text: string): ParsedVirtualTable {
  const cursor = new TokenCursor(text)
  cursor.expectWords('CREATE', 'VIRTUAL', 'TABLE')
  cursor.takeWords('IF', 'NOT', 'EXISTS')
  cursor.name()
  if (cursor.takeSymbol('.')) cursor.name()
  cursor.expectWords('USING')
  const module = cursor.name().toLowerCase()
  const options = new Map<string, string>()
  if (!cursor.takeSymbol('(')) return { module, options }
  const end = (): boolean => cursor.atSymbol(',') || cursor.atSymbol(')')
  do {
    const key = cursor.peek()
    if (key === null) break
    if (!end()) cursor.next()
    if (cursor.takeSymbol('=')) {
      const first = cursor.peek()
      const last = cursor.skipTo(end)
      if (first !== null && last !== null) options.set(key.value.toLowerCase(), first === last ? first.value : text.slice(first.start, last.end))
    } else cursor.skipTo(end)
  } while (cursor.takeSymbol(','))
  return { module, options }
}
