import { INCOMPLETE, OTHERWISE, stringEnd, valueEnd, type JsonText } from './json-scanner.js'
import type { ObjectShape } from './value-shape.js'

const QUOTE = 0x22
const SPACE = 0x20
const CLOSE_BRACE = 0x7d

/**
 * Where the row that starts at `at` ends if it already is in canonical form, so that its bytes can be passed on as they
 * are; OTHERWISE when it is not, INCOMPLETE when it is not all there. The shape must be flat and have keys. @throws JsonFault
 */
export function canonicalRowEnd(text: JsonText, at: number, shape: ObjectShape): number {
  const bytes = text.bytes
  const blanks = text.blanks
  let next = at
  for (const prefix of shape.prefixes) {
    const value = next + prefix.length
    // White space before a value is for the slower way; valueEnd would refuse it.
    if (value >= bytes.length || (bytes[value] ?? 0) <= SPACE) return OTHERWISE
    for (let index = 0; next < value; index += 1, next += 1) if (bytes[next] !== prefix[index]) return OTHERWISE
    next = bytes[next] === QUOTE ? stringEnd(text, next) : valueEnd(text, next, 1)
    if (next === INCOMPLETE) return INCOMPLETE
  }
  return next < bytes.length && bytes[next] === CLOSE_BRACE && text.blanks === blanks ? next + 1 : OTHERWISE
}
