import { HoldallError } from '../errors/holdall-error.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { EntryBytes, EntryMemory } from './entry-memory.js'
import { ROW_LIMIT } from './limits.js'
import { countRows, NEWLINE } from './row-chunk.js'
import { TAR_BLOCK } from './tar-header.js'

/** Rows that make one member. */
export interface Chunk extends EntryBytes {
  readonly rows: number
}

/**
 * Gathers batches into chunks of at most `limit` bytes, each in memory that whoever takes it gives back; a single row that is
 * longer makes a chunk of its own.
 * @throws VALUE_UNWRITABLE for a row over the limit of rows
 */
export async function* chunks(batches: AsyncIterable<RowBatch>, limit: number, entries: EntryMemory): AsyncGenerator<Chunk> {
  let memory: Buffer | null = null
  let bytes = 0
  let rows = 0
  for await (const batch of batches) {
    for (const part of batch.bytes.length > limit ? split(batch, limit) : [batch]) {
      if (memory !== null && bytes + part.bytes.length > limit) {
        yield { memory, bytes, rows }
        memory = null
        bytes = 0
        rows = 0
      }
      if (part.bytes.length === 0) continue
      if (part.bytes.at(-1) !== NEWLINE) throw new HoldallError('INTERNAL', { message: 'a batch of rows does not end with its last row' })
      memory ??= entries.take(Math.max(limit, part.bytes.length))
      part.bytes.copy(memory, TAR_BLOCK + bytes)
      bytes += part.bytes.length
      rows += part.rows
    }
  }
  if (memory !== null) yield { memory, bytes, rows }
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
