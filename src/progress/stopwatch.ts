import type { Clock } from './clock.js'
import type { ProgressEvent } from './progress.js'

/** Seconds since the first event of this phase and table; forgets them with the last one. */
export function stopwatch(clock: Clock): (event: ProgressEvent) => number {
  const starts = new Map<string, number>()
  return (event) => {
    const key = JSON.stringify([event.phase, event.table])
    const now = clock()
    const start = starts.get(key) ?? now
    if (event.done) starts.delete(key)
    else starts.set(key, start)
    return (now - start) / 1000
  }
}
