import { exactInstant } from '../../schema/exact-instant.js'

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
  // A text of digits alone is a date without hyphens at best, never a count of seconds.
  if (typeof value !== 'string' || /^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return typeof value === 'string' ? basicDate(value) : null
  const milliseconds = exactInstant(value)?.milliseconds ?? null
  return milliseconds === null || !Number.isFinite(milliseconds) ? null : milliseconds
}

function basicDate(text: string): number | null {
  const found = /^\s*(\d{4})(\d\d)(\d\d)\s*$/.exec(text)
  return found === null ? null : (exactInstant(found.slice(1).join('-'))?.milliseconds ?? null)
}
