import type { ErrorCode } from '../../../errors/catalogue.js'
import type { Column } from '../../../schema/schema.js'
import type { Conversion } from '../../conversion.js'
import { cellValue, KIND, type CellValue, type Kind } from './cell-value.js'
import type { Holding } from './holding.js'
import { isExactNumber, plainDecimal } from '../../../schema/plain-decimal.js'
import { looksNumeric } from './numeric-text.js'

/** `plain`: the short SQL expression decodes it; `full`: it needs the long one; `check`: ask the rule. */
export const OUTCOME = Object.freeze({ check: 0, plain: 1, full: 2 })
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME]

/** How cells of one column are judged while a batch is scanned: by kind alone where that suffices, else by looking at the cell. */
export interface CellRule {
  /** By `Kind`. */
  readonly outcomes: readonly Outcome[]
  /** @throws CellFault */
  check(kind: Kind, json: string): Outcome
}

/** A cell that is not what its column says, or that the target would not hold as it is. */
export class CellFault extends Error {
  constructor(
    readonly code: Extract<ErrorCode, 'ROW_INVALID' | 'ROW_REFUSED'>,
    message: string,
    readonly hint?: string,
  ) {
    super(message)
  }
}

/** What the target does with values, beside the column's own holding. */
export interface Writing {
  readonly conversions: ReadonlySet<Conversion>
  /** A UTF-16 database cannot keep bytes that are not text. */
  readonly utf16: boolean
}

/** @param into how the target column holds values, or null when the archive's column is not written. */
export function cellRule(source: Column, into: Holding | null, writing: Writing): CellRule {
  return {
    outcomes: Object.values(KIND).map((kind) => fixedOutcome(source, into, kind)),
    check: (kind, json) => {
      const value = cellValue(source.type, kind, json)
      if (value === null) throw new CellFault('ROW_INVALID', `${shortened(json)} does not stand for a value of the family ${source.type.encoding.family}`)
      if (into !== null) refuse(value, source, into, writing)
      return kind === KIND.null || (kind !== KIND.object && plainKinds(source).has(kind) && json !== '-0') ? OUTCOME.plain : OUTCOME.full
    },
  }
}

/** Kinds that the short expression of `decodeCell` decodes. */
function plainKinds(source: Column): ReadonlySet<Kind> {
  switch (source.type.encoding.family) {
    case 'integer':
      return new Set([KIND.integer, KIND.fraction])
    case 'real':
      return new Set([KIND.integer, KIND.fraction])
    case 'bytes':
      return new Set([KIND.string])
    case 'array':
    case 'composite':
      return new Set([KIND.string, KIND.array, KIND.object])
    default:
      return new Set([KIND.boolean, KIND.integer, KIND.fraction, KIND.string])
  }
}

/** The outcome that no cell of this kind can change. Numbers of odd spelling are checked all the same by the scanner. */
function fixedOutcome(source: Column, into: Holding | null, kind: Kind): Outcome {
  const { dynamic, encoding } = source.type
  const { family } = encoding
  const keeps = (...kept: readonly Holding[]): Outcome => (into === null || kept.includes(into) ? OUTCOME.plain : OUTCOME.check)
  if (kind === KIND.null) return keeps('integer', 'real', 'numeric', 'text', 'blob')
  if (kind === KIND.boolean && family === 'boolean') return keeps('integer', 'numeric', 'blob')
  if (kind === KIND.integer) {
    if (family === 'real') return keeps('real', 'blob')
    if (family === 'integer' || (dynamic && family !== 'bytes')) return keeps('integer', 'numeric', 'blob', 'rowid')
  }
  if (kind === KIND.fraction && family === 'real') return keeps('real', 'blob')
  if (kind === KIND.string && !FORMED.has(family)) return keeps('text', 'blob')
  return OUTCOME.check
}

/** Families whose strings are not simply text. */
const FORMED: ReadonlySet<string> = new Set(['boolean', 'integer', 'real', 'bytes', 'array', 'composite'])

