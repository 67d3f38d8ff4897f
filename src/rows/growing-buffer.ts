/** Bytes written front to back into memory that doubles when it must. `bytes` and `length` are open to inner loops. */
export class GrowingBuffer {
  bytes: Buffer
  length = 0

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size)
  }

  /** Makes room for `more` bytes behind `length`. */
  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }

  text(text: string): void {
    this.reserve(text.length * 3)
    this.length += this.bytes.write(text, this.length)
  }

  /** What was written, without a copy; the buffer starts anew with fresh memory of the same size. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length)
    this.bytes = Buffer.allocUnsafe(this.bytes.length)
    this.length = 0
    return taken
  }
}

/** Copies bytes into place: by hand while that beats the call into native code. Returns the new end in `target`. */
export function copyRun(source: Buffer, start: number, end: number, target: Buffer, length: number): number {
  if (end - start > 40) {
    source.copy(target, length, start, end)
    return length + end - start
  }
  for (let at = start; at < end; at += 1) target[length++] = source[at] ?? 0
  return length
}
