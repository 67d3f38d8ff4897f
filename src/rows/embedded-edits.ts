import type { Encoding } from '../schema/column-type.js'
import type { ReferencePlace } from '../schema/declared-reference.js'
import type { Column } from '../schema/schema.js'
import { arrayLiteralEdits } from './array-literal-edits.js'
import { cellValue, type CellValue } from './cell-value.js'
import { elementEdits, type ElementChange, type Renamed } from './element-edits.js'
import { elementSpans, type JsonSpan, memberSpans, parsedString, rootSpan } from './json-spans.js'
import { keyCell } from './key-cell.js'
import { listEdits } from './list-edits.js'
import { JSON_ESCAPING, throughEscapes, type TextEdit } from './text-edit.js'

/** A text or a number that stands where keys stand; says what becomes of it. */
export type KeyVisit = (key: CellValue) => Renamed

export type EmbeddedPlace = Exclude<ReferencePlace, { readonly kind: 'columns' }>

/**
 * Visits the keys inside a canonical cell, by the path or separator of `place`, in their order, and gives the edits of the cell
 * that rename them. What is no JSON, or has nothing there, has none.
 */
export function embeddedEdits(cell: string, { type }: Pick<Column, 'type'>, place: EmbeddedPlace, visit: KeyVisit): readonly TextEdit[] {
  const { family } = type.encoding
  if (place.kind === 'inside' && (family === 'array' || family === 'composite')) return insideEdits({ text: cell, visit }, rootSpan(cell), type.encoding, place.path)
  if (cell === 'null') return []
  const value = cellValue(cell, { type })
  if (typeof value === 'string') {
    // A tagged text stands behind its key.
    const start = cell.startsWith('{') ? cell.indexOf(':') + 2 : 1
    const edits = place.kind === 'list' ? listEdits(value, place.separator, visit) : documentEdits(value, place.path, visit)
    return throughEscapes(cell, start, edits, JSON_ESCAPING)
  }
  if (place.kind !== 'list' || (typeof value !== 'bigint' && typeof value !== 'number')) return []
  // One number is a list of one.
  const renamed = visit(value)
  if (renamed === undefined) return []
  const fresh = renamed !== null && /^-?\d{1,18}$/.test(renamed) ? BigInt(renamed) : renamed
  return [{ start: 0, end: cell.length, text: keyCell(fresh, { type }) ?? 'null' }]
}

interface Walk {
  /** JSON. */
  readonly text: string
  readonly visit: KeyVisit
  /** The array at hand is an inner dimension of another. */
  readonly inner?: boolean
}

function documentEdits(document: string, path: readonly string[], visit: KeyVisit): readonly TextEdit[] {
  try {
    JSON.parse(document)
  } catch {
    return []
  }
  return insideEdits({ text: document, visit }, rootSpan(document), null, path)
}

/** `encoding` null: inside a JSON document, where nothing is declared. */
function insideEdits(walk: Walk, span: JsonSpan, encoding: Encoding | null, path: readonly string[]): readonly TextEdit[] {
  const change = changeOf(walk, span, encoding, path)
  return change === 'gone' ? [{ ...span, text: 'null' }] : change
}

function changeOf(walk: Walk, span: JsonSpan, encoding: Encoding | null, path: readonly string[]): ElementChange {
  const { text, visit } = walk
  const [step, ...rest] = path
  if (step === undefined) return leafChange(walk, span, encoding)
  const first = text[span.start]
  if (first === '"') {
    const inner = encoding?.family === 'json' || encoding?.family === 'array' ? parsedString(text.slice(span.start, span.end)) : null
    if (inner === null || encoding === null) return []
    const edits = encoding.family === 'array' ? literalEdits(inner, encoding, path, visit) : documentEdits(inner, path, visit)
    return throughEscapes(text, span.start + 1, edits, JSON_ESCAPING)
  }
  if (first === '[' && step === '*') {
    const spans = [...elementSpans(text, span.start)]
    const element = encoding?.family === 'array' ? encoding.element : null
    const changes = spans.map((each): ElementChange => {
      // Every dimension of an array holds the same elements, and all of one as many.
      if (element !== null && text[each.start] === '[') return insideEdits({ text, visit, inner: true }, each, encoding, path)
      return walk.inner === true ? insideEdits({ text, visit }, each, element, rest) : changeOf(walk, each, element, rest)
    })
    return elementEdits(spans, changes)
  }
  if (first === '{') {
    const edits: TextEdit[] = []
    for (const member of memberSpans(text, span.start)) {
      if (member.name !== step) continue
      const field = encoding?.family === 'composite' ? (encoding.fields.find(({ name }) => name === step)?.encoding ?? null) : null
      edits.push(...insideEdits(walk, { start: member.start, end: member.end }, field, rest))
    }
    return edits
  }
  return []
}

function leafChange({ text, visit }: Walk, span: JsonSpan, encoding: Encoding | null): ElementChange {
  const token = text.slice(span.start, span.end)
  const key = leafValue(token)
  const renamed = key === null ? undefined : visit(key)
  if (renamed === undefined) return []
  return renamed === null ? 'gone' : [{ ...span, text: leafText(renamed, token, encoding) }]
}

/** Null for what is no key: NULL, true and false, an array or object, the empty text. */
function leafValue(token: string): CellValue {
  if (token.startsWith('"')) return parsedString(token) || null
  if (/^-?\d{1,18}$/.test(token)) return BigInt(token)
  if (/^-?\d+$/.test(token)) return token
  return /^-?\d/.test(token) ? Number(token) : null
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** A text stays a text and a number a number. A canonical integer is a number just where every JSON reader gets it exactly. */
function leafText(renamed: string, token: string, encoding: Encoding | null): string {
  const number = encoding?.family === 'integer' ? /^-?\d+$/.test(renamed) && Number.isSafeInteger(Number(renamed)) : !token.startsWith('"') && NUMBER.test(renamed)
  return number ? renamed : JSON.stringify(renamed)
}

function literalEdits(literal: string, encoding: Extract<Encoding, { readonly family: 'array' }>, path: readonly string[], visit: KeyVisit): readonly TextEdit[] {
  const [step, ...rest] = path
  if (step !== '*') return []
  return arrayLiteralEdits(literal, encoding.delimiter, (text) => {
    if (rest.length === 0) return { renamed: text === '' ? undefined : visit(text) }
    return encoding.element.family === 'json' ? documentEdits(text, rest, visit) : []
  })
}
