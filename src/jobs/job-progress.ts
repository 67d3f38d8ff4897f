import type { Clock } from '../progress/clock.js'
import { pace } from '../progress/pace.js'
import type { ProgressEvent } from '../progress/progress.js'
import { sparse } from '../progress/sparse.js'
import { stopwatch } from '../progress/stopwatch.js'
import type { JobProgress } from './job.js'

/** Makes of an operation's events what a server tells; null for one that is not worth telling. */
export function jobProgress(clock: Clock): (event: ProgressEvent) => JobProgress | null {
  const elapsed = stopwatch(clock)
  const worthTelling = sparse(clock)
  return (event) => {
    const { rate, share, left } = pace(event, elapsed(event))
    if (!worthTelling(event)) return null
    return Object.freeze({
      phase: event.phase,
      table: event.table,
      done: event.rows,
      total: event.expected,
      percentage: share === null ? null : tenths(share * 100),
      rate: rate === null ? null : Math.round(rate),
      eta: left === null ? null : tenths(left),
      finished: event.done,
    })
  }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
