import { ROW_LIMIT } from '../archive/limits.js'
import { GrowingBuffer } from '../rows/growing-buffer.js'
import { BATCH_BYTES, type RowBatch } from '../rows/row-batch.js'
import { appendByte, appendBytes } from './append-bytes.js'
import { canonicalRowEnd } from './canonical-row-end.js'
import type { DocumentCursor } from './document-cursor.js'
import { JsonFault, showByte } from './json-fault.js'
import { INCOMPLETE, OTHERWISE, skipBlanks } from './json-scanner.js'
import { rewriteObject } from './rewrite-object.js'
import { rewriteOrderedRow } from './rewrite-ordered-row.js'
import type { ObjectShape } from './value-shape.js'

const COMMA = 0x2c
const NEWLINE = 0x0a
const OPEN_BRACE = 0x7b
const CLOSE_BRACKET = 0x5d

/** What may come next in a table's array. */
type Awaits = 'first' | 'separator' | 'row'

/**
 * The rows of one table as canonical lines, from behind the array's opening bracket to behind its closing one.
 * @throws DOCUMENT_INVALID with table, row and byte
 */
export async function* documentRows(cursor: DocumentCursor, table: string, shape: ObjectShape): AsyncGenerator<RowBatch> {
  const state: { awaits: Awaits; rows: number } = { awaits: 'first', rows: 0 }
  for (let ended = false; !ended; ) {
    const out = new GrowingBuffer(BATCH_BYTES + (BATCH_BYTES >> 2))
    const before = state.rows
    for (;;) {
      const stop = readRows(cursor, table, shape, state, out)
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
function readRows(cursor: DocumentCursor, table: string, shape: ObjectShape, state: { awaits: Awaits; rows: number }, out: GrowingBuffer): 'end' | 'full' | 'starved' {
  const quick = shape.flat && shape.names.length > 0
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
      let end = quick ? canonicalRowEnd(cursor, at, shape) : OTHERWISE
      if (end >= 0) appendBytes(out, cursor.bytes, at, end)
      if (end === OTHERWISE && quick) end = rewriteOrderedRow(cursor, at, shape, out)
      if (end === OTHERWISE) end = rewriteObject(cursor, at, shape, out)
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
    throw cursor.fault(error.at, error.message, { table, row: state.rows + 1 })
  }
}
