import { crc32 } from 'node:zlib'
import { MEMBER_HEADER, memberHeader, memberStart, memberTrailer } from './gzip-member.js'
import { TAR_BLOCK } from './tar-header.js'

/** What the last gzip member says besides holding the two zero blocks that end a tar. */
export interface EndMember {
  /** Members before this one. */
  readonly index: number
  /** Where the gzip member of manifest.json starts. */
  readonly manifestOffset: number
  /** Bytes of that gzip member. */
  readonly manifestLength: number
  /** Of the content of manifest.json, hex. */
  readonly manifestSha256: string
  /** Of every byte of the file before the last member, hex. */
  readonly precedingSha256: string
}

/** 1024 zero bytes, deflated: fixed, so that the last member always has one length. */
const ZEROS = Buffer.from('63601805a360148c540000', 'hex')
const TRAILER = memberTrailer(crc32(Buffer.alloc(2 * TAR_BLOCK)), 2 * TAR_BLOCK)

/** Subfield `HE`: u64 offset, u32 length, two SHA-256. */
const FIELD = 8 + 4 + 32 + 32
export const END_SUBFIELDS = 4 + FIELD

export const END_LENGTH = MEMBER_HEADER + END_SUBFIELDS + ZEROS.length + TRAILER.length

export function encodeEndMember(end: EndMember): Buffer {
  const subfield = Buffer.alloc(END_SUBFIELDS)
  subfield.write('HE', 0, 'latin1')
  subfield.writeUInt16LE(FIELD, 2)
  subfield.writeBigUInt64LE(BigInt(end.manifestOffset), 4)
  subfield.writeUInt32LE(end.manifestLength, 12)
  subfield.write(end.manifestSha256, 16, 'hex')
  subfield.write(end.precedingSha256, 48, 'hex')
  return Buffer.concat([memberHeader({ length: END_LENGTH, index: end.index }, subfield), ZEROS, TRAILER])
}

/** Null where the bytes are not a last member, to the bit. */
export function decodeEndMember(bytes: Buffer): EndMember | null {
  const start = bytes.length === END_LENGTH ? memberStart(bytes, END_SUBFIELDS) : null
  if (start === null) return null
  const at = MEMBER_HEADER
  const offset = bytes.readBigUInt64LE(at + 4)
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) return null
  const end = Object.freeze({
    index: start.index,
    manifestOffset: Number(offset),
    manifestLength: bytes.readUInt32LE(at + 12),
    manifestSha256: bytes.toString('hex', at + 16, at + 48),
    precedingSha256: bytes.toString('hex', at + 48, at + 80),
  })
  return encodeEndMember(end).equals(bytes) ? end : null
}
