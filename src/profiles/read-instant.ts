import { readDuration } from './read-duration.js'

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/

/** An instant: RFC 3339 with its zone, a date (midnight UTC), or a duration back from `now`: `30d`, `12h`, `2w`. Else what is wrong with the text. */
export function readInstant(text: string, now: Date): Date | string {
  const back = readDuration(text)
  if (back !== null) {
    const instant = new Date(now.getTime() - back)
    return instant.getUTCFullYear() > 0 ? instant : `${text} reaches back before the year 1`
  }
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return exact(text, text, `${text}T00:00:00Z`)
  const match = RFC3339.exec(text)
  const [, day, clock, fraction = '', zone] = match ?? []
  if (day === undefined || clock === undefined || zone === undefined) {
    const zoneless = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(text) && !/([Zz]|[+-]\d\d:\d\d)$/.test(text)
    const advice = zoneless ? 'it names no zone: end it with Z or +01:00' : 'use 2026-02-16, 2026-02-16T10:00:00Z or 30d'
    return `${JSON.stringify(text)} is not a time; ${advice}`
  }
  if (/[1-9]/.test(fraction.slice(3))) return `${JSON.stringify(text)} is finer than a millisecond`
  return exact(text, day, `${day}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}${zone.toUpperCase()}`)
}

/** Date accepts 30 February and 24:00:00 and moves on; this does not. */
function exact(text: string, day: string, iso: string): Date | string {
  const instant = new Date(iso)
  const midnight = new Date(`${day}T00:00:00Z`)
  const real = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
  return real && !Number.isNaN(instant.getTime()) && !/T24/.test(iso) ? instant : `${JSON.stringify(text)} is not a time there is`
}
