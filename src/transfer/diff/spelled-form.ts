import { exactInstant } from '../../schema/exact-instant.js'

/** The last millisecond a Date holds. */
const LAST = 8.64e15

/** A date or time of day in any ISO spelling, as UTC; null for what is none, and for bare numbers, whose unit nobody knows. */
export function instantForm(text: string): string | null {
  if (/^\s*-?\d+(?:\.\d+)?\s*$/.test(text)) return null
  const instant = exactInstant(text)
  if (instant === null) return null
  const { milliseconds, rest } = instant
  if (!Number.isFinite(milliseconds)) return milliseconds < 0 ? '-infinity' : 'infinity'
  if (Math.abs(milliseconds) > LAST) return `${milliseconds}${rest === '' ? '' : `.${rest}`} ms`
  const [day = '', clock = ''] = new Date(milliseconds).toISOString().replace('Z', '').split('T')
  const fraction = (clock.slice(9) + rest).replace(/0+$/, '')
  return `${day} ${clock.slice(0, 8)}${fraction === '' ? '' : `.${fraction}`}`
}

const CLOCK = /^\s*(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(?:(Z)|([+-]\d\d)(?::?(\d\d)(?::?(\d\d))?)?)?\s*$/i

/** A time of day: `10:00` is `10:00:00`, and `Z` is `+00`. */
export function clockForm(text: string): string | null {
  const [, hours, minutes, seconds = '00', fraction = '', utc, offset = utc === undefined ? '' : '+00', offsetMinutes = '00', offsetSeconds = '00'] = CLOCK.exec(text) ?? []
  if (hours === undefined || minutes === undefined) return null
  const digits = fraction.replace(/0+$/, '')
  const finer = offsetSeconds === '00' ? (offsetMinutes === '00' ? '' : `:${offsetMinutes}`) : `:${offsetMinutes}:${offsetSeconds}`
  return `${hours}:${minutes}:${seconds}${digits === '' ? '' : `.${digits}`}${offset}${finer}`
}

/** Braces, hyphens and upper case are spelling. */
export function uuidForm(text: string): string | null {
  const digits = text.toLowerCase().replace(/^\{(.*)\}$/, '$1').replaceAll('-', '')
  return /^[0-9a-f]{32}$/.test(digits) ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : null
}
