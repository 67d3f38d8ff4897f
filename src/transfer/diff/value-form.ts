import { cellValue, type CellValue } from '../../rows/cell-value.js'
import { parseExactJson } from '../../rows/exact-json.js'
import { plainDecimal } from '../../schema/plain-decimal.js'
import type { Column } from '../../schema/schema.js'
import { clockForm, instantForm, uuidForm } from './spelled-form.js'
import { jsonForm } from './json-form.js'
import type { ValueKind } from './value-kind.js'

/**
 * Makes a function that gives a canonical cell the one text that equal values have, readable as it is: texts are quoted as in
 * JSON, bytes stand as `x'00ff'`, everything else bare. Null is NULL.
 */
export function valueForm(column: Column, kind: ValueKind): (cell: string) => string | null {
  const { dynamic, encoding } = column.type
  const { family } = encoding
  const bare = !dynamic && family !== 'text' && family !== 'json' && family !== 'enum' && family !== 'other'
  return (cell) => {
    if (cell === 'null') return null
    if (WHOLE.test(cell) && family !== 'real' && kind !== 'boolean') return cell
    if (dynamic && cell.startsWith('{"$rawtext"')) return `r'${(JSON.parse(cell) as { $rawtext: string }).$rawtext}'`
    if ((family === 'array' || family === 'composite') && !cell.startsWith('"')) return kind === 'nested' ? (jsonForm(cell, 'nested') ?? cell) : cell
    // The commonest cell: a plain text, which is its own form.
    if (cell.startsWith('"') && !bare && family !== 'integer' && family !== 'real' && family !== 'bytes' && (kind === 'exact' || kind === 'text')) return quoted(cell)
    const value = cellValue(cell, column)
    if (value === null) return null
    if (kind === 'exact') return bare && typeof value === 'string' ? value : exactForm(value)
    return looseForm(value, kind, !dynamic && family === 'decimal') ?? exactForm(value)
  }
}

const WHOLE = /^-?\d+$/

/** Escapes may be spelled in several ways. */
function quoted(cell: string): string {
  return cell.includes('\\') ? JSON.stringify(JSON.parse(cell)) : cell
}

function exactForm(value: Exclude<CellValue, null>): string {
  if (Buffer.isBuffer(value)) return `x'${value.toString('hex')}'`
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'number') return String(value)
  if (!Number.isFinite(value)) return String(value)
  const digits = plainDecimal(value)
  return digits.includes('.') ? digits : `${digits}.0`
}

/** Null where the value is none of that kind. */
function looseForm(value: Exclude<CellValue, null>, kind: Exclude<ValueKind, 'exact'>, decimal: boolean): string | null {
  if (typeof value === 'bigint' && kind === 'boolean' && (value === 0n || value === 1n)) return value === 1n ? 'true' : 'false'
  if (typeof value === 'number' && (kind === 'number' || kind === 'decimal')) return Number.isFinite(value) ? plainDecimal(value) : String(value)
  if (typeof value !== 'string') return null
  switch (kind) {
    case 'decimal':
      return decimal || DECIMAL.test(value) ? withoutScale(value) : null
    case 'padded':
      return JSON.stringify(value.replace(/ +$/, ''))
    case 'instant':
      return instantForm(value)
    case 'clock':
      return clockForm(value)
    case 'uuid':
      return uuidForm(value)
    case 'jsonb':
      return jsonForm(value, 'jsonb')
    case 'nested':
      return /^[[{]/.test(value) && parseExactJson(value) !== undefined ? jsonForm(value, 'nested') : null
    default:
      return decimal ? withoutScale(value) : null
  }
}

const DECIMAL = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?|NaN|-?Infinity)$/

/** Across engines a number is the same whatever its scale. */
export function withoutScale(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}
