/**
 * Bytes written front to back, handed out piece by piece. The pieces lie one after the other in memory of `size` bytes; new
 * memory is taken only when that is full, so no piece is copied and few need memory of their own. `bytes` and `length` are
 * open to inner loops.
 */
export class GrowingBuffer {
  bytes: Buffer
  /** Where the next byte goes. */
  length = 0
  readonly #size: number
  #start = 0

  constructor(size: number) {
    this.#size = size
    this.bytes = Buffer.allocUnsafe(size)
  }

  /** Bytes written and not yet taken. */
  get pending(): number {
    return this.length - this.#start
  }

  /** Makes room for `more` bytes behind `length`. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const pending = this.pending
    const needed = pending + more
    const grown = Buffer.allocUnsafe(needed <= this.#size ? this.#size : Math.max(needed, pending * 2))
    this.bytes.copy(grown, 0, this.#start, this.length)
    this.bytes = grown
    this.#start = 0
    this.length = pending
  }

  text(text: string): void {
    this.reserve(text.length * 3)
    this.length += this.bytes.write(text, this.length)
  }

  /** What was written since the last time, without a copy. */
  take(): Buffer {
    const taken = this.bytes.subarray(this.#start, this.length)
    this.#start = this.length
    return taken
  }

  /** The same, to be looked at only until more is written, which goes over it. */
  lend(): Buffer {
    const lent = this.bytes.subarray(this.#start, this.length)
    this.#start = 0
    this.length = 0
    return lent
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
