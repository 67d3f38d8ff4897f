import { GrowingBuffer } from '../rows/growing-buffer.js'
import { appendByte, appendBytes } from './append-bytes.js'
import { newLine, prettyValue } from './pretty-value.js'

const NEWLINE = 0x0a
const COMMA = 0x2c

/** Lays out the bytes of a document: every key and every row begins a line; pretty indents them, and what is in a row. */
export class DocumentLayout {
  #out = new GrowingBuffer(1 << 12)
  #depth = 0
  #empty = true

  constructor(readonly pretty: boolean) {}

  open(bracket: '{' | '['): void {
    this.#out.text(bracket)
    this.#depth += 1
    this.#empty = true
  }

  close(bracket: '}' | ']'): void {
    this.#depth -= 1
    if (!this.#empty) this.#line()
    this.#out.text(bracket)
    this.#empty = false
  }

  key(name: string): void {
    this.#next()
    this.#out.text(`${JSON.stringify(name)}:${this.pretty ? ' ' : ''}`)
  }

  /** `text` is compact JSON. */
  value(text: string): void {
    const bytes = Buffer.from(text)
    if (this.pretty) prettyValue(bytes, 0, bytes.length, this.#depth, this.#out)
    else appendBytes(this.#out, bytes, 0, bytes.length)
  }

  /** Rows in canonical form, each ended by a newline. */
  rows(lines: Buffer): void {
    this.#out.reserve(lines.length + (lines.length >> 3))
    let start = 0
    while (start < lines.length) {
      const newline = lines.indexOf(NEWLINE, start)
      const end = newline < 0 ? lines.length : newline
      this.#next()
      if (this.pretty) prettyValue(lines, start, end, this.#depth, this.#out)
      else appendBytes(this.#out, lines, start, end)
      start = end + 1
    }
  }

  /** The newline at the end of the file. */
  end(): void {
    this.#out.text('\n')
  }

  /** What was laid out since the last call. */
  take(): Buffer {
    const taken = this.#out.bytes.subarray(0, this.#out.length)
    this.#out = new GrowingBuffer(1 << 12)
    return taken
  }

  #next(): void {
    if (!this.#empty) appendByte(this.#out, COMMA)
    this.#empty = false
    this.#line()
  }

  #line(): void {
    newLine(this.#out, this.pretty ? this.#depth : 0)
  }
}
