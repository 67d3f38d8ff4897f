import type { Encoding } from '../../schema/column-type.js'
import type { Column } from '../../schema/schema.js'
import { BATCH_BYTES, type RowBatch } from '../../rows/row-batch.js'
import { copyRun, GrowingBuffer } from '../../rows/growing-buffer.js'
import { keyPrefixes } from '../../rows/key-prefixes.js'
import { plainEnd } from '../../rows/plain-end.js'
import { literalToJson } from './nested-literal.js'

const TAB = 0x09
const NEWLINE = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const HEX = Buffer.from('0123456789abcdef')
const NULL = Buffer.from('null')
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')
const MAX_SAFE = Buffer.from('9007199254740991')

export interface CopyReader {
  /** Takes the next bytes of COPY's output; gives the rows complete by now, when there are enough of them; they stand until the next call. */
  push(chunk: Buffer): RowBatch | null
  end(): RowBatch | null
}

/**
 * Rewrites PostgreSQL's COPY text format into canonical NDJSON, byte by byte: its escapes are nearly JSON's. Source:
 * the PostgreSQL manual, COPY, "Text Format". A newline byte always ends a row, since one inside a value is escaped.
 */
export function createCopyReader(columns: readonly Column[]): CopyReader {
  const prefixes = keyPrefixes(columns.map((column) => column.name))
  const fields = columns.map(({ type }, index): Field => ({ prefix: prefixes[index] ?? NULL, ...fieldWriter(type.encoding) }))
  const overhead = prefixes.reduce((sum, prefix) => sum + prefix.length + NULL.length + 2, 2)
  const out = new GrowingBuffer(2 * BATCH_BYTES)
  let pending: Buffer[] = []
  let rows = 0

  const rewrite = (source: Buffer): void => {
    let at = 0
    while (at < source.length) {
      const end = source.indexOf(NEWLINE, at)
      out.reserve(room(source, at, end) + overhead)
      if (fields.length === 0) out.bytes[out.length++] = 0x7b
      for (const field of fields) {
        write(field.prefix, out)
        if (source[at] === BACKSLASH && source[at + 1] === 0x4e) {
          write(NULL, out)
          at += 2
        } else at = field.write(source, at, out)
        if (field.grows) out.reserve(room(source, at, end) + overhead)
        at += 1
      }
      out.bytes[out.length++] = 0x7d
      out.bytes[out.length++] = NEWLINE
      rows += 1
      at = end + 1
    }
  }

  const take = (): RowBatch | null => {
    if (rows === 0) return null
    const batch = { bytes: out.lend(), rows }
    rows = 0
    return batch
  }

  return {
    push: (chunk) => {
      const last = chunk.lastIndexOf(NEWLINE)
      if (last < 0) {
        pending.push(chunk)
        return null
      }
      const whole = chunk.subarray(0, last + 1)
      rewrite(pending.length === 0 ? whole : Buffer.concat([...pending, whole]))
      pending = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : []
      return out.pending >= BATCH_BYTES ? take() : null
    },
    end: take,
  }
}

/** Writes the field that starts at `start` and returns where it ends. */
type FieldWriter = (source: Buffer, start: number, out: GrowingBuffer) => number

interface Field {
  readonly prefix: Buffer
  readonly write: FieldWriter
  /** True when what is written has no bound by the bytes of the row. */
  readonly grows: boolean
}

function fieldWriter(encoding: Encoding): Omit<Field, 'prefix'> {
  switch (encoding.family) {
    case 'integer':
      return { write: integer, grows: false }
    case 'real':
      return { write: real, grows: false }
    case 'boolean':
      return { write: boolean, grows: false }
    case 'bytes':
      return { write: hex, grows: false }
    case 'array':
    case 'composite':
      return { write: nested(encoding), grows: true }
    default:
      return { write: text, grows: false }
  }
}

function boolean(source: Buffer, start: number, out: GrowingBuffer): number {
  write(source[start] === 0x74 ? TRUE : FALSE, out)
  return start + 1
}

function nested(encoding: Encoding): FieldWriter {
  return (source, start, out) => {
    const end = fieldEnd(source, start)
    out.text(literalToJson(unescape(source, start, end), encoding))
    return end
  }
}

/** Bytes the row may become: six for each (\u00xx) while that is little memory, else counted. */
function room(source: Buffer, start: number, end: number): number {
  if (end - start < 0x10000) return (end - start) * 6
  let more = 0
  for (let at = start; at < end; at += 1) {
    const byte = source[at] ?? 0
    if (byte < 0x20 || (byte === 0x76 && source[at - 1] === BACKSLASH)) more += 5
    else if (byte === QUOTE) more += 1
  }
  return end - start + more
}

function write(bytes: Buffer, out: GrowingBuffer): void {
  const target = out.bytes
  let length = out.length
  for (let index = 0; index < bytes.length; index += 1) target[length++] = bytes[index] ?? 0
  out.length = length
}

function fieldEnd(source: Buffer, start: number): number {
  let at = start
  while (source[at] !== TAB && source[at] !== NEWLINE) at += 1
  return at
}

function text(source: Buffer, start: number, out: GrowingBuffer): number {
  const target = out.bytes
  let length = out.length
  let at = start
  let run = start
  target[length++] = QUOTE
  for (;;) {
    at = plainEnd(source, at)
    const byte = source[at] ?? NEWLINE
    length = copyRun(source, run, at, target, length)
    if (byte === TAB || byte === NEWLINE) break
    at += 1
    if (byte === QUOTE) {
      target[length++] = BACKSLASH
      target[length++] = QUOTE
    } else if (byte === BACKSLASH) {
      const escaped = source[at++] ?? NEWLINE
      if (escaped === 0x76) length = control(target, length, 0x0b)
      else {
        target[length++] = BACKSLASH
        target[length++] = escaped
      }
    } else length = control(target, length, byte)
    run = at
  }
  target[length++] = QUOTE
  out.length = length
  return at
}

function control(target: Buffer, length: number, byte: number): number {
  length += target.write('\\u00', length, 'latin1')
  target[length++] = HEX[byte >> 4] ?? 0
  target[length++] = HEX[byte & 15] ?? 0
  return length
}

function integer(source: Buffer, start: number, out: GrowingBuffer): number {
  const end = fieldEnd(source, start)
  const digits = source[start] === 0x2d ? start + 1 : start
  const safe =
    end - digits < MAX_SAFE.length || (end - digits === MAX_SAFE.length && source.compare(MAX_SAFE, 0, MAX_SAFE.length, digits, end) <= 0)
  copy(source, start, end, out, !safe)
  return end
}

function real(source: Buffer, start: number, out: GrowingBuffer): number {
  const end = fieldEnd(source, start)
  const first = source[source[start] === 0x2d ? start + 1 : start]
  copy(source, start, end, out, first === 0x4e || first === 0x49)
  return end
}

function hex(source: Buffer, start: number, out: GrowingBuffer): number {
  const end = fieldEnd(source, start)
  // bytea_output = hex gives \x…, whose backslash COPY doubles.
  copy(source, start + 3, end, out, true)
  return end
}

function copy(source: Buffer, start: number, end: number, out: GrowingBuffer, quoted: boolean): void {
  const target = out.bytes
  let length = out.length
  if (quoted) target[length++] = QUOTE
  length = copyRun(source, start, end, target, length)
  if (quoted) target[length++] = QUOTE
  out.length = length
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

function unescape(source: Buffer, start: number, end: number): string {
  return source.toString('utf8', start, end).replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter)
}
