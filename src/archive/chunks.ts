import { HoldallError } from '../errors/holdall-error.js'
import type { RowBatch } from '../rows/row-batch.js'
import { ROW_LIMIT } from './limits.js'
import { countRows, NEWLINE } from './row-chunk.js'

/** Rows that make one member: pieces to be written one after the other. */
export interface Chunk {
  readonly pieces: readonly Buffer[]
  readonly bytes: number
  readonly rows: number
}

/**
 * Gathers batches into chunks of at most `limit` bytes; a single row that is longer makes a chunk of its own.
 * @throws VALUE_UNWRITABLE for a row over the limit of rows
 */
export async function* chunks(batches: AsyncIterable<RowBatch>, limit: number): AsyncGenerator<Chunk> {
  let pieces: Buffer[] = []
  let bytes = 0
  let rows = 0
  for await (const batch of batches) {
    for (const part of batch.bytes.length > limit ? split(batch, limit) : [batch]) {
      if (bytes > 0 && bytes + part.bytes.length > limit) {
        yield { pieces, bytes, rows }
        pieces = []
        bytes = 0
        rows = 0
      }
      if (part.bytes.length === 0) continue
      if (part.bytes.at(-1) !== NEWLINE) throw new HoldallError('INTERNAL', { message: 'a batch of rows does not end with its last row' })
      pieces.push(part.bytes)
      bytes += part.bytes.length
      rows += part.rows
    }
  }
  if (bytes > 0) yield { pieces, bytes, rows }
}

/** A long batch in parts that each fit, or are one row. */
function* split({ bytes }: RowBatch, limit: number): Generator<RowBatch> {
  for (let start = 0; start < bytes.length;) {
    const newline = start + limit >= bytes.length ? bytes.length - 1 : bytes.lastIndexOf(NEWLINE, start + limit - 1)
    const end = newline >= start ? newline + 1 : endOfRow(bytes, start + limit)
    const part = bytes.subarray(start, end)
    const rows = countRows(part)
    if (part.length > ROW_LIMIT) throw new HoldallError('VALUE_UNWRITABLE', { message: `a row is longer than ${ROW_LIMIT} bytes` })
    yield { bytes: part, rows }
    start = end
  }
}

function endOfRow(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(NEWLINE, from)
  return newline < 0 ? bytes.length : newline + 1
}
