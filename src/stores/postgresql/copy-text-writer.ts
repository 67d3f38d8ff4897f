import type { ImportColumn, ImportTable } from '../import-table.js'
import type { Conversion } from '../conversion.js'
import { BATCH_BYTES, type RowBatch } from '../../rows/row-batch.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { cellEnd } from '../../rows/cell-end.js'
import { copyRun, GrowingBuffer } from '../../rows/growing-buffer.js'
import { keyPrefixes, startsWithAt } from '../../rows/key-prefixes.js'
import { plainEnd } from '../../rows/plain-end.js'
import { rowKey } from '../../rows/row-key.js'
import { storedColumns } from '../../schema/stored-columns.js'
import { CellRefusal, cellConverter } from './cell-conversion.js'
import { declaredLimits } from './declared-limits.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const TAB = 0x09
const NEWLINE = 0x0a
const COMMA = 0x2c
const CLOSE_BRACE = 0x7d

export interface CopyWriter {
  /** The batch as COPY text: the import's columns in order. @throws ROW_INVALID, ROW_REFUSED naming row and column */
  write(batch: RowBatch): Buffer
}

/** Which cells of a column need no second look; every other cell goes through `convert`. */
type Fast = 'string' | 'integer' | 'number' | 'bytes' | 'none'

interface OutColumn {
  readonly fast: Fast
  /** A fast string has at most this many bytes. */
  readonly maxBytes: number
  readonly convert: (json: string) => string | null
}

/** Rewrites canonical NDJSON into COPY text, byte by byte where that is safe. The way back of `createCopyReader`. */
export function createCopyWriter(table: ImportTable, conversions: ReadonlySet<Conversion>): CopyWriter {
  const source = storedColumns(table.source)
  const prefixes = keyPrefixes(source.map((column) => column.name))
  const outs = source.map((column) => {
    const pair = table.columns.find((candidate) => candidate.source.name === column.name)
    return pair === undefined ? null : outColumn(pair, conversions)
  })
  const last = outs.findLastIndex((out) => out !== null)
  const out = new GrowingBuffer(4 * BATCH_BYTES)
  let row = 0

  const fail = (bytes: Buffer, start: number, index: number, error: CellRefusal): never => {
    const line = bytes.subarray(start, bytes.indexOf(NEWLINE, start))
    throw new HoldallError(error.kind === 'invalid' ? 'ROW_INVALID' : 'ROW_REFUSED', {
      message: error.message,
      table: table.source.id,
      column: source[index]?.name ?? '',
      row,
      ...rowKey(table.source, line),
    })
  }

  /** COPY text is never longer than its JSON but for `\\\\x` and separators; converted cells make their own room. */
  const reserveLine = (bytes: Buffer, at: number): void => out.reserve(bytes.indexOf(NEWLINE, at) - at + source.length * 8 + 8)

  /** Writes one cell; returns its end, or -1 when the bytes are not a JSON value. */
  const cell = (bytes: Buffer, at: number, column: OutColumn): number => {
    const first = bytes[at] ?? NEWLINE
    if (first === QUOTE) {
      if (column.fast === 'string') {
        const end = string(bytes, at, out, column.maxBytes)
        if (end >= 0) return end
      } else if (column.fast === 'bytes') return hex(bytes, at, out)
    } else if (column.fast === 'integer' || column.fast === 'number') {
      const end = number(bytes, at, out, column.fast === 'number')
      if (end >= 0) return end
    }
    if (first === 0x6e && bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c) {
      out.bytes[out.length++] = BACKSLASH
      out.bytes[out.length++] = 0x4e
      return at + 4
    }
    const end = cellEnd(bytes, at)
    if (end < 0) return -1
    const text = column.convert(bytes.toString('utf8', at, end))
    out.text(text === null ? '\\N' : text.replace(/[\\\n\r\t\b\f\v]/g, (letter) => COPY_ESCAPES[letter] ?? letter))
    reserveLine(bytes, end)
    return end
  }

  const line = (bytes: Buffer, start: number): number => {
    let at = start
    // A plain loop: an iterator a row is an object a row.
    for (let index = 0; index < prefixes.length; index += 1) {
      const prefix = prefixes[index]
      if (prefix === undefined || !startsWithAt(bytes, at, prefix)) {
        return fail(bytes, start, index, new CellRefusal('invalid', 'the key of this column is expected here'))
      }
      at += prefix.length
      const column = outs[index] ?? null
      let end: number
      try {
        end = column === null ? cellEnd(bytes, at) : cell(bytes, at, column)
      } catch (error) {
        if (error instanceof CellRefusal) return fail(bytes, start, index, error)
        throw error
      }
      if (end < 0) return fail(bytes, start, index, new CellRefusal('invalid', 'the cell is not JSON'))
      at = end
      if (column !== null && index < last) {
        out.reserve(1)
        out.bytes[out.length++] = TAB
      }
    }
    if (prefixes.length === 0 && bytes[at] === 0x7b) at += 1
    if (bytes[at] !== CLOSE_BRACE || bytes[at + 1] !== NEWLINE) {
      return fail(bytes, start, prefixes.length - 1, new CellRefusal('invalid', 'the row ends otherwise than its schema says'))
    }
    return at + 2
  }

  return {
    write: ({ bytes }) => {
      let at = 0
      while (at < bytes.length) {
        row += 1
        const end = bytes.indexOf(NEWLINE, at)
        if (end < 0) fail(bytes, at, 0, new CellRefusal('invalid', 'the row has no end'))
        reserveLine(bytes, at)
        at = line(bytes, at)
        out.reserve(1)
        out.bytes[out.length++] = NEWLINE
      }
      return out.take()
    },
  }
}

