import type { DocumentCursor } from './document-cursor.js'
import { showByte, showName } from './json-fault.js'

const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const NULL = 0x6e

/**
 * The tables of a plain document behind its metadata, in its order. The cursor stands behind the bracket of the table's array, and must
 * stand behind the closing one before the next table is asked for. Groups and tables that are null are passed over.
 * Ends when the document has been read to its end. @throws DOCUMENT_INVALID
 */
export async function* plainTables(cursor: DocumentCursor): AsyncGenerator<string> {
  const seen = new Set<string>()
  while (await cursor.nextMember('the document')) {
    const group = await cursor.key('the document')
    if (!(await opens(cursor, OPEN_BRACE, `group ${showName(group)}`))) continue
    if ((await cursor.peek('a group')) === CLOSE_BRACE) {
      cursor.advance(cursor.at + 1)
      continue
    }
    do {
      const table = await cursor.key('a group')
      if (seen.has(table)) throw cursor.fault(cursor.at, `table ${showName(table)} is there twice`)
      seen.add(table)
      if (await opens(cursor, OPEN_BRACKET, `table ${showName(table)}`)) yield table
    } while (await cursor.nextMember('a group'))
  }
  if ((await cursor.peek('the document')) !== undefined) throw cursor.fault(cursor.at, 'something follows the end of the document')
}

/** Consumes the bracket that the value begins with (true), or null (false). */
async function opens(cursor: DocumentCursor, bracket: number, what: string): Promise<boolean> {
  const byte = await cursor.peek(what)
  if (byte === NULL && (await cursor.value(what)) === null) return false
  if (byte === undefined) await cursor.more(what, 1)
  if (byte !== bracket) throw cursor.fault(cursor.at, `${what} is neither null nor ${bracket === OPEN_BRACE ? 'an object' : 'an array'}: it begins with ${showByte(byte ?? 0)}`)
  cursor.advance(cursor.at + 1)
  return true
}
