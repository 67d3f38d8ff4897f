import { isUtf8 } from 'node:buffer'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { BATCH_BYTES, type RowBatch } from '../../rows/row-batch.js'
import { sql } from '../sql.js'
import type { EncodingMode } from './encode-row.js'
import { rowError } from './row-error.js'
import type { RowOrder } from './row-order.js'
import type { TableRead } from './table-read.js'
import { throwIfInterrupted } from '../../errors/interrupted.js'

/** Milliseconds after which other work gets its turn, batch or no batch. */
const TURN = 10

/**
 * Rows of tables that cannot be entered in the middle, one after the other. Text that is not valid UTF-8 is rare: the
 * first such row starts the scan again behind the rows already given, checking each value from there on.
 */
export async function* readScan(read: TableRead, order: RowOrder & { kind: 'scan' }): AsyncGenerator<RowBatch> {
  const prepare = (mode: EncodingMode): Iterator<Buffer | string | null> => {
    const where = read.keys === null ? sql`` : sql`WHERE ${read.keys.condition}`
    const statement = sql`SELECT ${read.output(read.line(mode))} FROM ${order.from} ${where} ${order.orderBy} LIMIT -1 OFFSET ?`
    return read.reader.db.prepare<unknown[], Buffer | string | null>(statement.text).pluck().iterate(...(read.keys?.values ?? []), scanned)
  }
  let scanned = 0
  let mode = read.mode
  let rows = prepare(mode)
  let lines: Buffer[] = []
  let size = 0
  let turn = Date.now()
  try {
    for (;;) {
      const { done, value } = next(rows, read, order, scanned)
      if (done) break
      const line = typeof value === 'string' ? Buffer.from(value) : value
      if (line !== null && mode === 'trusting' && !isUtf8(line)) {
        rows.return?.()
        mode = 'checking'
        rows = prepare(mode)
        continue
      }
      scanned += 1
      if (line !== null) {
        lines.push(line)
        size += line.length
      }
      if (size >= BATCH_BYTES) {
        yield { bytes: Buffer.concat(lines, size), rows: lines.length }
        lines = []
        size = 0
      } else if (Date.now() - turn < TURN) continue
      await nextTurn()
      throwIfInterrupted(read.signal)
      turn = Date.now()
    }
    if (lines.length > 0) yield { bytes: Buffer.concat(lines, size), rows: lines.length }
  } finally {
    rows.return?.()
  }
}

function next(rows: Iterator<Buffer | string | null>, read: TableRead, order: RowOrder & { kind: 'scan' }, scanned: number): { done: boolean; value: Buffer | string | null } {
  try {
    const result = rows.next()
    return result.done === true ? { done: true, value: null } : { done: false, value: result.value }
  } catch (error) {
    throw rowError(error, read, scanned, sql`${read.keys?.condition ?? sql`true`} ${order.orderBy} LIMIT 1 OFFSET ${scanned}`)
  }
}
