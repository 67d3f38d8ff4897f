import { isCanonicalJsonb } from './canonical-jsonb.js'
import { isExactNumber } from './plain-decimal.js'

/** What a text may be besides text: the exact spelling PostgreSQL prints for a value of that type. */
export type TextForm = keyof typeof FORMS

const FORMS = Object.freeze({
  date: (text: string) => isDate(text, 5_874_897),
  time: (text: string) => isTime(text, true),
  timetz: (text: string) => {
    const [, time, zone] = /^([\d:.]+)([+-].*)$/.exec(text) ?? []
    return time !== undefined && zone !== undefined && isTime(time, true) && isZone(zone)
  },
  timestamp: (text: string) => isTimestamp(text, ''),
  timestamptz: (text: string) => isTimestamp(text, '+00'),
  uuid: (text: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
  /** Any JSON document; `json` keeps its text. */
  json: (text: string) => !text.includes('\0') && parses(text),
  jsonb: isCanonicalJsonb,
  /** A JSON array in the spelling of docs/FORMAT.md, "Rows", or PostgreSQL's literal where bounds are not 1. */
  array: (text: string) => text.startsWith('[') && (isCanonicalJson(text) || /^(?:\[-?\d+:-?\d+\])+=\{.*\}$/s.test(text)),
  object: (text: string) => text.startsWith('{') && isCanonicalJson(text),
  /** Any number as `numeric` prints it. */
  decimal: (text: string) => /^(?:-?(?:0|[1-9]\d{0,131071})(?:\.\d{1,16383})?|NaN|-?Infinity)$/.test(text) && !/^-0(?:\.0*)?$/.test(text),
  /** A decimal that SQLite's NUMERIC affinity stores and gives back in the same spelling. */
  number: isExactNumber,
  /** The same after zeros at the end of the fraction are taken off. */
  'padded-number': (text: string) => isExactNumber(text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')),
  /** No text at all. */
  none: () => false,
  bits: (text: string) => /^[01]*$/.test(text),
}) satisfies Readonly<Record<string, (text: string) => boolean>>

export function hasForm(text: string, form: TextForm): boolean {
  return FORMS[form](text)
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** `2026-02-16`, `12026-02-16`, `0044-03-15 BC`, `infinity`. PostgreSQL's calendar is Gregorian all the way back. */
function isDate(text: string, lastYear: number): boolean {
  if (text === 'infinity' || text === '-infinity') return true
  const [, years, months, days, era] = /^(\d{4}|[1-9]\d{4,6})-(\d\d)-(\d\d)( BC)?$/.exec(text) ?? []
  if (years === undefined) return false
  const year = Number(years)
  const month = Number(months)
  // 4713 BC itself begins in November; nobody's row is there.
  if (year < 1 || month < 1 || month > 12 || year > (era === undefined ? lastYear : 4712)) return false
  const astronomical = era === undefined ? year : 1 - year
  const leap = astronomical % 4 === 0 && (astronomical % 100 !== 0 || astronomical % 400 === 0)
  const last = month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0)
  return Number(days) >= 1 && Number(days) <= last
}

/** `10:00:00`, `10:00:00.5`; only a time without date may be `24:00:00`. */
function isTime(text: string, alone: boolean): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{0,5}[1-9])?$/.test(text) || (alone && text === '24:00:00')
}

function isZone(text: string): boolean {
  return /^[+-](?:0\d|1[0-5])(?::[0-5]\d(?::[0-5]\d)?)?$/.test(text) && !/:00$/.test(text) && text !== '-00'
}

function isTimestamp(text: string, zone: string): boolean {
  if (text === 'infinity' || text === '-infinity') return true
  const [, date, time, offset, era] = /^(\d+-\d\d-\d\d) ([\d:.]+)((?:[+-][\d:]+)?)( BC)?$/.exec(text) ?? []
  return date !== undefined && time !== undefined && offset === zone && isDate(date + (era ?? ''), 294_275) && isTime(time, false)
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Without white space, with the short escapes only. Floats may be spelled in any way. */
function isCanonicalJson(text: string): boolean {
  try {
    return spelledAlike(JSON.stringify(JSON.parse(text))) === spelledAlike(text)
  } catch {
    return false
  }
}

function spelledAlike(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) => (/^[^"]*[.eE]/.test(token) ? String(Number(token)) : token))
}
