/** The three ways in which times stand in one column of SQLite: Go's own, CURRENT_TIMESTAMP's, and RFC 3339 of earlier imports. */
export type TimeSpelling = 'go' | 'sql' | 'rfc3339'

export interface LoomTime {
  readonly kind: 'time'
  /** Since 1970 in UTC. */
  readonly nanoseconds: bigint
  readonly spelling: TimeSpelling
  /** Minutes east of UTC, of the server that wrote it. */
  readonly offset: number
}

const SECOND = 1_000_000_000n

export function loomTime(nanoseconds: bigint, spelling: TimeSpelling = 'go', offset = 0): LoomTime {
  return { kind: 'time', nanoseconds, spelling, offset }
}

/** The same spelling, so many seconds later; the fraction of a second is another one. */
export function later(time: LoomTime, seconds: number): LoomTime {
  return { ...time, nanoseconds: time.nanoseconds + BigInt(Math.round(seconds * 1e9)) }
}

/** As the application leaves it in SQLite. */
export function spelledTime({ nanoseconds, spelling, offset }: LoomTime): string {
  if (spelling === 'sql') return clock(nanoseconds, ' ')
  const local = nanoseconds + BigInt(offset) * 60n * SECOND
  const fraction = String(nanoseconds % SECOND).padStart(9, '0').replace(/0+$/, '')
  const text = clock(local, spelling === 'go' ? ' ' : 'T') + (fraction === '' ? '' : `.${fraction}`)
  return text + (spelling === 'rfc3339' && offset === 0 ? 'Z' : zone(offset))
}

/** As a column without zone of PostgreSQL holds it: UTC, to the microsecond. */
export function utcTime({ nanoseconds }: LoomTime): string {
  return `${clock(nanoseconds, ' ')}.${String((nanoseconds % SECOND) / 1000n).padStart(6, '0')}`
}

function clock(nanoseconds: bigint, between: string): string {
  return new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19).replace('T', between)
}

function zone(offset: number): string {
  const minutes = Math.abs(offset)
  return `${offset < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