/** @throws ROW_REFUSED where the column would keep something else than the value */
function refuse(value: CellValue, source: Column, into: Holding, writing: Writing): void {
  const becomes = value.class === 'decimal' ? bentDecimal(value.text, source, into, writing) : bent(value, into, writing)
  if (becomes !== null) throw new CellFault('ROW_REFUSED', becomes.message, becomes.hint)
}

function bent(value: CellValue, into: Holding, writing: Writing): { message: string; hint?: string } | null {
  const refused = (what: string): { message: string } => ({ message: `${what} cannot be kept as it is in this column of SQLite (it holds ${HOLDS[into]})` })
  if (value.class === 'nan') {
    if (!writing.conversions.has('nan-to-null')) return { message: 'SQLite has no NaN', hint: 'Allow it to become NULL with --convert nan-to-null.' }
    return bent({ class: 'null' }, into, writing)
  }
  if (value.class === 'raw' && writing.utf16) return { message: 'text that is not valid UTF-8 cannot be kept in a UTF-16 database' }
  if (into === 'rowid' || into === 'int32') {
    if (value.class !== 'integer') return refused(describe(value))
    return into === 'rowid' || BigInt.asIntN(32, value.integer) === value.integer ? null : refused(describe(value))
  }
  if (into === 'float32') return value.class === 'real' && Object.is(Math.fround(value.real), value.real) ? null : refused(describe(value))
  if (into === 'blob') return null
  switch (value.class) {
    case 'integer':
      if (into === 'text') return writing.conversions.has('number-to-text') ? null : { ...refused(describe(value)), hint: 'Allow it to become text with --convert number-to-text.' }
      return into === 'real' ? refused(describe(value)) : null
    case 'real':
      if (into === 'real') return negativeZero(value.real, writing)
      return into === 'text' || becomesInteger(value.real) ? refused(describe(value)) : null
    case 'text':
    case 'decimal':
      return into !== 'text' && looksNumeric(value.text) ? refused(describe(value)) : null
    default:
      return null
  }
}

const HOLDS: Readonly<Record<Holding, string>> = {
  integer: 'numbers',
  real: 'floating point numbers',
  numeric: 'numbers',
  text: 'text',
  blob: 'anything',
  rowid: 'integers only',
  float32: '32-bit floats only',
  int32: '32-bit integers only',
}

/**
 * A column of numbers takes a decimal that it gives back with the same digits. Zeros that only fill up the scale of a
 * numeric(p,s) column say nothing of the value.
 */
function bentDecimal(text: string, source: Column, into: Holding, writing: Writing): { message: string; hint?: string } | null {
  if (into !== 'integer' && into !== 'numeric' && into !== 'real') return bent({ class: 'text', text }, into, writing)
  const scaled = /^numeric\(\d+,\s*\d+\)$/.test(source.type.declared) || writing.conversions.has('round')
  const digits = scaled && text.includes('.') ? text.replace(/\.?0+$/, '') : text
  if (into === 'real' ? plainDecimal(Number(digits)) === digits : isExactNumber(digits)) return null
  if (writing.conversions.has('round')) return null
  return { message: `the decimal ${shortened(text)} would not keep its digits in a column of SQLite that holds numbers`, hint: 'Declare the column as TEXT, or allow rounding with --convert round.' }
}

/** A REAL column keeps whole numbers as integers on disk, which have no negative zero. */
function negativeZero(real: number, writing: Writing): { message: string; hint: string } | null {
  if (!Object.is(real, -0) || writing.conversions.has('round')) return null
  return { message: 'SQLite keeps no negative zero in a REAL column', hint: 'Allow it to become zero with --convert round.' }
}

function becomesInteger(real: number): boolean {
  return Number.isInteger(real) && real > -(2 ** 63) && real < 2 ** 63
}

function describe(value: CellValue): string {
  switch (value.class) {
    case 'integer':
      return `the integer ${value.integer.toString()}`
    case 'real':
      return `the float ${Object.is(value.real, -0) ? '-0.0' : value.real.toString()}`
    case 'text':
    case 'decimal':
      return `the text ${shortened(JSON.stringify(value.text))}`
    case 'blob':
      return 'a blob'
    case 'raw':
      return 'text that is not valid UTF-8'
    default:
      return 'NULL'
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
