import { readInstant } from '../../profiles/read-instant.js'
import { BadValue } from './option.js'

/** An instant: RFC 3339 with its zone, a date (midnight UTC), or a duration back from `now`: `30d`, `12h`, `2w`. */
export function parseInstant(text: string, now: Date): Date {
  const read = readInstant(text, now)
  if (typeof read === 'string') throw new BadValue(read)
  return read
}
