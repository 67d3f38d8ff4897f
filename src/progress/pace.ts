import type { ProgressEvent } from './progress.js'

/** How fast a table goes, and how much of it is left. */
export interface Pace {
  /** Rows a second; null before there is one. */
  readonly rate: number | null
  /** 0 to 1; null where nothing true can be said. */
  readonly share: number | null
  /** Seconds; null before a rate can be trusted. */
  readonly left: number | null
}

/** The pace of a table, `seconds` after its phase began. */
export function pace({ rows, expected }: ProgressEvent, seconds: number): Pace {
  const rate = seconds > 0 && rows > 0 ? rows / seconds : null
  // An estimate may be too low: then there is neither a share nor a time left that would be true.
  if (expected === null || expected < rows || expected === 0) return { rate, share: null, left: null }
  return { rate, share: rows / expected, left: rate !== null && seconds >= 1 ? (expected - rows) / rate : null }
}
