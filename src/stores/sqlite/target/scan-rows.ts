import { isUtf8 } from 'node:buffer'
import { cellEnd } from '../../../rows/cell-end.js'
import { keyPrefixes } from '../../../rows/key-prefixes.js'
import { CellFault, OUTCOME, type CellRule } from './cell-rule.js'
import { KIND, type Kind } from './cell-value.js'

/** A batch as `jsonb_each` reads it fastest. */
export interface ScannedRows {
  /** `[[cell,cell],[cell,cell]]`: the lines with their keys blanked out. Stands until the next batch is scanned. */
  readonly json: Buffer
  readonly rows: number
  /** By column: whether some cell needs the full expression. */
  readonly full: readonly boolean[]
}

/** The first row of a batch that cannot go in. */
export class RowFault extends Error {
  constructor(
    /** 0-based, in the batch. */
    readonly row: number,
    /** Index of the column, or null when the row as a whole is broken. */
    readonly column: number | null,
    readonly fault: CellFault,
  ) {
    super(fault.message)
  }
}

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const BACKSLASH = 0x5c
const NEWLINE = 0x0a
const SPACE = 0x20
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Longer integers may pass 2^53 and are looked at. */
const SURE_DIGITS = 15

/**
 * Makes a function that checks every cell of a batch against its column's rule and turns the batch into one JSON array.
 * All that can be wrong with a row, except the target's own constraints, is found here: SQLite's parser also takes
 * JSON5, and its affinities bend values without a word.
 * @throws RowFault
 */
export function rowScanner(names: readonly string[], rules: readonly CellRule[]): (bytes: Buffer) => ScannedRows {
  const prefixes: readonly Uint8Array[] = keyPrefixes(names)
  let memory = Buffer.alloc(0)
  return (batch) => {
    if (memory.length <= batch.length) memory = Buffer.allocUnsafe(batch.length + 1)
    const json = memory.subarray(0, batch.length + 1)
    json[0] = OPEN_BRACKET
    batch.copy(json, 1)
    const scan = new Scan(json, prefixes, rules)
    const rows = scan.lines(batch)
    json[json.length - 1] = CLOSE_BRACKET
    return { json: rows === 0 ? Buffer.from('[]') : json, rows, full: scan.full }
  }
}

class Scan {
  readonly full: boolean[]
  #row = 0
  #at = 1

  constructor(
    private readonly bytes: Buffer,
    private readonly prefixes: readonly Uint8Array[],
    private readonly rules: readonly CellRule[],
  ) {
    this.full = rules.map(() => false)
  }

