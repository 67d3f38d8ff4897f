import { createHash } from 'node:crypto'
import type { RowBatch } from './row-batch.js'
import { linesOf } from './split-row.js'

const MASK = (1n << 128n) - 1n

export interface ContentDigest {
  readonly rows: number
  /** 32 hex digits; equal for equal multisets of lines, whatever their order. */
  readonly digest: string
}

/** What a table holds, in one short text: the sum modulo 2^128 of the SHA-256 prefixes of its canonical lines. */
export async function contentDigest(batches: AsyncIterable<RowBatch>): Promise<ContentDigest> {
  let sum = 0n
  let rows = 0
  for await (const { bytes } of batches) {
    for (const line of linesOf(bytes)) {
      const hash = createHash('sha256').update(line).digest()
      sum = (sum + (hash.readBigUInt64BE(0) << 64n) + hash.readBigUInt64BE(8)) & MASK
      rows += 1
    }
  }
  return { rows, digest: sum.toString(16).padStart(32, '0') }
}
