import type { Clock } from './clock.js'
import type { ProgressEvent } from './progress.js'

/** Between two events about the same table, in milliseconds. */
const PAUSE = 500

/** Whether an event is worth telling: the first and the last of each phase of a table are, and at most two a second between. */
export function sparse(clock: Clock): (event: ProgressEvent) => boolean {
  let last = { key: '', at: 0 }
  return (event) => {
    const key = JSON.stringify([event.phase, event.table])
    const now = clock()
    if (!event.done && key === last.key && now - last.at < PAUSE) return false
    last = { key, at: now }
    return true
  }
}
