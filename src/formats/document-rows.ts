import { ROW_LIMIT } from '../archive/limits.js'
import { GrowingBuffer } from '../rows/growing-buffer.js'
import { BATCH_BYTES, type RowBatch } from '../rows/row-batch.js'
import { appendByte } from './append-bytes.js'
import type { DocumentCursor } from './document-cursor.js'
import { JsonFault, showByte } from './json-fault.js'
import { INCOMPLETE, skipBlanks, type JsonText } from './json-scanner.js'

const COMMA = 0x2c
const NEWLINE = 0x0a
const OPEN_BRACE = 0x7b
const CLOSE_BRACKET = 0x5d

/**
 * Writes the row whose brace is at `at` behind `out` in canonical form, and returns where it ends; INCOMPLETE with nothing
 * written when it is not all there. @throws JsonFault
 */
export type RowRewriter = (text: JsonText, at: number, out: GrowingBuffer) => number

/** What may come next in a table's array. */
type Awaits = 'first' | 'separator' | 'row'

/**
 * The rows of one table as canonical lines, from behind the array's opening bracket to behind its closing one.
 * @throws DOCUMENT_INVALID with table, row and byte
 */
export async function* documentRows(cursor: DocumentCursor, table: string, rewrite: RowRewriter): AsyncGenerator<RowBatch> {
  const state: { awaits: Awaits; rows: number } = { awaits: 'first', rows: 0 }
  for (let ended = false; !ended; ) {
    const out = new GrowingBuffer(BATCH_BYTES + (BATCH_BYTES >> 2))
    const before = state.rows
    for (;;) {
      const stop = readRows(cursor, table, rewrite, state, out)
      ended = stop === 'end'
      if (stop !== 'starved') break
      cursor.place = { table, row: state.rows + 1 }
      await cursor.more('a row', ROW_LIMIT)
    }
    if (out.length > 0) yield { bytes: out.bytes.subarray(0, out.length), rows: state.rows - before }
  }
  cursor.place = {}
}

/** Reads until the array ends, the batch is full, or the bytes at hand are used up. */
function readRows(cursor: DocumentCursor, table: string, rewrite: RowRewriter, state: { awaits: Awaits; rows: number }, out: GrowingBuffer): 'end' | 'full' | 'starved' {
  try {
    for (;;) {
      const at = skipBlanks(cursor, cursor.at)
      cursor.advance(at)
      const byte = cursor.bytes[at]
      if (byte === undefined) return 'starved'
      if (byte === CLOSE_BRACKET && state.awaits !== 'row') {
        cursor.advance(at + 1)
        return 'end'
      }
      if (state.awaits === 'separator') {
        if (byte !== COMMA) throw new JsonFault(at, `a comma or ']' is expected, not ${showByte(byte)}`)
        cursor.advance(at + 1)
        state.awaits = 'row'
        continue
      }
      if (byte !== OPEN_BRACE) throw new JsonFault(at, `a row is expected, not ${showByte(byte)}`)
      const end = rewrite(cursor, at, out)
      if (end === INCOMPLETE) return 'starved'
      appendByte(out, NEWLINE)
      if (end - at > ROW_LIMIT) throw new JsonFault(at, `more than ${ROW_LIMIT} bytes in a row`)
      cursor.advance(end)
      state.rows += 1
      state.awaits = 'separator'
      if (out.length >= BATCH_BYTES) return 'full'
    }
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    throw cursor.fault(error.at, error.message, { table, row: state.rows + 1, ...(error.column === null ? {} : { column: error.column }) })
  }
}
