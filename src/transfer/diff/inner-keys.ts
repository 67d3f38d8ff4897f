import { keyCell } from '../../rows/key-cell.js'
import { cellValue, type CellValue } from '../../rows/cell-value.js'
import { embeddedKeys } from '../../rows/embedded-keys.js'
import { numberText, parseExactJson } from '../../rows/exact-json.js'
import type { ReferencePlace } from '../../schema/declared-reference.js'
import type { Encoding } from '../../schema/column-type.js'
import type { Column } from '../../schema/schema.js'

export interface InnerKeys<R> {
  /** All else that the cell says. */
  readonly frame: string
  readonly keys: readonly InnerKey<R>[]
}

/** A key as canonical cell of the key's column, or what is none as it is. */
export type InnerKey<R> = { readonly reference: R } & ({ readonly cell: string } | { readonly raw: string })

export interface InnerReference {
  readonly target: Column
  readonly place: Exclude<ReferencePlace, { readonly kind: 'columns' }>
}

/** Takes the keys of all references out of a cell, those of one after those of the other; null where it is not of the form that holds keys. */
export function innerKeys<R extends InnerReference>(cell: string, column: Column, references: readonly R[]): InnerKeys<R> | null {
  const text = documentOf(cell, column)
  const [first] = references
  if (text === null || first === undefined) return null
  const keyOf = (value: CellValue, reference: R): InnerKey<R> => {
    const key = keyCell(value, reference.target)
    return key === null ? { reference, raw: String(value) } : { reference, cell: key }
  }
  if (first.place.kind === 'list') {
    const pieces = text.split(first.place.separator)
    const frame = pieces.map((piece) => (piece.trim() === '' ? piece : piece.replace(piece.trim(), '\0'))).join(first.place.separator)
    const values = pieces.map((piece) => piece.trim()).filter((piece) => piece !== '')
    return { frame, keys: values.map((value) => keyOf(asWritten(value, first.target), first)) }
  }
  let document = parseExactJson(text)
  if (typeof document !== 'object' || document === null || numberText(document) !== null) return null
  const { encoding } = column.type
  const declared = encoding.family === 'array' || encoding.family === 'composite' ? encoding : null
  const keys: InnerKey<R>[] = []
  for (const reference of references) {
    if (reference.place.kind !== 'inside') continue
    const { path } = reference.place
    keys.push(...embeddedKeys(cell, column, reference.place).map((value) => keyOf(value, reference)))
    document = blanked(document, declared, path)
  }
  return { frame: JSON.stringify(document), keys }
}

/** An array whose bounds are not 1 is PostgreSQL's literal, and told as a whole. */
function documentOf(cell: string, column: Column): string | null {
  const { family } = column.type.encoding
  if (family === 'array' || family === 'composite') return cell.startsWith('"') ? null : cell
  const value = cellValue(cell, column)
  return value === null || Buffer.isBuffer(value) ? null : String(value)
}

/** In a column without a class of its own, digits of a list are more likely a number than a text. */
function asWritten(value: string, { type }: Column): CellValue {
  return type.encoding.family === 'any' && /^-?(?:0|[1-9]\d{0,17})$/.test(value) ? BigInt(value) : value
}

/**
 * The document without the texts and numbers that `valuesInside` finds at the path. Spaces and the spelling of numbers are gone
 * too: they say nothing.
 */
function blanked(value: unknown, encoding: Encoding | null, path: readonly string[]): unknown {
  const [step, ...rest] = path
  if (step === undefined) return typeof value === 'string' || numberText(value) !== null ? '\0' : value
  if (encoding?.family === 'json') {
    const document = typeof value === 'string' ? parseExactJson(value) : undefined
    return document === undefined ? value : blanked(document, null, path)
  }
  const element = encoding?.family === 'array' ? encoding.element : null
  if (Array.isArray(value)) {
    if (step !== '*') return value
    return value.map((each: unknown) => (element !== null && Array.isArray(each) ? blanked(each, encoding, path) : blanked(each, element, rest)))
  }
  if (step === '*' || typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value
  const field = encoding?.family === 'composite' ? (encoding.fields.find(({ name }) => name === step)?.encoding ?? null) : null
  return { ...value, [step]: blanked((value as Readonly<Record<string, unknown>>)[step], field, rest) }
}
