import { present } from '../../errors/present.js'
import type { Column } from '../../schema/schema.js'
import type { Family } from '../../schema/column-type.js'
import { fitsFloat4 } from '../../schema/float4.js'
import { plainDecimal } from '../../schema/plain-decimal.js'
import { CONVERSIONS, type Conversion } from '../conversion.js'
import { declaredLimits, type DeclaredLimits } from './declared-limits.js'
import { jsonToLiteral } from './nested-literal.js'

/** Why a cell cannot be written: `invalid` against its schema, or `refused` by the target unless the conversion is allowed. */
export class CellRefusal extends Error {
  readonly kind: 'invalid' | 'refused'
  readonly conversion: Conversion | null

  constructor(kind: 'invalid' | 'refused', message: string, conversion: Conversion | null = null) {
    super(message)
    this.kind = kind
    this.conversion = conversion
  }
}

const refuse = (message: string, conversion: Conversion | null = null): never => {
  throw new CellRefusal('refused', message, conversion)
}
const invalid = (message: string): never => {
  throw new CellRefusal('invalid', message)
}

/**
 * Makes the careful way of one column: the JSON text of a cell to PostgreSQL's input text, or null for NULL. It is taken for
 * every cell that the byte-level way does not know to be harmless, so it decides all that could bend a value.
 */
export function cellConverter(source: Column, target: Column, allowed: ReadonlySet<Conversion>): (json: string) => string | null {
  const from = source.type.encoding.family
  const to = target.type.encoding.family
  const limits = source.type.declared === target.type.declared && !source.type.dynamic ? null : declaredLimits(target.type.declared)
  const need = (conversion: Conversion, message: string): void => {
    if (!allowed.has(conversion)) refuse(`${message} (--convert ${conversion}: ${CONVERSIONS[conversion]})`, conversion)
  }

  const string = (text: string): string => {
    let value = text
    if (value.includes('\0')) {
      need('drop-nul', 'PostgreSQL cannot hold U+0000 in text')
      value = value.replaceAll('\0', '')
    }
    if (/^(?:timestamp|time|date)$/.test(to) && from !== to) value = withoutZone(value, to, need)
    return limits === null ? value : withinLimits(value, to, limits, need)
  }

  const fromText = (text: string): string | null => {
    if (text === '' && source.type.dynamic && !HOLDS_TEXT.has(to)) {
      need('empty-to-null', `an empty text cannot go into a ${target.type.declared} column`)
      return null
    }
    if (to === 'integer' || to === 'real' || to === 'boolean' || to === 'bytes' || to === 'decimal') {
      return refuse(`text cannot go into a ${target.type.declared} column`)
    }
    if (to === 'array' || to === 'composite') return fromDocument(text)
    return string(text)
  }

  // An array or composite that rests as JSON text in SQLite.
  const fromDocument = (text: string): string => {
    if (!/^[[{]/.test(text) || /^\[-?\d+:/.test(text)) return string(text)
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return string(text)
    }
    return string(present(literal(value)))
  }

  const literal = (value: unknown): string | null => {
    try {
      return jsonToLiteral(value, target.type.encoding)
    } catch (error) {
      return error instanceof TypeError ? invalid(error.message) : fail(error)
    }
  }

  const fromNumber = (text: string): string => {
    switch (to) {
      case 'decimal': {
        // numeric would count the zeros of 1.0e-07 into its scale.
        const plain = /[eE]/.test(text) ? plainDecimal(Number(text)) : text
        return limits === null ? plain : withinLimits(plain, to, limits, need)
      }
      case 'real': {
        const value = Number(text)
        if (!/[.eE]/.test(text) && !Number.isSafeInteger(value)) need('round', 'an integer this large has no exact float')
        if (limits?.single === true && !fitsFloat4(value)) need('round', 'a real column keeps only single precision')
        return text
      }
      case 'integer':
        return /[.eE]/.test(text) ? refuse('a number with a fraction cannot go into an integer column') : text
      case 'boolean':
        return text === '1' || text === '0' ? text : refuse('only 0 and 1 can go into a boolean column')
      default:
        if (source.type.dynamic || to === 'bytes' || to === 'array' || to === 'composite') {
          if (to !== 'text') return refuse(`a number cannot go into a ${target.type.declared} column`)
          need('mixed-to-text', `a number cannot go into a ${target.type.declared} column unchanged`)
        }
        return text
    }
  }

  const fromBytes = (hex: string): string => {
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(hex)) return invalid('bytes are written as pairs of hex digits')
    if (to === 'bytes') return `\\x${hex}`
    if (to !== 'text') return refuse(`bytes cannot go into a ${target.type.declared} column`)
    const text = utf8(hex)
    if (text !== null && allowed.has('blob-to-text')) return string(text)
    if (text !== null && !allowed.has('mixed-to-text')) need('blob-to-text', 'a blob cannot go into a text column unchanged')
    need('mixed-to-text', 'bytes cannot go into a text column unchanged')
    return hex
  }

  const fromTagged = (value: unknown): string | null => {
    const [entry, ...more] = typeof value === 'object' && value !== null ? Object.entries(value) : []
    if (entry === undefined || more.length > 0 || typeof entry[1] !== 'string') return invalid('a tagged value has one key and a string')
    const [tag, text] = entry as [string, string]
    switch (tag) {
      case '$text':
        return fromText(text)
      case '$bytes':
        return fromBytes(text)
      case '$integer':
        return fromNumber(text)
      case '$real':
        return to === 'real' || to === 'decimal' ? text : refuse(`an infinite float cannot go into a ${target.type.declared} column`)
      case '$rawtext':
        need('replace-invalid-utf8', 'the text is not valid UTF-8')
        return fromText(Buffer.from(text, 'hex').toString('utf8'))
      default:
        return invalid(`there is no tag ${tag}`)
    }
  }

  const fromString = (text: string): string | null => {
    switch (from) {
      case 'bytes':
        return fromBytes(text)
      case 'integer':
        return /^-?\d+$/.test(text) ? fromNumber(text) : invalid('a string in an integer column holds digits')
      case 'real':
        if (!/^(?:NaN|-?Infinity)$/.test(text)) return invalid('a string in a real column is NaN, Infinity or -Infinity')
        return to === 'real' || to === 'decimal' ? text : fromText(text)
      case 'decimal':
        // A decimal may go where numbers go as long as nothing is lost; as text it is what it is.
        if (to === 'integer' || to === 'real') return fromNumber(text)
        return to === 'decimal' ? string(text) : fromText(text)
      case 'array':
      case 'composite':
        return string(text)
      default:
        return isQuotedNumber(from, to) ? decimalText(text) : fromText(text)
    }
  }

  const decimalText = (text: string): string =>
    /^-?(?:\d+(?:\.\d+)?|NaN|Infinity)$/.test(text) ? string(text) : refuse(`this text is no ${target.type.declared}`)

  return (json) => {
    const value = parse(json)
    if (value === null) return null
    switch (typeof value) {
      case 'string':
        return fromString(value)
      case 'number':
        if (from === 'integer' || from === 'real' || source.type.dynamic) return fromNumber(json)
        return invalid(`a number does not stand for a ${from}`)
      case 'boolean':
        if (from !== 'boolean') return invalid(`true and false do not stand for a ${from}`)
        if (to !== 'boolean') return refuse(`a boolean cannot go into a ${target.type.declared} column`)
        return value ? 't' : 'f'
      default:
        if (source.type.dynamic) return fromTagged(value)
        if (from !== 'array' && from !== 'composite') return invalid(`an array or object does not stand for a ${from}`)
        return from === to ? literal(value) : refuse(`an ${from} cannot go into a ${target.type.declared} column`)
    }
  }
}

/** Families of which an empty text may be a value. */
const HOLDS_TEXT: ReadonlySet<Family> = new Set(['text', 'enum', 'other', 'any'])

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8(hex: string): string | null {
  try {
    return DECODER.decode(Buffer.from(hex, 'hex'))
  } catch {
    return null
  }
}

/** Decimals rest in SQLite as text, so that they keep their scale. */
function isQuotedNumber(from: Family, to: Family): boolean {
  return to === 'decimal' && (from === 'text' || from === 'any')
}

function fail(error: unknown): never {
  throw error
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return invalid('the cell is not JSON')
  }
}

