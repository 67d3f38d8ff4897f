import type { ByteSource } from './byte-source.js'
import { END_LENGTH, END_SUBFIELDS } from './end-member.js'
import { unpackEntry } from './entry.js'
import { MAGIC, MEMBER_HEADER, MEMBER_LEAST, memberStart } from './gzip-member.js'
import { ROW_LIMIT } from './limits.js'
import { packedLimit } from './match-manifest.js'

/** A stretch of the file. `damaged` is what belongs to no member that can be told by its header. */
export interface Span {
  readonly kind: 'entry' | 'end' | 'damaged'
  readonly offset: number
  readonly length: number
}

/**
 * Cuts a file, however broken, into members, front to back, by their headers alone; after damage it goes on at the next
 * header there is. The spans together are the whole file.
 */
export async function* walkMembers(source: ByteSource): AsyncGenerator<Span> {
  for (let offset = 0; offset < source.size;) {
    const span = await spanAt(source, offset)
    yield span
    offset += span.length
  }
}

async function spanAt(source: ByteSource, offset: number): Promise<Span> {
  const start = await headerAt(source, offset)
  if (memberStart(start, END_SUBFIELDS)?.length === END_LENGTH && offset + END_LENGTH <= source.size) return { kind: 'end', offset, length: END_LENGTH }
  const length = memberStart(start)?.length ?? null
  const possible = length !== null && length >= MEMBER_LEAST && length <= packedLimit(ROW_LIMIT) && offset + length <= source.size
  if (possible && (offset + length === source.size || isStart(await headerAt(source, offset + length)))) return { kind: 'entry', offset, length }
  const next = await findStart(source, offset + 1)
  // Either this length is wrong, or the member is whole and what follows is not: only its content tells.
  if (possible && offset + length < next && (await isWhole(source, offset, length))) return { kind: 'entry', offset, length }
  return { kind: 'damaged', offset, length: next - offset }
}

async function isWhole(source: ByteSource, offset: number, length: number): Promise<boolean> {
  return unpackEntry(await source.read(offset, length), { archive: source.name, member: null, offset }).then(() => true, () => false)
}

function headerAt(source: ByteSource, offset: number): Promise<Buffer> {
  return source.read(offset, Math.min(MEMBER_HEADER, source.size - offset))
}

function isStart(header: Buffer): boolean {
  return memberStart(header) !== null || memberStart(header, END_SUBFIELDS) !== null
}

const WINDOW = 1 << 20

/** Where the next header is at or after an offset, or the end of the file. */
async function findStart(source: ByteSource, from: number): Promise<number> {
  for (let base = from; base < source.size; base += WINDOW) {
    // Windows overlap by a header, so that none is missed at their edge.
    const bytes = await source.read(base, Math.min(WINDOW + MEMBER_HEADER - 1, source.size - base))
    for (let at = bytes.indexOf(MAGIC); at >= 0 && at < WINDOW; at = bytes.indexOf(MAGIC, at + 1)) {
      if (isStart(bytes.subarray(at, at + MEMBER_HEADER))) return base + at
    }
  }
  return source.size
}
