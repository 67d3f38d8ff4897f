import type { GrowingBuffer } from '../rows/growing-buffer.js'
import { startsWithAt } from '../rows/key-prefixes.js'
import { appendByte, appendBytes } from './append-bytes.js'
import { compactValue } from './compact-value.js'
import { JsonFault, showName } from './json-fault.js'
import { INCOMPLETE, keyEnd, nextKey, skipBlanks, valueEnd, valueStart, type JsonText } from './json-scanner.js'
import type { ArrayShape, ObjectShape, ValueShape } from './value-shape.js'

const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Longer keys are not decoded: no column is named so. */
const MAX_KEY_BYTES = 1 << 16

/** Where a key's value stands. */
interface Slice {
  readonly start: number
  readonly end: number
  readonly spaced: boolean
}

/**
 * Writes the object at `at` in canonical form behind `out`: its keys in the shape's order, without white space, every
 * value's token as it stands. Returns where the object ends, or INCOMPLETE with nothing written.
 * @throws JsonFault also for a key that is missing, unknown or there twice
 */
export function rewriteObject(text: JsonText, at: number, shape: ObjectShape, out: GrowingBuffer, depth = 0): number {
  const slices: (Slice | undefined)[] = shape.names.map(() => undefined)
  let next = skipBlanks(text, at + 1)
  if (text.bytes[next] !== CLOSE_BRACE) {
    for (let expected = 0; text.bytes[next] !== CLOSE_BRACE; expected += 1) {
      const key = readKey(text, next, shape, expected)
      if (key === undefined) return INCOMPLETE
      if (slices[key.place] !== undefined) throw new JsonFault(next, `key ${showName(shape.names[key.place] ?? '')} is there twice`)
      const start = valueStart(text, key.end)
      if (start === INCOMPLETE) return INCOMPLETE
      const blanks = text.blanks
      const end = valueEnd(text, start, depth + 1)
      if (end === INCOMPLETE) return INCOMPLETE
      slices[key.place] = { start, end, spaced: text.blanks !== blanks }
      expected = key.place
      next = nextKey(text, end)
      if (next === INCOMPLETE) return INCOMPLETE
    }
  }
  emit(text, slices, next, shape, out, depth)
  return next + 1
}

function readKey(text: JsonText, at: number, shape: ObjectShape, expected: number): { place: number; end: number } | undefined {
  const likely = shape.keys[expected]
  if (likely !== undefined && startsWithAt(text.bytes, at, likely)) return { place: expected, end: at + likely.length }
  const end = keyEnd(text, at)
  if (end === INCOMPLETE) return undefined
  if (end - at > MAX_KEY_BYTES) throw new JsonFault(at, `a key of ${end - at} bytes is unknown here`)
  const name = JSON.parse(text.bytes.toString('utf8', at, end)) as string
  const place = shape.places.get(name)
  if (place === undefined) throw new JsonFault(at, `key ${showName(name)} is unknown here`)
  return { place, end }
}

function emit(text: JsonText, slices: readonly (Slice | undefined)[], close: number, shape: ObjectShape, out: GrowingBuffer, depth: number): void {
  const missing = shape.names.filter((_, index) => slices[index] === undefined)
  if (missing.length > 0) {
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : ''
    throw new JsonFault(close, `missing ${missing.length === 1 ? 'key' : 'keys'} ${missing.slice(0, 5).map(showName).join(', ')}${more}`)
  }
  if (slices.length === 0) appendByte(out, OPEN_BRACE)
  for (const [index, slice] of slices.entries()) {
    const prefix = shape.prefixes[index]
    if (slice === undefined || prefix === undefined) continue
    appendBytes(out, prefix, 0, prefix.length)
    emitValue(text, slice, shape.values[index] ?? null, out, depth + 1)
  }
  appendByte(out, CLOSE_BRACE)
}

function emitValue(text: JsonText, slice: Slice, shape: ValueShape, out: GrowingBuffer, depth: number): void {
  const first = text.bytes[slice.start]
  if (shape?.kind === 'object' && first === OPEN_BRACE) rewriteObject(text, slice.start, shape, out, depth)
  else if (shape?.kind === 'array' && first === OPEN_BRACKET) emitArray(text, slice.start, shape, out, depth)
  else if (slice.spaced) compactValue(text, slice.start, slice.end, out)
  else appendBytes(out, text.bytes, slice.start, slice.end)
}

function emitArray(text: JsonText, at: number, shape: ArrayShape, out: GrowingBuffer, depth: number): number {
  appendByte(out, OPEN_BRACKET)
  let next = skipBlanks(text, at + 1)
  while (text.bytes[next] !== CLOSE_BRACKET) {
    const end = valueEnd(text, next, depth + 1)
    const nested = text.bytes[next] === OPEN_BRACKET ? shape : shape.element
    emitValue(text, { start: next, end, spaced: true }, nested, out, depth + 1)
    next = skipBlanks(text, end)
    if (text.bytes[next] !== COMMA) continue
    appendByte(out, COMMA)
    next = skipBlanks(text, next + 1)
  }
  appendByte(out, CLOSE_BRACKET)
  return next + 1
}
