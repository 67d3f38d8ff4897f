const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const NEWLINE = 0x0a

/**
 * Where the JSON value that starts at `start` ends (exclusive), or -1 when it does not end on this line. Only the
 * structure is followed: strings, nesting, and the next comma or closing brace for numbers and literals.
 */
export function cellEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start]
  if (first === QUOTE) return stringEnd(bytes, start)
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(bytes, start)
  let at = start
  for (;;) {
    const byte = bytes[at]
    if (byte === COMMA || byte === CLOSE_BRACE) return at === start ? -1 : at
    if (byte === undefined || byte === NEWLINE) return -1
    at += 1
  }
}

function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1
  for (;;) {
    const byte = bytes[at]
    if (byte === QUOTE) return at + 1
    if (byte === undefined || byte === NEWLINE) return -1
    at += byte === BACKSLASH ? 2 : 1
  }
}

function nestedEnd(bytes: Uint8Array, start: number): number {
  let depth = 0
  let at = start
  for (;;) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at = stringEnd(bytes, at)
      if (at < 0) return -1
      continue
    }
    if (byte === undefined || byte === NEWLINE) return -1
    at += 1
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at
  }
}
