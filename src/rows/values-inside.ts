import type { Encoding } from '../schema/column-type.js'
import type { Column } from '../schema/schema.js'
import { cellValue, type CellValue } from './cell-value.js'
import { numberText, parseExactJson } from './exact-json.js'

/**
 * The texts and numbers that stand at a path inside a cell: of JSON, an array or a composite; see `ReferencePlace`. What is
 * no JSON, or has nothing there, gives none.
 */
export function valuesInside(cell: string, { type }: Column, path: readonly string[]): CellValue[] {
  const found: CellValue[] = []
  const { family } = type.encoding
  if (family === 'array' || family === 'composite') {
    walk(parseExactJson(cell), type.encoding, path, found)
    return found
  }
  const text = cellValue(cell, { type })
  if (typeof text === 'string') walk(parseExactJson(text), null, path, found)
  return found
}

/** `encoding` null: inside a JSON document, where nothing is declared. */
function walk(value: unknown, encoding: Encoding | null, path: readonly string[], found: CellValue[]): void {
  const [step, ...rest] = path
  if (step === undefined) {
    const leaf = leafValue(value)
    if (leaf !== null) found.push(leaf)
    return
  }
  if (encoding?.family === 'json') {
    if (typeof value === 'string') walk(parseExactJson(value), null, path, found)
    return
  }
  const element = encoding?.family === 'array' ? encoding.element : null
  if (step === '*') {
    for (const each of elements(value, encoding)) {
      // Every dimension of an array holds the same elements.
      if (element !== null && Array.isArray(each)) walk(each, encoding, path, found)
      else walk(each, element, rest, found)
    }
  } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, step)) {
    const field = encoding?.family === 'composite' ? (encoding.fields.find(({ name }) => name === step)?.encoding ?? null) : null
    walk((value as Readonly<Record<string, unknown>>)[step], field, rest, found)
  }
}

function leafValue(value: unknown): CellValue {
  const digits = numberText(value)
  // What is beyond 64 bits is no key of any row.
  if (digits !== null) return /^-?\d{1,18}$/.test(digits) ? BigInt(digits) : /^-?\d+$/.test(digits) ? digits : Number(digits)
  return typeof value === 'string' ? value : null
}

function elements(value: unknown, encoding: Encoding | null): readonly unknown[] {
  if (Array.isArray(value)) return value
  return encoding?.family === 'array' && typeof value === 'string' ? literalElements(value, encoding.delimiter) : []
}

/** Of an array whose lower bounds are not 1, which stands as PostgreSQL's literal: `[0:1]={1,"b c"}`. */
function literalElements(literal: string, delimiter: string): string[] {
  const body = literal.slice(literal.indexOf('=') + 1)
  const bare = `[^{}"${delimiter}]+`
  return [...body.matchAll(new RegExp(`"((?:[^"\\\\]|\\\\.)*)"|(${bare})`, 'gs'))].flatMap(([, quoted, word]) => {
    if (quoted !== undefined) return [quoted.replace(/\\(.)/gs, '$1')]
    return word === undefined || word === 'NULL' ? [] : [word]
  })
}
