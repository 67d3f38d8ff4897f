import type { GrowingBuffer } from '../rows/growing-buffer.js'
import { appendBytes } from './append-bytes.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const NEWLINE = 0x0a
const SPACE = 0x20
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * Writes the JSON value in `bytes[start, end)`, which has no white space between its tokens, behind `out`, indented by
 * two spaces a level from `level` on. Tokens are copied as they stand; an empty array or object stays on its line.
 */
export function prettyValue(bytes: Buffer, start: number, end: number, level: number, out: GrowingBuffer): void {
  let depth = level
  let at = start
  while (at < end) {
    const byte = bytes[at] ?? 0
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      const empty = bytes[at + 1] === byte + 2
      out.reserve(2)
      out.bytes[out.length++] = byte
      at += 1
      if (empty) {
        out.bytes[out.length++] = byte + 2
        at += 1
      } else {
        depth += 1
        newLine(out, depth)
      }
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1
      newLine(out, depth)
      out.bytes[out.length++] = byte
      at += 1
    } else if (byte === COMMA) {
      out.reserve(1)
      out.bytes[out.length++] = byte
      newLine(out, depth)
      at += 1
    } else if (byte === COLON) {
      out.reserve(2)
      out.bytes[out.length++] = byte
      out.bytes[out.length++] = SPACE
      at += 1
    } else {
      const token = byte === QUOTE ? stringEnd(bytes, at) : plainEnd(bytes, at)
      appendBytes(out, bytes, at, token)
      at = token
    }
  }
}

/** Starts a line of that level; one byte more is free behind it. */
export function newLine(out: GrowingBuffer, level: number): void {
  out.reserve(2 + level * 2)
  out.bytes[out.length] = NEWLINE
  const end = out.length + 1 + level * 2
  for (let at = out.length + 1; at < end; at += 1) out.bytes[at] = SPACE
  out.length += 1 + level * 2
}

function stringEnd(bytes: Buffer, start: number): number {
  let at = start + 1
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) break
    at += byte === BACKSLASH ? 2 : 1
  }
  return at + 1
}

/** End of a number, true, false or null. */
function plainEnd(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === NEWLINE) break
    at += 1
  }
  return at
}
