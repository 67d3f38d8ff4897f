import { isUtf8 } from 'node:buffer'
import { present } from '../errors/present.js'
import type { Column } from '../schema/schema.js'
import type { Encoding } from '../schema/column-type.js'
import { cellEnd } from './cell-end.js'
import { keyPrefixes, startsWithAt } from './key-prefixes.js'

const QUOTE = 0x22
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const NEWLINE = 0x0a

export interface RowFault {
  /** 1-based position in the batch. */
  readonly row: number
  readonly column: string | null
  readonly message: string
}

/** Makes a function that checks a batch of canonical lines against its columns and gives the faults found, in order. */
export function rowChecker(columns: readonly Column[]): (bytes: Buffer) => RowFault[] {
  const prefixes = keyPrefixes(columns.map(({ name }) => name))
  const checks = columns.map(({ type }) => cellCheck(type.encoding, type.dynamic))
  const fault = (index: number, message: string): Omit<RowFault, 'row'> => ({ column: present(columns[index]).name, message })
  const check = (bytes: Buffer, start: number, end: number): Omit<RowFault, 'row'> | null => {
    let at = start
    let index = 0
    for (const prefix of prefixes) {
      if (!startsWithAt(bytes, at, prefix)) return fault(index, 'the key of this column is expected here')
      at += prefix.length
      const stop = cellEnd(bytes, at)
      if (stop < 0 || stop > end) return fault(index, 'the cell is not JSON')
      const message = checks[index]?.(bytes, at, stop) ?? null
      if (message !== null) return fault(index, message)
      at = stop
      index += 1
    }
    if (prefixes.length === 0 && bytes[at] === OPEN_BRACE) at += 1
    return bytes[at] === CLOSE_BRACE && at + 1 === end ? null : { column: null, message: 'the row ends otherwise than its schema says' }
  }
  return (bytes) => {
    const faults: RowFault[] = []
    const utf8 = isUtf8(bytes)
    let row = 0
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start)
      const end = newline < 0 ? bytes.length : newline
      row += 1
      const fault = utf8 || isUtf8(bytes.subarray(start, end)) ? check(bytes, start, end) : { column: null, message: 'the row is not valid UTF-8' }
      if (fault !== null) faults.push({ row, ...fault })
      start = end + 1
    }
    return faults
  }
}

type CellCheck = (bytes: Buffer, start: number, end: number) => string | null

const STRING_SHAPES: Readonly<Partial<Record<Encoding['family'], RegExp>>> = {
  integer: /^-?\d{1,19}$/,
  real: /^(?:NaN|-?Infinity)$/,
  decimal: /^-?(?:\d+(?:\.\d+)?|NaN|Infinity)$/,
  bytes: /^(?:[0-9a-f]{2})*$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  date: /^(?:\d{4,}-\d\d-\d\d(?: BC)?|-?infinity)$/,
  timestamp: /^(?:\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: BC)?|-?infinity)$/,
  timestamptz: /^(?:\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d(?::\d\d)*(?: BC)?|-?infinity)$/,
  time: /^\d\d:\d\d:\d\d(?:\.\d+)?$/,
  timetz: /^\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d(?::\d\d)*$/,
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const TAG = /^\{"(\$(?:text|bytes|integer|real|rawtext))":"(.*)"\}$/s

/** The check of one cell by family; `docs/FORMAT.md`, "Families", is the specification. */
function cellCheck(encoding: Encoding, dynamic: boolean): CellCheck {
  const shape = STRING_SHAPES[encoding.family]
  const numbers = encoding.family === 'integer' || encoding.family === 'real' || dynamic
  const fractions = encoding.family === 'real' || dynamic
  return (bytes, start, end) => {
    const first = bytes[start]
    if (first === QUOTE) {
      if (encoding.family === 'boolean' || encoding.family === 'composite') return `a string does not stand for a ${encoding.family}`
      if (shape !== undefined) return shape.test(bytes.toString('latin1', start + 1, end - 1)) ? null : `this is no ${encoding.family}`
      return stringFault(bytes, start, end)
    }
    if (numbers && isPlainInteger(bytes, start, end)) return null
    const text = bytes.toString('utf8', start, end)
    if (text === 'null') return null
    if (text === 'true' || text === 'false') return encoding.family === 'boolean' ? null : `${text} does not stand for a ${encoding.family}`
    if (first === OPEN_BRACE || first === 0x5b) return nestedFault(text, encoding, dynamic)
    if (!numbers || !NUMBER.test(text)) return `${text.slice(0, 40)} does not stand for a ${encoding.family}`
    if (encoding.family === 'real') return null
    if (/[.eE]/.test(text)) return fractions ? null : 'an integer has no fraction'
    return Number.isSafeInteger(Number(text)) ? null : 'an integer beyond 2^53 is not written as a number'
  }
}

