/** A point in time as exactly as it was spelled. */
export interface ExactInstant {
  /** Whole milliseconds since 1970, rounded down; infinite for PostgreSQL's `infinity`. */
  readonly milliseconds: number
  /** Decimal digits of the fraction of that millisecond, without trailing zeros. */
  readonly rest: string
}

/**
 * Calendar date, and behind it a time with an optional fraction and an optional offset; ISO 8601, extended or basic. Go
 * prints a name of the zone and its monotonic clock behind the offset, and drivers of SQLite store that; PostgreSQL puts BC behind.
 */
const ISO =
  /^\s*(\d{4,6})-?(\d\d)-?(\d\d)(?:[T ]\s*(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?)?\s*(?:(Z)|([+-])(\d\d)(?::?(\d\d)(?::?(\d\d))?)?(?:\s+(?!BC)(?:[A-Z]{2,6}|[+-]\d\d(?:\d\d)?)(?:\s+m=[+-]\d+\.\d+)?)?)?\s*( BC)?\s*$/i

const NUMBER = /^\s*(-?)(\d+)(?:\.(\d+))?\s*$/

/** Numbers above this are milliseconds since 1970, numbers up to it seconds: 100,000,000,000 s is the year 5138. */
const MOST_SECONDS = 1e11

/** The instant that a text or the text of a number spells, whatever its offset; without one it is UTC. Null when it is none. */
export function exactInstant(text: string): ExactInstant | null {
  const number = NUMBER.exec(text)
  if (number !== null) return fromNumber(number[1] === '-', number[2] ?? '', number[3] ?? '')
  const infinite = /^\s*(-?)infinity\s*$/i.exec(text)
  if (infinite !== null) return { milliseconds: infinite[1] === '-' ? -Infinity : Infinity, rest: '' }
  const found = ISO.exec(text)
  if (found === null) return null
  const [, year, month, day, hour, minute, second, fraction = '', , sign, offsetHour, offsetMinute, offsetSecond, era] = found
  const at = (part: string | undefined): number => (part === undefined ? 0 : Number(part))
  if (at(hour) > 24 || at(minute) > 59 || at(second) > 60 || at(offsetHour) > 23 || at(offsetMinute) > 59) return null
  const midnight = midnightOf(era === undefined ? at(year) : 1 - at(year), at(month), at(day))
  if (midnight === null) return null
  const offset = (at(offsetHour) * 3600 + at(offsetMinute) * 60 + at(offsetSecond)) * (sign === '-' ? -1 : 1)
  const seconds = at(hour) * 3600 + at(minute) * 60 + at(second) - offset
  return { milliseconds: midnight + seconds * 1000 + at(fraction.slice(0, 3).padEnd(3, '0')), rest: digits(fraction.slice(3)) }
}

/** Below 0, 0 or above 0 as the first is earlier than, at, or later than the other. */
export function compareInstants(one: ExactInstant, other: ExactInstant): number {
  if (one.milliseconds !== other.milliseconds) return one.milliseconds < other.milliseconds ? -1 : 1
  return one.rest < other.rest ? -1 : one.rest > other.rest ? 1 : 0
}

/** The calendar repeats every 400 years, which are this many days; a Date ends before PostgreSQL's last year. */
const CYCLE = 146_097

function midnightOf(year: number, month: number, day: number): number | null {
  const cycles = Math.floor(year / 400) - 5
  const date = new Date(Date.UTC(year - cycles * 400, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() + cycles * CYCLE * 86_400_000 : null
}

function fromNumber(negative: boolean, whole: string, fraction: string): ExactInstant | null {
  const inMilliseconds = Number(whole) > MOST_SECONDS
  const shifted = inMilliseconds ? whole : whole + fraction.slice(0, 3).padEnd(3, '0')
  const rest = digits(inMilliseconds ? fraction : fraction.slice(3))
  if (!negative) return { milliseconds: Number(shifted), rest }
  // Rounding down: what is left of -1.25 ms above -2 ms is 0.75 ms.
  if (rest === '') return { milliseconds: -Number(shifted), rest }
  return { milliseconds: -Number(shifted) - 1, rest: digits((10n ** BigInt(rest.length) - BigInt(rest)).toString().padStart(rest.length, '0')) }
}

function digits(fraction: string): string {
  return fraction.replace(/0+$/, '')
}
