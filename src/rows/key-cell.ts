import { affinityOf } from '../schema/affinity.js'
import type { Family } from '../schema/column-type.js'
import type { Column } from '../schema/schema.js'
import type { CellValue } from './cell-value.js'

const WHOLE = /^(?:0|-?[1-9]\d{0,18})$/
const LOWEST = -(2n ** 63n)
const HIGHEST = 2n ** 63n - 1n
const DECIMAL = /^[ \t\n\f\r\v]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n\f\r\v]*$/
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * A value as the canonical cell that it would be in a column of a key, whatever column it comes from; null where the
 * column can hold no such value. What it is compared with decides the database.
 */
export function keyCell(value: CellValue, { type }: Pick<Column, 'type'>): string | null {
  if (value === null) return null
  const { family } = type.encoding
  if (Buffer.isBuffer(value)) return bytesCell(value, family, type.dynamic)
  if (!type.dynamic) return fixedCell(String(value), family)
  if (typeof value === 'boolean') return keyCell(value ? 1n : 0n, { type })
  if (typeof value === 'bigint') return integerCell(value, family)
  return typeof value === 'number' ? realCell(value, family) : textCell(value, family, type.declared)
}

function bytesCell(bytes: Buffer, family: Family, dynamic: boolean): string | null {
  const hex = bytes.toString('hex')
  return family === 'bytes' ? `"${hex}"` : dynamic ? `{"$bytes":"${hex}"}` : null
}

/** PostgreSQL: every value of a column is of its type. */
function fixedCell(text: string, family: Family): string | null {
  switch (family) {
    case 'integer': {
      const whole = integerOf(text.replace(/\.0+$/, ''))
      return whole === null ? null : numeral(whole)
    }
    case 'real':
      return NUMBER.test(text) ? text : null
    case 'decimal':
      return /^-?\d+(?:\.\d+)?$/.test(text) ? `"${text}"` : null
    case 'boolean':
      return text === 'true' || text === 'false' ? text : null
    case 'uuid':
      return JSON.stringify(text.toLowerCase())
    case 'bytes':
    case 'array':
    case 'composite':
      return null
    default:
      return JSON.stringify(text)
  }
}

/** Of 64 bits; null for any other text. */
function integerOf(text: string): bigint | null {
  const integer = WHOLE.test(text) ? BigInt(text) : null
  return integer !== null && integer >= LOWEST && integer <= HIGHEST ? integer : null
}

/** Within ±(2^53−1) a number, else a string. */
function numeral(integer: bigint): string {
  return Number.isSafeInteger(Number(integer)) ? String(integer) : `"${integer}"`
}

function integerCell(value: bigint, family: Family): string {
  if (family === 'text') return `"${value}"`
  if (family === 'integer' || Number.isSafeInteger(Number(value))) return numeral(value)
  return `{"$integer":"${value}"}`
}

function realCell(value: number, family: Family): string | null {
  if (!Number.isFinite(value)) return null
  if (family === 'integer' && Number.isSafeInteger(value)) return String(value)
  const text = /[.e]/.test(String(value)) ? String(value) : `${value}.0`
  return family === 'text' ? `"${text}"` : text
}

function textCell(value: string, family: Family, declared: string): string {
  const numeric = family === 'integer' || family === 'real' || (family === 'any' && affinityOf(declared) === 'numeric')
  // What SQLite itself makes of such a text in a column of numbers.
  const number = numeric && DECIMAL.test(value) ? value.trim() : null
  const integer = number === null ? null : integerOf(number.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1'))
  if (integer !== null) return integerCell(integer, family)
  if (number !== null && !/^[+-]?\d+$/.test(number)) return realCell(Number(number), family) ?? JSON.stringify(value)
  return family === 'text' || family === 'any' ? JSON.stringify(value) : `{"$text":${JSON.stringify(value)}}`
}
