import { BATCH_BYTES, type RowBatch } from '../rows/row-batch.js'
import { linesOf } from '../rows/split-row.js'

const NEWLINE = Buffer.from('\n')

/** The rows of a table whose numbers are given, counted from 1 and ascending, as they are. */
export async function* pickRows(batches: AsyncIterable<RowBatch>, numbers: Iterable<number>): AsyncGenerator<RowBatch> {
  const wanted = numbers[Symbol.iterator]()
  let next = wanted.next()
  let row = 0
  let pieces: Buffer[] = []
  let bytes = 0
  const take = (): RowBatch => {
    const batch = { bytes: Buffer.concat(pieces), rows: pieces.length / 2 }
    pieces = []
    bytes = 0
    return batch
  }
  try {
    for await (const batch of batches) {
      if (next.done === true) break
      if (next.value > row + batch.rows) {
        row += batch.rows
        continue
      }
      for (const line of linesOf(batch.bytes)) {
        row += 1
        if (next.done === true) break
        if (row !== next.value) continue
        // Copied, so that a few lines do not keep their whole chunk in memory.
        pieces.push(Buffer.from(line), NEWLINE)
        bytes += line.length + 1
        next = wanted.next()
      }
      if (bytes >= BATCH_BYTES) yield take()
    }
  } finally {
    if (next.done !== true) wanted.return?.()
  }
  if (pieces.length > 0) yield take()
}
