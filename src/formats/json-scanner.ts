import { JsonFault, showByte } from './json-fault.js'

/** JSON text in memory, of which the end may not be there yet. */
export interface JsonText {
  bytes: Buffer
  /** Counts white space outside of strings as it is passed. */
  blanks: number
}

/** What a scanner answers when the value goes on behind the bytes at hand. */
export const INCOMPLETE = -1
/** What a scanner of a special form answers when the value is not in that form. */
export const OTHERWISE = -2

/** How deep arrays and objects may nest in a document, the row's own object being the first. */
export const MAX_DEPTH = 256

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const MINUS = 0x2d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** The first place from `at` on that is not white space; it may be the end of the bytes. */
export function skipBlanks(text: JsonText, at: number): number {
  const bytes = text.bytes
  const end = bytes.length
  let next = at
  while (next < end) {
    const byte = bytes[next] ?? 0
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break
    next += 1
  }
  text.blanks += next - at
  return next
}

/**
 * Where the JSON value that starts at `at` ends (exclusive), or INCOMPLETE. Numbers, escapes, literals and nesting are
 * checked by RFC 8259; a \u escape of half a surrogate pair is refused, for no text can hold it. @throws JsonFault
 */
export function valueEnd(text: JsonText, at: number, depth: number): number {
  const byte = text.bytes[at]
  switch (byte) {
    case undefined:
      return INCOMPLETE
    case QUOTE:
      return stringEnd(text, at)
    case OPEN_BRACE:
      return objectEnd(text, at, depth)
    case OPEN_BRACKET:
      return arrayEnd(text, at, depth)
    case 0x74:
      return literalEnd(text, at, 'true')
    case 0x66:
      return literalEnd(text, at, 'false')
    case 0x6e:
      return literalEnd(text, at, 'null')
    default:
      if (byte === MINUS || isDigit(byte)) return numberEnd(text, at)
      throw new JsonFault(at, `a value is expected, not ${showByte(byte)}`)
  }
}

/** Where the string whose opening quote is at `at` ends. */
export function stringEnd(text: JsonText, at: number): number {
  const bytes = text.bytes
  const end = bytes.length
  let next = at + 1
  // The loop never looks behind the end: that, and most letters passing at the first comparison, makes it fast.
  while (next < end) {
    const byte = bytes[next] ?? 0
    if (byte > BACKSLASH) next += 1
    else if (byte === QUOTE) return next + 1
    else if (byte === BACKSLASH) {
      next = escapeEnd(bytes, next)
      if (next === INCOMPLETE) return INCOMPLETE
    } else if (byte < 0x20) {
      throw new JsonFault(next, `a control character (${showByte(byte)}) stands unescaped in a string`)
    } else next += 1
  }
  return INCOMPLETE
}

function escapeEnd(bytes: Buffer, at: number): number {
  const kind = bytes[at + 1]
  if (kind === undefined) return INCOMPLETE
  if (kind !== 0x75) {
    if ('"\\/bfnrt'.includes(String.fromCharCode(kind))) return at + 2
    throw new JsonFault(at, `there is no escape \\ with ${showByte(kind)}`)
  }
  const unit = hexUnit(bytes, at + 2)
  if (unit === INCOMPLETE) return INCOMPLETE
  if (unit < 0xd800 || unit > 0xdfff) return at + 6
  if (unit > 0xdbff) throw new JsonFault(at, 'a \\u escape is half a surrogate pair')
  for (const [index, expected] of [BACKSLASH, 0x75].entries()) {
    const byte = bytes[at + 6 + index]
    if (byte === undefined) return INCOMPLETE
    if (byte !== expected) throw new JsonFault(at, 'a \\u escape is half a surrogate pair')
  }
  const second = hexUnit(bytes, at + 8)
  if (second === INCOMPLETE) return INCOMPLETE
  if (second < 0xdc00 || second > 0xdfff) throw new JsonFault(at, 'a \\u escape is half a surrogate pair')
  return at + 12
}

function hexUnit(bytes: Buffer, at: number): number {
  let unit = 0
  for (let index = at; index < at + 4; index += 1) {
    const byte = bytes[index]
    if (byte === undefined) return INCOMPLETE
    const letter = byte | 0x20
    if (isDigit(byte)) unit = unit * 16 + byte - 0x30
    else if (letter >= 0x61 && letter <= 0x66) unit = unit * 16 + letter - 0x57
    else throw new JsonFault(index, `a \\u escape needs four hexadecimal digits, not ${showByte(byte)}`)
  }
  return unit
}