const COPY_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f', '\v': '\\v' }

function outColumn({ source, target }: ImportColumn, conversions: ReadonlySet<Conversion>): OutColumn {
  const from = source.type.encoding.family
  const to = target.type.encoding.family
  const same = !source.type.dynamic && from === to && source.type.declared === target.type.declared
  const limits = declaredLimits(target.type.declared)
  const maxBytes = same || limits.characters === null ? Infinity : limits.characters
  return { fast: fastWay(), maxBytes, convert: cellConverter(source, target, conversions) }

  function fastWay(): Fast {
    switch (to) {
      case 'integer':
        return from === 'integer' || from === 'any' ? 'integer' : 'none'
      case 'real':
        return same || (from === 'real' && !limits.single) ? 'number' : 'none'
      case 'decimal':
        return same ? 'string' : source.type.dynamic && (limits.scale ?? 0) >= 0 ? 'integer' : 'none'
      case 'bytes':
        return from === 'bytes' ? 'bytes' : 'none'
      case 'boolean':
      case 'array':
      case 'composite':
        return 'none'
      case 'text':
        return from === 'text' || from === 'any' ? 'string' : 'none'
      default:
        return same ? 'string' : 'none'
    }
  }
}

/** A JSON string to COPY text. Gives up with -1, nothing written, where the careful way must decide. */
function string(bytes: Buffer, start: number, out: GrowingBuffer, maxBytes: number): number {
  const target = out.bytes
  let length = out.length
  let at = start + 1
  let run = at
  for (;;) {
    at = plainEnd(bytes, at)
    const byte = bytes[at] ?? NEWLINE
    length = copyRun(bytes, run, at, target, length)
    at += 1
    if (byte === QUOTE) break
    if (byte !== BACKSLASH) return -1
    const escaped = bytes[at++] ?? NEWLINE
    switch (escaped) {
      case QUOTE:
      case 0x2f:
        target[length++] = escaped
        break
      case BACKSLASH:
      case 0x62:
      case 0x66:
      case 0x6e:
      case 0x72:
      case 0x74:
        target[length++] = BACKSLASH
        target[length++] = escaped
        break
      case 0x75: {
        // Canonical lines write only control characters this way; anything else, and U+0000, is looked at closely.
        const code = Number.parseInt(bytes.toString('latin1', at, at + 4), 16)
        if (!(code > 0 && code < 0x20) || code === TAB || code === NEWLINE || code === 0x0d) return -1
        target[length++] = code
        at += 4
        break
      }
      default:
        return -1
    }
    run = at
  }
  if (at - start - 2 > maxBytes) return -1
  out.length = length
  return at
}

function number(bytes: Buffer, start: number, out: GrowingBuffer, fractions: boolean): number {
  const target = out.bytes
  let length = out.length
  let at = start
  for (;;) {
    const byte = bytes[at] ?? NEWLINE
    if (byte === COMMA || byte === CLOSE_BRACE) break
    const digit = byte >= 0x30 && byte <= 0x39
    if (!digit && !(byte === 0x2d && (at === start || fractions)) && !(fractions && (byte === 0x2e || byte === 0x65 || byte === 0x45 || byte === 0x2b))) {
      return -1
    }
    target[length++] = byte
    at += 1
  }
  if (at === start) return -1
  out.length = length
  return at
}

function hex(bytes: Buffer, start: number, out: GrowingBuffer): number {
  const end = bytes.indexOf(QUOTE, start + 1)
  if (end < 0) return -1
  out.bytes[out.length++] = BACKSLASH
  out.bytes[out.length++] = BACKSLASH
  out.bytes[out.length++] = 0x78
  bytes.copy(out.bytes, out.length, start + 1, end)
  out.length += end - start - 1
  return end + 1
}
