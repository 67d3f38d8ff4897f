import { memberError, type MemberPlace } from './member-place.js'
import { ROW_LIMIT } from './limits.js'

/** One regular file in a tar; everything else in a header has one fixed value. */
export interface TarHeader {
  readonly path: string
  /** Bytes of content. */
  readonly size: number
  /** Whole seconds since 1970. */
  readonly mtime: number
}

export const TAR_BLOCK = 512

/** POSIX.1-1988 ustar: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format". */
const AT = Object.freeze({ mode: 100, uid: 108, gid: 116, size: 124, mtime: 136, checksum: 148, type: 156, magic: 257, major: 329, minor: 337, prefix: 345, end: 500 })

const TYPES: Readonly<Record<string, string>> = Object.freeze({
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '5': 'a directory',
  '6': 'a named pipe',
  x: 'a PAX header',
  g: 'a global PAX header',
  L: 'a GNU long name',
  K: 'a GNU long link',
})

/** Bytes of an entry: header, content, padding to whole blocks. */
export function tarEntrySize(size: number): number {
  return TAR_BLOCK + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK
}

export function encodeTarHeader({ path, size, mtime }: TarHeader): Buffer {
  const header = Buffer.alloc(TAR_BLOCK)
  const slash = path.lastIndexOf('/')
  const split = path.length > 100 ? slash : -1
  header.write(path.slice(split + 1), 0, 100, 'latin1')
  if (split > 0) header.write(path.slice(0, split), AT.prefix, 155, 'latin1')
  header.write('0000644\0', AT.mode, 'latin1')
  header.write('0000000\0', AT.uid, 'latin1')
  header.write('0000000\0', AT.gid, 'latin1')
  header.write(`${octal(size, 11)}\0`, AT.size, 'latin1')
  header.write(`${octal(mtime, 11)}\0`, AT.mtime, 'latin1')
  header.write('0', AT.type, 'latin1')
  header.write('ustar\x0000', AT.magic, 'latin1')
  header.write('0000000\0', AT.major, 'latin1')
  header.write('0000000\0', AT.minor, 'latin1')
  header.write(`${octal(checksum(header), 6)}\0 `, AT.checksum, 'latin1')
  return header
}

/**
 * Reads a header that `encodeTarHeader` could have written, byte for byte; nothing else is let in.
 * @throws ARCHIVE_CORRUPT where the checksum fails, ARCHIVE_HOSTILE where it holds over something an archive never has
 */
export function decodeTarHeader(header: Buffer, place: MemberPlace): TarHeader {
  if (field(header, AT.checksum, 8) !== `${octal(checksum(header), 6)}\0 `) {
    throw memberError('ARCHIVE_CORRUPT', place, 'the tar header does not match its checksum')
  }
  const type = field(header, AT.type, 1)
  if (type !== '0') throw memberError('ARCHIVE_HOSTILE', place, `the member is ${TYPES[type] ?? 'no regular file'}`)
  const name = text(header, 0, 100)
  const prefix = text(header, AT.prefix, 155)
  if (name === null || prefix === null) throw memberError('ARCHIVE_HOSTILE', place, 'the name of the member holds a NUL')
  const path = prefix === '' ? name : `${prefix}/${name}`
  const named = { ...place, member: printable(path) }
  const size = number(field(header, AT.size, 12))
  const mtime = number(field(header, AT.mtime, 12))
  if (size === null || size > ROW_LIMIT) throw memberError('ARCHIVE_HOSTILE', named, 'the tar header claims an impossible size')
  if (mtime === null || !encodeTarHeader({ path, size, mtime }).equals(header)) {
    throw memberError('ARCHIVE_HOSTILE', named, 'the tar header is not in the form an archive has')
  }
  return { path, size, mtime }
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

function number(text: string): number | null {
  return /^[0-7]{11}\0$/.test(text) ? Number.parseInt(text, 8) : null
}

function field(header: Buffer, at: number, length: number): string {
  return header.toString('latin1', at, at + length)
}

function text(header: Buffer, at: number, length: number): string | null {
  const whole = field(header, at, length).replace(/\0+$/, '')
  return whole.includes('\0') ? null : whole
}

/** A name nobody vouches for, made safe to print. */
function printable(path: string): string {
  return path.replace(/[^ -~]/g, '?')
}

/** The sum of all bytes, those of the checksum itself counted as spaces. */
function checksum(header: Buffer): number {
  let sum = 0
  for (let i = 0; i < TAR_BLOCK; i += 1) sum += i >= AT.checksum && i < AT.type ? 0x20 : (header[i] ?? 0)
  return sum
}
