import type { GrowingBuffer } from '../rows/growing-buffer.js'
import { appendByte, appendBytes } from './append-bytes.js'
import { compactValue } from './compact-value.js'
import { INCOMPLETE, nextKey, OTHERWISE, skipBlanks, valueEnd, valueStart, type JsonText } from './json-scanner.js'
import type { ObjectShape } from './value-shape.js'

const CLOSE_BRACE = 0x7d

/**
 * Writes the row at `at` in canonical form behind `out` when its keys already are in order and only white space is too
 * much. Returns where the row ends, or with nothing written OTHERWISE, or INCOMPLETE when it is not all there. The shape
 * must be flat and have keys. @throws JsonFault
 */
export function rewriteOrderedRow(text: JsonText, at: number, shape: ObjectShape, out: GrowingBuffer): number {
  const before = out.length
  const end = rewrite(text, at, shape, out)
  if (end < 0) out.length = before
  return end
}

function rewrite(text: JsonText, at: number, shape: ObjectShape, out: GrowingBuffer): number {
  let next = skipBlanks(text, at + 1)
  for (let index = 0; index < shape.keys.length; index += 1) {
    const key = shape.keys[index]
    const prefix = shape.prefixes[index]
    if (key === undefined || prefix === undefined || !standsAt(text.bytes, next, key)) return OTHERWISE
    const start = valueStart(text, next + key.length)
    if (start === INCOMPLETE) return INCOMPLETE
    const blanks = text.blanks
    const end = valueEnd(text, start, 1)
    if (end === INCOMPLETE) return INCOMPLETE
    appendBytes(out, prefix, 0, prefix.length)
    if (text.blanks === blanks) appendBytes(out, text.bytes, start, end)
    else compactValue(text, start, end, out)
    next = nextKey(text, end)
    if (next === INCOMPLETE) return INCOMPLETE
  }
  if (text.bytes[next] !== CLOSE_BRACE) return OTHERWISE
  appendByte(out, CLOSE_BRACE)
  return next + 1
}

function standsAt(bytes: Buffer, at: number, key: Buffer): boolean {
  if (at + key.length > bytes.length) return false
  for (let index = 0; index < key.length; index += 1) if (bytes[at + index] !== key[index]) return false
  return true
}
