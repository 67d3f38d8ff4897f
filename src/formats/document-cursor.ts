import { throwIfInterrupted } from '../errors/interrupted.js'
import { DOCUMENT_LIMIT } from '../archive/limits.js'
import { HoldallError, type Place } from '../errors/holdall-error.js'
import { JsonFault, showByte } from './json-fault.js'
import { INCOMPLETE, skipBlanks, stringEnd, valueEnd, type JsonText } from './json-scanner.js'
import { NotUtf8, utf8Chunks } from './utf8-chunks.js'

const NEWLINE = 0x0a
const QUOTE = 0x22
const COMMA = 0x2c
const CLOSE_BRACE = 0x7d

/** Bytes that a key outside of rows may have. */
const MAX_KEY_BYTES = 1 << 16

/**
 * Reads a document front to back, holding only what is not consumed yet. Scanners look at `bytes` from `at` on; when
 * they need more, `more` reads at least as much again as is waiting, so that scanning anew stays linear.
 */
export class DocumentCursor implements JsonText {
  bytes: Buffer = Buffer.alloc(0)
  blanks = 0
  /** Everything before it is consumed. */
  at = 0
  /** Where in the tables the cursor stands; named in every fault. */
  place: Place = {}
  readonly #chunks: AsyncGenerator<Buffer>
  readonly #signal: AbortSignal | undefined
  /** Bytes of the document before `bytes`. */
  #offset = 0
  /** Newlines of the document before `at`. */
  #lines = 0
  /** Where in `bytes` the line of `at` begins, and its characters that stand before `bytes`. */
  #lineStart = 0
  #lineBefore = 0
  #broken = false

  constructor(source: AsyncIterable<Buffer>, signal: AbortSignal | undefined) {
    this.#chunks = utf8Chunks(source)
    this.#signal = signal
  }

  /** Makes `bytes` longer, keeping what is not consumed. `what` is being read and may have `limit` bytes. @throws DOCUMENT_INVALID at the end */
  async more(what: string, limit: number): Promise<void> {
    if (!(await this.#read(what, limit))) throw this.fault(this.bytes.length, `the document ends in the middle of ${what}: it is truncated`)
  }

  /** Consumes everything before `to`. */
  advance(to: number): void {
    if (this.blanks > 0) this.#passLines(to)
    this.blanks = 0
    this.at = to
  }

  /** The next byte that is not white space, not consumed itself; undefined at the end of the document. */
  async peek(what: string): Promise<number | undefined> {
    for (;;) {
      this.advance(skipBlanks(this, this.at))
      const byte = this.bytes[this.at]
      if (byte !== undefined) return byte
      if (!(await this.#read(what, MAX_KEY_BYTES))) return undefined
    }
  }

  /** Consumes that very character, after white space. */
  async take(character: string, what: string): Promise<void> {
    const byte = await this.peek(what)
    if (byte === undefined) await this.more(what, MAX_KEY_BYTES)
    if (byte !== character.charCodeAt(0)) throw this.fault(this.at, `'${character}' is expected, not ${showByte(byte ?? 0)}`)
    this.advance(this.at + 1)
  }

  /** Consumes a key and its colon. */
  async key(what: string): Promise<string> {
    if ((await this.peek(what)) !== QUOTE) await this.take('"', what)
    const key = await this.#whole(what, MAX_KEY_BYTES, (at) => stringEnd(this, at))
    await this.take(':', what)
    return JSON.parse(key.toString('utf8')) as string
  }

  /** Behind a member of an object: consumes a comma (true) or the closing brace (false). */
  async nextMember(what: string): Promise<boolean> {
    const byte = await this.peek(what)
    if (byte === undefined) await this.more(what, MAX_KEY_BYTES)
    if (byte !== COMMA && byte !== CLOSE_BRACE) throw this.fault(this.at, `a comma or '}' is expected, not ${showByte(byte ?? 0)}`)
    this.advance(this.at + 1)
    return byte === COMMA
  }

  /** Consumes a value of at most DOCUMENT_LIMIT. */
  async value(what: string): Promise<unknown> {
    await this.peek(what)
    const value = await this.#whole(what, DOCUMENT_LIMIT, (at) => valueEnd(this, at, 1))
    return JSON.parse(value.toString('utf8')) as unknown
  }

  /** Runs a scanner, turning what it finds wrong into an error that names the place. */
  guard<T>(scan: () => T): T {
    try {
      return scan()
    } catch (error) {
      throw error instanceof JsonFault ? this.fault(error.at, error.message) : error
    }
  }

  /** An error for what stands at that index of `bytes`. */
  fault(at: number, problem: string, place: Place = this.place): HoldallError {
    const { lines, start, before } = this.#lineOf(at)
    const where = `byte ${this.#offset + at}, line ${lines + 1}, column ${before + characters(this.bytes, start, at) + 1}`
    return new HoldallError('DOCUMENT_INVALID', { message: `${problem} (${where})`, ...place })
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined)
  }

  async #whole(what: string, limit: number, end: (at: number) => number): Promise<Buffer> {
    for (;;) {
      const to = this.guard(() => end(this.at))
      if (to !== INCOMPLETE) {
        const value = this.bytes.subarray(this.at, to)
        if (value.length > limit) throw this.fault(this.at, `more than ${limit} bytes in ${what}`)
        this.advance(to)
        return value
      }
      await this.more(what, limit)
    }
  }

  async #read(what: string, limit: number): Promise<boolean> {
    throwIfInterrupted(this.#signal)
    const waiting = this.bytes.subarray(this.at)
    if (waiting.length > limit) throw this.fault(this.at, `more than ${limit} bytes in ${what}`)
    const parts: Buffer[] = waiting.length === 0 ? [] : [waiting]
    const wanted = Math.min(waiting.length, limit + 1 - waiting.length)
    let read = 0
    while (read === 0 || read < wanted) {
      const chunk = await this.#next()
      if (chunk === undefined) break
      parts.push(chunk)
      read += chunk.length
    }
    this.#lineBefore += characters(this.bytes, this.#lineStart, this.at)
    this.#lineStart = 0
    this.#offset += this.at
    this.at = 0
    this.bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
    if (read === 0 && this.#broken) throw this.fault(this.bytes.length, 'what stands here is not UTF-8 text')
    return read > 0
  }

  async #next(): Promise<Buffer | undefined> {
    try {
      const next = await this.#chunks.next()
      return next.done === true ? undefined : next.value
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error
      this.#broken = true
      return undefined
    }
  }

  #passLines(to: number): void {
    const { lines, start, before } = this.#lineOf(to)
    this.#lines = lines
    this.#lineStart = start
    this.#lineBefore = before
  }

  /** The line in which that index of `bytes` stands; it is not before `at`. */
  #lineOf(index: number): { readonly lines: number; readonly start: number; readonly before: number } {
    let lines = this.#lines
    let start = this.#lineStart
    for (let at = this.at; at < index; at += 1) {
      if (this.bytes[at] !== NEWLINE) continue
      lines += 1
      start = at + 1
    }
    return { lines, start, before: lines === this.#lines ? this.#lineBefore : 0 }
  }
}

/** Characters of UTF-8 text that begin in `bytes[start, end)`. */
function characters(bytes: Buffer, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; at += 1) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) count += 1
  return count
}
