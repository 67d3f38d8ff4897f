/**
 * Calendar date, and behind it a time with an optional fraction and an optional offset; ISO 8601, extended or basic. Go
 * prints a name of the zone and its monotonic clock behind the offset, and drivers of SQLite store that.
 */
const ISO =
  /^\s*(\d{4})-?(\d\d)-?(\d\d)(?:[T ]\s*(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?)?\s*(?:(Z)|([+-])(\d\d)(?::?(\d\d)(?::?(\d\d))?)?(?:\s+(?:[A-Z]{2,6}|[+-]\d\d(?:\d\d)?)(?:\s+m=[+-]\d+\.\d+)?)?)?\s*$/i

/** Numbers above this are milliseconds since 1970, numbers up to it seconds: 100,000,000,000 s is the year 5138. */
const MOST_SECONDS = 1e11

/**
 * The instant a cell stands for, in whole milliseconds since 1970 rounded down, or null when it is none. Text without
 * an offset is UTC, as SQLite's own date functions take it. Rounding down keeps comparisons with a Date exact: an instant is
 * at or after a whole millisecond exactly when its rounded form is.
 */
export function parseInstant(value: unknown): number | null {
  if (typeof value === 'bigint') return parseInstant(Number(value))
  if (typeof value === 'number') return Number.isFinite(value) ? Math.floor(Math.abs(value) > MOST_SECONDS ? value : value * 1000) : null
  return typeof value === 'string' ? parseText(value) : null
}

function parseText(text: string): number | null {
  const found = ISO.exec(text)
  if (found === null) return null
  const [, year, month, day, hour, minute, second, fraction, , sign, offsetHour, offsetMinute, offsetSecond] = found
  const at = (part: string | undefined): number => (part === undefined ? 0 : Number(part))
  if (at(hour) > 24 || at(minute) > 59 || at(second) > 60 || at(offsetHour) > 23 || at(offsetMinute) > 59) return null
  const date = new Date(0)
  date.setUTCFullYear(at(year), at(month) - 1, at(day))
  if (date.getUTCMonth() !== at(month) - 1 || date.getUTCDate() !== at(day)) return null
  const offset = (at(offsetHour) * 3600 + at(offsetMinute) * 60 + at(offsetSecond)) * (sign === '-' ? -1 : 1)
  const seconds = at(hour) * 3600 + at(minute) * 60 + at(second) - offset
  return date.getTime() + seconds * 1000 + at((fraction ?? '').slice(0, 3).padEnd(3, '0'))
}
