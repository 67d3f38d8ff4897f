import { promisify } from 'node:util'
import { crc32, deflateRaw, inflateRaw, type ZlibOptions } from 'node:zlib'
import { memberError, type MemberPlace } from './member-place.js'

/**
 * One gzip member (RFC 1952) whose FEXTRA field holds a subfield `HD` with the length of the whole member, as BGZF's `BC`
 * does, its position, and a checksum of both: a reader steps from member to member without inflating, finds the next one after damage, and
 * knows whether one between is lost.
 */
export const MEMBER_HEADER = 28
export const MEMBER_TRAILER = 8
/** Bytes of a header that tell a member from anything else, up to length and index. */
const START = 16
/** No member is shorter. */
export const MEMBER_LEAST = MEMBER_HEADER + 2 + MEMBER_TRAILER

/** ID1 ID2, CM deflate, FLG FEXTRA, MTIME 0, XFL 0, OS unknown. */
export const MAGIC = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff])
/** Length, index, CRC-32 of these eight bytes; u32 each. */
const NUMBERS = 12
const SUBFIELD = Buffer.from([0x48, 0x44, 12, 0])

/** Output in as few steps as may be, since each is a trip to the thread pool and a piece to copy: rows shrink to less than this part. */
const SHARE = 0.45
const LEAST_STEP = 16 << 10

const deflate: (bytes: Buffer, options: ZlibOptions) => Promise<Buffer> = promisify(deflateRaw)

export interface MemberStart {
  /** Bytes of the whole gzip member. */
  readonly length: number
  /** Members before it. */
  readonly index: number
}

/** Compresses on the thread pool. */
export async function packMember(content: Buffer, index: number, level: number): Promise<Buffer> {
  const checksum = crc32(content)
  const body = await deflate(content, { level, memLevel: 9, chunkSize: Math.max(LEAST_STEP, Math.ceil(content.length * SHARE)) })
  const header = memberHeader({ length: MEMBER_HEADER + body.length + MEMBER_TRAILER, index })
  return Buffer.concat([header, body, memberTrailer(checksum, content.length)])
}

/** `subfields` follow `HD` in the FEXTRA field; the length counts them. */
export function memberHeader({ length, index }: MemberStart, subfields: Buffer = Buffer.alloc(0)): Buffer {
  const extra = Buffer.alloc(2)
  extra.writeUInt16LE(SUBFIELD.length + NUMBERS + subfields.length)
  const numbers = Buffer.alloc(NUMBERS)
  numbers.writeUInt32LE(length, 0)
  numbers.writeUInt32LE(index, 4)
  numbers.writeUInt32LE(crc32(numbers.subarray(0, 8)), 8)
  return Buffer.concat([MAGIC, extra, SUBFIELD, numbers, subfields])
}

export function memberTrailer(checksum: number, size: number): Buffer {
  const trailer = Buffer.alloc(MEMBER_TRAILER)
  trailer.writeUInt32LE(checksum, 0)
  trailer.writeUInt32LE(size, 4)
  return trailer
}

/** What a member's first bytes say, or null where no member of this kind starts. `subfields` as for `memberHeader`, in bytes. */
export function memberStart(bytes: Buffer, subfields = 0): MemberStart | null {
  if (bytes.length < MEMBER_HEADER || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null
  if (bytes.readUInt16LE(MAGIC.length) !== SUBFIELD.length + NUMBERS + subfields || !bytes.subarray(12, START).equals(SUBFIELD)) return null
  if (crc32(bytes.subarray(START, START + 8)) !== bytes.readUInt32LE(START + 8)) return null
  return { length: bytes.readUInt32LE(START), index: bytes.readUInt32LE(START + 4) }
}

/**
 * Inflates a whole member on the thread pool. `limit` is the most it may hold; a member that says it holds more, or holds
 * more than it says, is refused before it takes memory.
 * @throws ARCHIVE_CORRUPT, ARCHIVE_HOSTILE
 */
export async function unpackMember(member: Buffer, limit: number, place: MemberPlace): Promise<Buffer> {
  if (memberStart(member)?.length !== member.length || member.length < MEMBER_LEAST) {
    throw memberError('ARCHIVE_CORRUPT', place, 'no gzip member of the length expected starts here')
  }
  return unpackBody(member, limit, place)
}

/** As `unpackMember`, whatever stands in the header: for recovery, where the content is proven by its checksum. */
export async function unpackBody(member: Buffer, limit: number, place: MemberPlace): Promise<Buffer> {
  const body = member.subarray(MEMBER_HEADER, -MEMBER_TRAILER)
  const size = member.readUInt32LE(member.length - 4)
  if (size > limit) throw memberError('ARCHIVE_HOSTILE', place, `the member claims to hold ${size} bytes where at most ${limit} may be`)
  const content = await inflate(body, size, place)
  if (content.length !== size || crc32(content) !== member.readUInt32LE(member.length - MEMBER_TRAILER)) {
    throw memberError('ARCHIVE_CORRUPT', place, 'the member does not match its gzip checksum')
  }
  return content
}

function inflate(body: Buffer, size: number, place: MemberPlace): Promise<Buffer> {
  // One step more than fits, so that the usual member comes in one piece and a lying one is noticed.
  const chunkSize = Math.max(64, Math.min(size + 1, 8 << 20))
  return new Promise((resolve, reject) => {
    inflateRaw(body, { info: true, maxOutputLength: Math.max(size, 1), chunkSize }, (error, result) => {
      if (error !== null) {
        const bomb = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
        reject(bomb
          ? memberError('ARCHIVE_HOSTILE', place, `the member holds more than the ${size} bytes it claims`, error)
          : memberError('ARCHIVE_CORRUPT', place, 'the compressed bytes are damaged', error))
        return
      }
      // With `info`, Node hands over { buffer, engine }; its types know only the buffer.
      const { buffer, engine } = result as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }
      if (engine.bytesWritten === body.length) resolve(buffer)
      else reject(memberError('ARCHIVE_CORRUPT', place, 'the member goes on after its compressed bytes end'))
    })
  })
}