type Need = (conversion: Conversion, message: string) => void

function withinLimits(text: string, to: Family, limits: DeclaredLimits, need: Need): string {
  if (limits.characters !== null && text.length > limits.characters && Array.from(text).length > limits.characters) {
    return refuse(`the text is longer than ${limits.characters} characters`)
  }
  if (limits.scale !== null && to === 'decimal' && (limits.scale < 0 ? !endsInZeros(text, -limits.scale) : fractionDigits(text) > limits.scale)) {
    need('round', `the column keeps ${limits.scale} digits after the point`)
  }
  if (limits.fraction !== null) {
    const digits = /\.(\d+)/.exec(text)?.[1]?.replace(/0+$/, '').length ?? 0
    if (digits > limits.fraction) need('round', `the column keeps ${limits.fraction} digits of a second`)
  }
  return text
}

/** Of a decimal, which has no exponent. */
function fractionDigits(text: string): number {
  return /\.(\d*)$/.exec(text)?.[1]?.length ?? 0
}

/** A multiple of this power of ten, or no number at all. */
function endsInZeros(text: string, places: number): boolean {
  const whole = /^-?(\d+)(?:\.0*)?$/.exec(text)?.[1]
  return whole === undefined ? !/\d/.test(text) : /^0+$/.test(whole.slice(-places))
}

/** PostgreSQL drops what a type has no room for: an offset in `timestamp`, a time of day in `date`. */
function withoutZone(text: string, to: Family, need: Need): string {
  if (to === 'date') return /\d[T ]\d/.test(text) ? refuse('a time of day cannot go into a date column') : text
  const [, zone] = /\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)$/i.exec(text) ?? []
  if (zone === undefined) return text
  need('zone-to-utc', 'the column keeps no zone')
  if (to === 'time') return refuse('a time of day with a zone has no fixed UTC time')
  return toUtc(text, zone)
}

function toUtc(text: string, zone: string): string {
  const bare = text.slice(0, text.length - zone.length).trimEnd()
  const [, sign, hours, minutes, seconds] = /^([+-])(\d{2}):?(\d{2})?:?(\d{2})?$/.exec(zone) ?? []
  const offset = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * (sign === '-' ? -1 : 1)
  if (offset === 0) return bare
  const [, day, time, fraction] = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)([.,]\d+)?$/.exec(bare) ?? []
  if (day === undefined || time === undefined) return refuse('this time cannot be moved to UTC')
  const moved = new Date(Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`) - offset * 1000)
  return `${moved.toISOString().slice(0, 19).replace('T', ' ')}${fraction ?? ''}`
}
