import { readDuration } from '../../profiles/read-duration.js'
import { BadValue } from './option.js'

/** Milliseconds of any duration. */
export function parseDuration(text: string): number {
  const duration = readDuration(text)
  if (duration === null || duration === 0) throw new BadValue(`${JSON.stringify(text)} is not a duration such as 12h, 30d or 52w`)
  return duration
}

/** A time to wait, in milliseconds; at most 24 days, which is what timers of Node and PostgreSQL hold. */
export function parseWait(text: string): number {
  const wait = readDuration(text)
  if (wait === null) throw new BadValue(`${JSON.stringify(text)} is not a duration such as 500ms, 10s or 2m`)
  if (wait > 0x7fffffff) throw new BadValue(`${text} is longer than 24 days`)
  return wait
}
