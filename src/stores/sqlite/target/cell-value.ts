import type { ColumnType } from '../../../schema/column-type.js'

/** The JSON form of a cell, told by its first byte; a number with a point or an exponent is `fraction`. */
export const KIND = Object.freeze({ null: 0, boolean: 1, integer: 2, fraction: 3, string: 4, object: 5, array: 6 })
export type Kind = (typeof KIND)[keyof typeof KIND]

/** A cell as the SQLite value it stands for. `raw` is text that is not valid UTF-8. */
export type CellValue =
  | { readonly class: 'null' | 'blob' | 'raw' }
  | { readonly class: 'integer'; readonly integer: bigint }
  | { readonly class: 'real'; readonly real: number }
  | { readonly class: 'nan' }
  /** `decimal` is a number of PostgreSQL's numeric, which is text here unless the column holds numbers. */
  | { readonly class: 'text' | 'decimal'; readonly text: string }

const LOWEST = -(2n ** 63n)
const HIGHEST = 2n ** 63n - 1n
const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
const DECIMAL = /^-?\d+(?:\.\d+)?$/
const DIGITS = /^-?\d{1,20}$/

/**
 * What a cell says, by the family of its column in the archive; null when the family has no such form.
 * `json` is the cell's own JSON text. docs/FORMAT.md, "Rows".
 */
export function cellValue(type: ColumnType, kind: Kind, json: string): CellValue | null {
  const { family } = type.encoding
  switch (kind) {
    case KIND.null:
      return { class: 'null' }
    case KIND.boolean:
      return family === 'boolean' ? { class: 'integer', integer: json === 'true' ? 1n : 0n } : null
    case KIND.integer:
      if (family === 'real') return realOf(json)
      return family === 'integer' || type.dynamic ? integerOf(json, SAFE) : null
    case KIND.fraction:
      return family === 'real' || type.dynamic ? realOf(json) : null
    case KIND.string:
      return stringValue(type, json)
    case KIND.object:
      if (type.dynamic) return taggedValue(family, json)
      return family === 'composite' && isJson(json) ? { class: 'text', text: json } : null
    case KIND.array:
      return family === 'array' && isJson(json) ? { class: 'text', text: json } : null
  }
}

function stringValue(type: ColumnType, json: string): CellValue | null {
  switch (type.encoding.family) {
    case 'boolean':
    case 'composite':
      return null
    case 'integer':
      return integerOf(unescaped(json))
    case 'real':
      return realWord(unescaped(json), !type.dynamic)
    case 'bytes':
      return isHex(json) ? { class: 'blob' } : null
    case 'decimal': {
      const text = unescaped(json)
      return { class: DECIMAL.test(text) ? 'decimal' : 'text', text }
    }
    default:
      return { class: 'text', text: unescaped(json) }
  }
}

const TAG = /^\{"\$(text|bytes|integer|real|rawtext)":(".*")\}$/s

function taggedValue(family: string, json: string): CellValue | null {
  const [, tag, quoted] = TAG.exec(json) ?? []
  // One key only: what follows the first string must be its end.
  if (tag === undefined || quoted === undefined || !isString(quoted)) return null
  switch (tag) {
    case 'text':
      return family === 'text' || family === 'any' ? null : { class: 'text', text: unescaped(quoted) }
    case 'bytes':
      return family !== 'bytes' && isHex(quoted) ? { class: 'blob' } : null
    case 'integer':
      return family === 'integer' ? null : integerOf(unescaped(quoted))
    case 'real':
      return family === 'real' ? null : realWord(unescaped(quoted), false)
    default:
      return isHex(quoted) ? { class: 'raw' } : null
  }
}

function integerOf(digits: string, limit = HIGHEST): CellValue | null {
  if (!DIGITS.test(digits)) return null
  const integer = BigInt(digits)
  return integer <= limit && integer >= (limit === HIGHEST ? LOWEST : -limit) ? { class: 'integer', integer } : null
}

function realOf(json: string): CellValue | null {
  const real = Number(json)
  return Number.isFinite(real) ? { class: 'real', real } : null
}

function realWord(word: string, nan: boolean): CellValue | null {
  if (word === 'Infinity') return { class: 'real', real: Infinity }
  if (word === '-Infinity') return { class: 'real', real: -Infinity }
  return nan && word === 'NaN' ? { class: 'nan' } : null
}

function unescaped(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1)
}

function isHex(quoted: string): boolean {
  return quoted.length % 2 === 0 && !/[^0-9a-f]/.test(quoted.slice(1, -1))
}

/** Whether the first string is all there is; a loop, for a pattern would recurse over megabytes. */
function isString(quoted: string): boolean {
  for (let at = 1; at < quoted.length; at += quoted[at] === '\\' ? 2 : 1) {
    if (quoted[at] === '"') return at === quoted.length - 1
  }
  return false
}

function isJson(json: string): boolean {
  try {
    JSON.parse(json)
    return true
  } catch {
    return false
  }
}