/** The commonest number, without a detour through text: at most 15 digits, no leading zero. */
function isPlainInteger(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > 15 || end === start) return false
  if (bytes[start] === 0x30) return end === start + 1
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte < 0x30 || byte > 0x39) return false
  }
  return true
}

/** Control characters must be escaped, and escapes be JSON's and whole characters. */
function stringFault(bytes: Buffer, start: number, end: number): string | null {
  for (let at = start + 1; at < end - 1; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte < 0x20) return 'a control character stands unescaped in a string'
    if (byte !== 0x5c) continue
    at += 1
    const escape = String.fromCharCode(bytes[at] ?? 0)
    if (escape === 'u') {
      const unit = bytes.toString('latin1', at + 1, at + 5)
      if (!/^[0-9a-fA-F]{4}$/.test(unit)) return 'a \\u escape has four hex digits'
      at += 4
      if (!/^d[89a-f]/i.test(unit)) continue
      if (!/^d[89ab]..\\ud[c-f][0-9a-f]{2}$/i.test(unit + bytes.toString('latin1', at + 1, at + 7))) return 'half a surrogate pair is no text'
      at += 6
    } else if (!'"\\/bfnrt'.includes(escape)) return `there is no escape \\${escape}`
  }
  return null
}

function nestedFault(text: string, encoding: Encoding, dynamic: boolean): string | null {
  if (dynamic) {
    const [, tag, value] = TAG.exec(text) ?? []
    if (tag === undefined || value === undefined) return 'a tagged value has one of the tags of the format and a string'
    if ((tag === '$bytes' || tag === '$rawtext') && !/^(?:[0-9a-f]{2})*$/.test(value)) return 'bytes are written as pairs of hex digits'
    if (tag === '$integer' && !/^-?\d{1,19}$/.test(value)) return 'this is no integer'
    if (tag === '$text') {
      const string = Buffer.from(`"${value}"`)
      return stringFault(string, 0, string.length)
    }
    if (tag === '$real' && !/^-?Infinity$/.test(value)) return 'this is no infinite float'
    return null
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'the cell is not JSON'
  }
  return valueFault(value, encoding)
}

function valueFault(value: unknown, encoding: Encoding): string | null {
  if (value === null) return null
  if (encoding.family === 'array') {
    if (typeof value === 'string') return null
    if (!Array.isArray(value)) return 'an array is expected'
    for (const item of value as unknown[]) {
      const fault = Array.isArray(item) ? valueFault(item, encoding) : valueFault(item, encoding.element)
      if (fault !== null) return fault
    }
    return null
  }
  if (encoding.family === 'composite') {
    if (typeof value !== 'object') return 'an object is expected'
    const names = Object.keys(value)
    if (names.length !== encoding.fields.length || encoding.fields.some(({ name }, index) => names[index] !== name)) return 'the fields are not those of the type'
    for (const [index, field] of Object.values(value as Record<string, unknown>).entries()) {
      const fault = valueFault(field, present(encoding.fields[index]).encoding)
      if (fault !== null) return fault
    }
    return null
  }
  if (encoding.family === 'boolean') return typeof value === 'boolean' ? null : 'true or false is expected'
  if (typeof value === 'number') return encoding.family === 'integer' || encoding.family === 'real' ? null : `a number does not stand for a ${encoding.family}`
  if (typeof value !== 'string') return `this does not stand for a ${encoding.family}`
  if (/\p{Surrogate}/u.test(value)) return 'half a surrogate pair is no text'
  const shape = STRING_SHAPES[encoding.family]
  return shape === undefined || shape.test(value) ? null : `this is no ${encoding.family}`
}
