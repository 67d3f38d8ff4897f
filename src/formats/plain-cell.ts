import { affinityOf } from '../schema/affinity.js'
import type { Column, Table } from '../schema/schema.js'
import type { Conversion } from '../stores/conversion.js'
import { dynamicCell } from './plain-dynamic-cell.js'
import { PlainFault } from './plain-fault.js'
import { plainBytes } from './plain-bytes.js'
import { plainInstant, type PlainInstant } from './plain-instant.js'
import { plainDigits, wholeNumber } from './plain-number.js'

/** How the values of one column of a plain document become canonical cells. */
export interface PlainCell {
  /** Strings stand for themselves. */
  readonly keepsStrings: boolean
  /** JSON text without white space to JSON text in canonical form. @throws PlainFault */
  convert(json: string): string
}

export interface PlainConversion {
  readonly allows: (table: string, conversion: Conversion) => boolean
  /** Times in SQLite have a blank and an offset where the document has RFC 3339. */
  readonly spacedTimes: boolean
  /** Hears of every value that was lost, by leave. */
  readonly onLost: (table: string, column: string) => void
}

/** docs/FORMAT.md, "Documents without a schema", is the specification. */
export function plainCell(table: Table, column: Column, conversion: PlainConversion): PlainCell {
  const { type } = column
  const bytes = (text: string): string => bytesCell(text, table.id, column, conversion)
  if (type.dynamic) {
    const times = conversion.spacedTimes && /^(?:datetime|timestamp|date)$/i.test(type.declared)
    return dynamicCell(type.encoding.family, affinityOf(type.declared, table.traits.includes('strict')), { bytes, times })
  }
  const strict = (keepsStrings: boolean, convert: (json: string) => string): PlainCell => ({ keepsStrings, convert: (json) => (json === 'null' ? json : convert(json)) })
  switch (type.encoding.family) {
    case 'boolean':
      return strict(false, (json) => BOOLEANS[json] ?? fault(json, 'true or false'))
    case 'integer':
      return strict(false, (json) => integer(json))
    case 'real':
      return strict(true, (json) => (isNumber(json) && Number.isFinite(Number(json)) ? json : fault(json, 'a number')))
    case 'decimal':
      return strict(true, (json) => JSON.stringify((isNumber(json) ? plainDigits(json) : null) ?? fault(json, 'a number')))
    case 'bytes':
      return strict(false, (json) => bytes(string(json)))
    case 'json':
      return strict(false, (json) => JSON.stringify(json.startsWith('"') ? documentText(string(json)) : json))
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return strict(false, instantCell(type.encoding.family, conversion.allows(table.id, 'round')))
    case 'array':
    case 'composite':
      return strict(true, (json) => (/^[[{]/.test(json) ? json : fault(json, `a value of type ${type.declared}`)))
    default:
      return strict(true, (json) => fault(json, `text of type ${type.declared}`))
  }
}

const BOOLEANS: Readonly<Record<string, string | undefined>> = Object.freeze({ true: 'true', false: 'false', 1: 'true', 0: 'false' })

function isNumber(json: string): boolean {
  return /^[-\d]/.test(json)
}

function string(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : fault(json, 'a string')
}

function integer(json: string): string {
  const value = wholeNumber(json.startsWith('"') ? string(json) : json) ?? fault(json, 'a whole number of 64 bits')
  return Number.isSafeInteger(Number(value)) ? String(value) : `"${value}"`
}

function bytesCell(text: string, table: string, column: Column, { allows, onLost }: PlainConversion): string {
  const bytes = plainBytes(text)
  if (bytes !== null) return `"${bytes.toString('hex')}"`
  if (!allows(table, 'broken-bytes-to-null') || !column.nullable) {
    throw new PlainFault(`these bytes were written as text by the program that made the document, and are lost${column.nullable ? '; --convert broken-bytes-to-null takes NULL in their place' : ''}`)
  }
  onLost(table, column.name)
  return 'null'
}

/** What a driver gives as text is the document itself. */
function documentText(text: string): string {
  try {
    JSON.parse(text)
    return text
  } catch {
    throw new PlainFault('the text is no JSON')
  }
}

const MICROSECONDS = 6

function instantCell(family: 'date' | 'time' | 'timestamp' | 'timestamptz', rounds: boolean): (json: string) => string {
  return (json) => {
    const text = string(json)
    const found = family === 'time' ? timeOfDay(text) : plainInstant(text)
    // What is no instant, such as infinity, is judged as it stands.
    if (found === null) return json
    const { date, time, fraction } = found
    if (fraction.length > MICROSECONDS && !rounds) throw new PlainFault(`the column keeps ${MICROSECONDS} digits of a second; --convert round takes the nearest`)
    const clock = fraction === '' ? time : `${time}.${fraction}`
    if (family === 'time') return JSON.stringify(clock)
    if (family === 'date') return clock === '00:00:00' ? JSON.stringify(date) : fault(json, 'a date without a time of day')
    return JSON.stringify(`${date} ${clock}${family === 'timestamptz' ? '+00' : ''}`)
  }
}

/** A driver that knows no time without a date gives the first day of the year 0. */
function timeOfDay(text: string): PlainInstant | null {
  const [, minutes, seconds = ':00', fraction = ''] = /^(?:0000-01-01T)?(\d\d:\d\d)(:\d\d)?(?:\.(\d+))?Z?$/.exec(text) ?? []
  return minutes === undefined ? null : { date: '', time: minutes + seconds, fraction: fraction.replace(/0+$/, '') }
}

function fault(json: string, expected: string): never {
  throw new PlainFault(`${json.length > 60 ? `${json.slice(0, 60)}…` : json} stands where ${expected} is expected`)
}
