import { throwIfInterrupted } from '../errors/interrupted.js'
import type { OnProgress, ProgressEvent } from '../progress/progress.js'
import type { RowBatch } from '../rows/row-batch.js'

export interface Tracker {
  /** Passes batches through, reports them, and stops at the signal. */
  rows<Batch extends RowBatch>(phase: ProgressEvent['phase'], table: string, expected: number | null, batches: AsyncIterable<Batch>): AsyncIterable<Batch>
  step(phase: ProgressEvent['phase'], table?: string | null): void
}

/** Ties progress and abort to rows on their way. */
export function createTracker(onProgress: OnProgress | undefined, signal: AbortSignal | undefined): Tracker {
  return {
    rows: async function* (phase, table, expected, batches) {
      let rows = 0
      onProgress?.({ phase, table, rows, expected, done: false })
      for await (const batch of batches) {
        throwIfInterrupted(signal)
        yield batch
        rows += batch.rows
        onProgress?.({ phase, table, rows, expected, done: false })
      }
      onProgress?.({ phase, table, rows, expected: rows, done: true })
    },
    step: (phase, table = null) => {
      throwIfInterrupted(signal)
      onProgress?.({ phase, table, rows: 0, expected: null, done: false })
    },
  }
}
