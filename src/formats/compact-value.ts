import type { GrowingBuffer } from '../rows/growing-buffer.js'
import { appendBytes } from './append-bytes.js'
import { skipBlanks, stringEnd, type JsonText } from './json-scanner.js'

const QUOTE = 0x22

/** Copies the value between `start` and `end` behind `out`, without the white space between its tokens. */
export function compactValue(text: JsonText, start: number, end: number, out: GrowingBuffer): void {
  let at = start
  while (at < end) {
    const token = text.bytes[at] === QUOTE ? stringEnd(text, at) : at + 1
    appendBytes(out, text.bytes, at, token)
    at = skipBlanks(text, token)
  }
}