function literalEnd(text: JsonText, at: number, literal: string): number {
  for (let index = 0; index < literal.length; index += 1) {
    const byte = text.bytes[at + index]
    if (byte === undefined) return INCOMPLETE
    if (byte !== literal.charCodeAt(index)) throw new JsonFault(at, `a value is expected, and this is not "${literal}"`)
  }
  return at + literal.length
}

function numberEnd(text: JsonText, at: number): number {
  const bytes = text.bytes
  let next = bytes[at] === MINUS ? at + 1 : at
  if (bytes[next] === 0x30) next += 1
  else next = digitsEnd(bytes, next)
  if (next !== INCOMPLETE && bytes[next] === 0x2e) next = digitsEnd(bytes, next + 1)
  if (next === INCOMPLETE) return INCOMPLETE
  const exponent = bytes[next]
  if (exponent === 0x65 || exponent === 0x45) {
    const sign = bytes[next + 1]
    next = digitsEnd(bytes, sign === MINUS || sign === 0x2b ? next + 2 : next + 1)
    if (next === INCOMPLETE) return INCOMPLETE
  }
  const after = bytes[next]
  if (after === undefined) return INCOMPLETE
  if (isDigit(after)) throw new JsonFault(next, 'a number must not start with 0')
  return next
}

/** Behind one or more digits. */
function digitsEnd(bytes: Buffer, at: number): number {
  for (let next = at; ; next += 1) {
    const byte = bytes[next]
    if (byte === undefined) return INCOMPLETE
    if (isDigit(byte)) continue
    if (next === at) throw new JsonFault(next, `a digit is expected, not ${showByte(byte)}`)
    return next
  }
}

function arrayEnd(text: JsonText, at: number, depth: number): number {
  checkDepth(at, depth)
  let next = skipBlanks(text, at + 1)
  if (text.bytes[next] === CLOSE_BRACKET) return next + 1
  for (;;) {
    next = valueEnd(text, next, depth + 1)
    if (next === INCOMPLETE) return INCOMPLETE
    next = skipBlanks(text, next)
    const byte = text.bytes[next]
    if (byte === undefined) return INCOMPLETE
    if (byte === CLOSE_BRACKET) return next + 1
    if (byte !== COMMA) throw new JsonFault(next, `a comma or ']' is expected, not ${showByte(byte)}`)
    next = skipBlanks(text, next + 1)
  }
}

function objectEnd(text: JsonText, at: number, depth: number): number {
  checkDepth(at, depth)
  let next = skipBlanks(text, at + 1)
  if (text.bytes[next] === CLOSE_BRACE) return next + 1
  for (;;) {
    next = keyEnd(text, next)
    if (next === INCOMPLETE) return INCOMPLETE
    next = valueStart(text, next)
    if (next === INCOMPLETE) return INCOMPLETE
    next = valueEnd(text, next, depth + 1)
    if (next === INCOMPLETE) return INCOMPLETE
    next = nextKey(text, next)
    if (next === INCOMPLETE) return INCOMPLETE
    if (text.bytes[next] === CLOSE_BRACE) return next + 1
  }
}

function checkDepth(at: number, depth: number): void {
  if (depth >= MAX_DEPTH) throw new JsonFault(at, `arrays and objects nest deeper than ${MAX_DEPTH}`)
}

/** Where the key at `at` ends. */
export function keyEnd(text: JsonText, at: number): number {
  const byte = text.bytes[at]
  if (byte === undefined) return INCOMPLETE
  if (byte !== QUOTE) throw new JsonFault(at, `a key in double quotes is expected, not ${showByte(byte)}`)
  return stringEnd(text, at)
}

/** From the end of a key over its colon to where its value starts. */
export function valueStart(text: JsonText, at: number): number {
  const colon = skipBlanks(text, at)
  const byte = text.bytes[colon]
  if (byte === undefined) return INCOMPLETE
  if (byte !== COLON) throw new JsonFault(colon, `a colon is expected, not ${showByte(byte)}`)
  return skipBlanks(text, colon + 1)
}

/** From the end of a value in an object to its next key, or to the brace that closes the object. */
export function nextKey(text: JsonText, at: number): number {
  const next = skipBlanks(text, at)
  const byte = text.bytes[next]
  if (byte === undefined) return INCOMPLETE
  if (byte === CLOSE_BRACE) return next
  if (byte !== COMMA) throw new JsonFault(next, `a comma or '}' is expected, not ${showByte(byte)}`)
  const key = skipBlanks(text, next + 1)
  if (text.bytes[key] === CLOSE_BRACE) throw new JsonFault(next, 'no comma may stand before \'}\'')
  return text.bytes[key] === undefined ? INCOMPLETE : key
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