  lines(batch: Buffer): number {
    const { bytes } = this
    const utf8 = isUtf8(batch)
    while (this.#at < bytes.length) {
      const start = this.#at
      if (!utf8) this.#checkUtf8(start)
      this.#line()
      if (bytes[this.#at] !== NEWLINE) this.#broken(null, 'the row ends otherwise than its table says')
      bytes[this.#at] = COMMA
      this.#at += 1
      this.#row += 1
    }
    return this.#row
  }

  #checkUtf8(start: number): void {
    const newline = this.bytes.indexOf(NEWLINE, start)
    if (!isUtf8(this.bytes.subarray(start, newline < 0 ? undefined : newline))) this.#broken(null, 'the row is not valid UTF-8')
  }

  #line(): void {
    const { bytes, prefixes } = this
    if (bytes[this.#at] !== OPEN_BRACE) this.#broken(null, 'the row is not a JSON object')
    for (let column = 0; column < prefixes.length; column += 1) {
      this.#key(column)
      this.#cell(column)
    }
    if (bytes[this.#at] === COMMA) this.#broken(null, 'the row has a key that its table has not')
    if (prefixes.length === 0) this.#at += 1
    if (bytes[this.#at] !== CLOSE_BRACE) this.#broken(null, 'the row ends otherwise than its table says')
    bytes[this.#at] = CLOSE_BRACKET
    this.#at += 1
  }

  /** Blanks the key out; the brace or comma before it stays. */
  #key(column: number): void {
    const { bytes } = this
    const prefix = this.prefixes[column] ?? new Uint8Array()
    const start = this.#at
    for (let index = 0; index < prefix.length; index += 1) {
      if (bytes[start + index] !== prefix[index]) this.#broken(column, 'the key of this column is expected here')
    }
    bytes[start] = column === 0 ? OPEN_BRACKET : COMMA
    for (let index = 1; index < prefix.length; index += 1) bytes[start + index] = SPACE
    this.#at = start + prefix.length
  }

  #cell(column: number): void {
    const start = this.#at
    const first = this.bytes[start] ?? NEWLINE
    if (first === QUOTE) {
      this.#string(column)
      this.#judge(column, KIND.string, start, false)
    } else if (first === MINUS || (first >= ZERO && first <= NINE)) this.#number(column)
    else if (first === OPEN_BRACE || first === OPEN_BRACKET) {
      const end = cellEnd(this.bytes, start)
      if (end < 0) this.#broken(column, 'the cell is not JSON')
      // The strings in it are walked again, for escapes and control characters.
      while (this.#at < end) {
        if (this.bytes[this.#at] === QUOTE) this.#string(column)
        else this.#at += 1
      }
      this.#judge(column, first === OPEN_BRACE ? KIND.object : KIND.array, start, false)
    } else if (this.#word('null')) this.#judge(column, KIND.null, start, false)
    else if (this.#word('true') || this.#word('false')) this.#judge(column, KIND.boolean, start, false)
    else this.#broken(column, 'the cell is not JSON')
  }

  #judge(column: number, kind: Kind, start: number, odd: boolean): void {
    const rule = this.rules[column]
    if (rule === undefined) return
    let outcome = odd ? OUTCOME.check : rule.outcomes[kind]
    if (outcome === OUTCOME.check) {
      try {
        outcome = rule.check(kind, this.bytes.toString('utf8', start, this.#at))
      } catch (error) {
        throw error instanceof CellFault ? new RowFault(this.#row, column, error) : error
      }
    }
    if (outcome === OUTCOME.full) this.full[column] = true
  }

  #word(word: 'null' | 'true' | 'false'): boolean {
    for (let index = 0; index < word.length; index += 1) {
      if (this.bytes[this.#at + index] !== word.charCodeAt(index)) return false
    }
    this.#at += word.length
    return true
  }

  #number(column: number): void {
    const { bytes } = this
    const start = this.#at
    let at = start
    if (bytes[at] === MINUS) at += 1
    const zero = bytes[at] === ZERO
    const digits = digitsEnd(bytes, at)
    if (digits === at || (zero && digits > at + 1)) this.#broken(column, 'the cell is not JSON')
    let odd = digits - at > SURE_DIGITS || (zero && at > start)
    let kind: Kind = KIND.integer
    at = digits
    if (bytes[at] === POINT) {
      kind = KIND.fraction
      const end = digitsEnd(bytes, at + 1)
      if (end === at + 1) this.#broken(column, 'the cell is not JSON')
      at = end
    }
    if (((bytes[at] ?? 0) | 0x20) === 0x65) {
      kind = KIND.fraction
      at += bytes[at + 1] === MINUS || bytes[at + 1] === 0x2b ? 2 : 1
      const end = digitsEnd(bytes, at)
      if (end === at) this.#broken(column, 'the cell is not JSON')
      odd ||= end - at > 2
      at = end
    }
    this.#at = at
    this.#judge(column, kind, start, odd)
  }

  #string(column: number): void {
    const { bytes } = this
    let at = this.#at + 1
    for (;;) {
      const byte = bytes[at] ?? NEWLINE
      if (byte === QUOTE) break
      if (byte < SPACE) this.#broken(column, 'a control character stands unescaped in a string')
      at = byte === BACKSLASH ? this.#escapeEnd(column, at) : at + 1
    }
    this.#at = at + 1
  }

  #escapeEnd(column: number, at: number): number {
    const escape = String.fromCharCode(this.bytes[at + 1] ?? 0)
    if (escape !== 'u') {
      if (!'"\\/bfnrt'.includes(escape)) this.#broken(column, `JSON has no escape \\${escape}`)
      return at + 2
    }
    const unit = this.#unit(at)
    if (Number.isNaN(unit)) this.#broken(column, 'a \\u escape has four hex digits')
    if (unit < 0xd800 || unit > 0xdfff) return at + 6
    const second = this.#unit(at + 6)
    if (unit > 0xdbff || !(second >= 0xdc00 && second <= 0xdfff)) this.#broken(column, 'half a surrogate pair is no text')
    return at + 12
  }

  #unit(at: number): number {
    const text = this.bytes.toString('latin1', at, at + 6)
    return /^\\u[0-9a-fA-F]{4}$/.test(text) ? Number.parseInt(text.slice(2), 16) : Number.NaN
  }

  #broken(column: number | null, message: string): never {
    throw new RowFault(this.#row, column, new CellFault('ROW_INVALID', message))
  }
}

function digitsEnd(bytes: Buffer, start: number): number {
  let at = start
  for (;;) {
    const byte = bytes[at] ?? 0
    if (byte < ZERO || byte > NINE) return at
    at += 1
  }
}
