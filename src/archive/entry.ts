import { memberStart, unpackBody, unpackMember } from './gzip-member.js'
import { ROW_LIMIT } from './limits.js'
import { memberError, type MemberPlace } from './member-place.js'
import { parseMemberPath, type MemberRole } from './member-path.js'
import { decodeTarHeader, TAR_BLOCK, tarEntrySize, type TarHeader } from './tar-header.js'

/** One file of the archive as read back. */
export interface Entry extends TarHeader {
  /** Root folder of the archive. */
  readonly name: string
  readonly role: MemberRole
  readonly content: Buffer
  /** Members before it, as its gzip header says; null where that was not looked at. */
  readonly index: number | null
}

export interface UnpackOptions {
  /** Bytes of content the entry may have at most. */
  readonly limit?: number
  /** For recovery: do not look at the gzip header. */
  readonly headerless?: boolean
}

/** @throws ARCHIVE_CORRUPT, ARCHIVE_HOSTILE */
export async function unpackEntry(member: Buffer, place: MemberPlace, { limit = ROW_LIMIT, headerless = false }: UnpackOptions = {}): Promise<Entry> {
  const unpack = headerless ? unpackBody : unpackMember
  const bytes = await unpack(member, tarEntrySize(limit), place)
  if (bytes.length < TAR_BLOCK) throw memberError('ARCHIVE_CORRUPT', place, 'the member is shorter than a tar header')
  const header = decodeTarHeader(bytes.subarray(0, TAR_BLOCK), place)
  const named = { ...place, member: header.path }
  const parsed = parseMemberPath(header.path)
  if (parsed === null) throw memberError('ARCHIVE_HOSTILE', named, 'no archive holds a member of that name')
  if (tarEntrySize(header.size) !== bytes.length) {
    throw memberError('ARCHIVE_CORRUPT', named, 'the size in the tar header does not match the content')
  }
  const end = TAR_BLOCK + header.size
  if (bytes.subarray(end).some((byte) => byte !== 0)) throw memberError('ARCHIVE_CORRUPT', named, 'the padding after the content is not zero')
  const index = headerless ? null : (memberStart(member)?.index ?? null)
  return { ...header, ...parsed, content: bytes.subarray(TAR_BLOCK, end), index }
}
