const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i

/** A point in time in UTC as PostgreSQL prints it, without a zone. */
export interface PlainInstant {
  readonly date: string
  readonly time: string
  /** Digits of a second, without zeros at the end. */
  readonly fraction: string
}

/** Reads a time as RFC 3339 spells it, and moves it to UTC; null when it is none. */
export function plainInstant(text: string): PlainInstant | null {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = ISO.exec(text) ?? []
  if (year === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null
  date.setUTCHours(Number(hour), Number(minute), Number(second))
  const moved = new Date(date.getTime() - offsetSeconds(zone) * 1000)
  // A year before 1 or after 9999 has another spelling.
  if (moved.getUTCFullYear() < 1 || moved.getUTCFullYear() > 9999) return null
  const iso = moved.toISOString()
  return { date: iso.slice(0, 10), time: iso.slice(11, 19), fraction: fraction.replace(/0+$/, '') }
}

function offsetSeconds(zone: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  return sign === undefined ? 0 : (Number(hours) * 3600 + Number(minutes) * 60) * (sign === '-' ? -1 : 1)
}
