import type { GrowingBuffer } from '../rows/growing-buffer.js'

/** Below this, a loop is quicker than calling out of JavaScript. */
const FEW = 64

/** Copies `bytes[start, end)` behind `out`. */
export function appendBytes(out: GrowingBuffer, bytes: Buffer, start: number, end: number): void {
  const count = end - start
  out.reserve(count)
  if (count < FEW) {
    const target = out.bytes
    for (let from = start, to = out.length; from < end; from += 1, to += 1) target[to] = bytes[from] ?? 0
  } else bytes.copy(out.bytes, out.length, start, end)
  out.length += count
}

export function appendByte(out: GrowingBuffer, byte: number): void {
  out.reserve(1)
  out.bytes[out.length] = byte
  out.length += 1
}
