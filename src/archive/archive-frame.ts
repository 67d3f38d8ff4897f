import { HoldallError } from '../errors/holdall-error.js'
import { archiveTime, type ArchiveSchema } from './archive-schema.js'
import { archiveSchemaShape } from './archive-schema-shape.js'
import type { ByteSource } from './byte-source.js'
import { decodeEndMember, END_LENGTH, END_SUBFIELDS, type EndMember } from './end-member.js'
import { unpackEntry, type Entry } from './entry.js'
import { MEMBER_HEADER, MEMBER_LEAST, memberStart } from './gzip-member.js'
import { DOCUMENT_LIMIT } from './limits.js'
import type { Manifest, MemberExtent } from './manifest.js'
import { manifestShape } from './manifest-shape.js'
import { matchManifest, packedLimit } from './match-manifest.js'
import { memberError, type MemberPlace } from './member-place.js'
import { memberPath, parseMemberPath } from './member-path.js'
import { parseDocument } from './parse-document.js'
import { sha256 } from './sha256.js'

/** What stands around the rows of an archive. */
export interface ArchiveFrame {
  readonly end: EndMember
  readonly manifest: Manifest
  readonly schema: ArchiveSchema
}

/**
 * Reads the end of the file, the manifest and schema.json, and nothing else.
 * @throws ARCHIVE_NOT_ARCHIVE, ARCHIVE_TRUNCATED, ARCHIVE_CORRUPT, ARCHIVE_HOSTILE, ARCHIVE_NEWER
 */
export async function readFrame(source: ByteSource): Promise<ArchiveFrame> {
  await checkStart(source)
  const end = source.size < END_LENGTH ? null : decodeEndMember(await source.read(source.size - END_LENGTH, END_LENGTH))
  if (end === null) throw await explainEnd(source)
  const place: MemberPlace = { archive: source.name, member: 'manifest.json', offset: end.manifestOffset }
  if (end.manifestOffset + end.manifestLength !== source.size - END_LENGTH || end.manifestLength < MEMBER_LEAST) {
    throw memberError('ARCHIVE_CORRUPT', place, 'manifest.json does not stand before the end')
  }
  if (end.manifestLength > packedLimit(DOCUMENT_LIMIT)) throw memberError('ARCHIVE_HOSTILE', place, 'manifest.json is longer than any archive has')
  const entry = await unpackEntry(await source.read(end.manifestOffset, end.manifestLength), place, { limit: DOCUMENT_LIMIT })
  if (sha256(entry.content) !== end.manifestSha256) throw memberError('ARCHIVE_CORRUPT', place, 'manifest.json does not match its checksum')
  const manifest = parseDocument(entry.content, manifestShape, 'manifest.json', place)
  if (entry.path !== memberPath(manifest.name, { kind: 'manifest' }) || entry.index !== manifest.members.length || end.index !== entry.index + 1) {
    throw memberError('ARCHIVE_CORRUPT', place, 'another member stands where manifest.json belongs')
  }
  const schema = await readSchema(source, manifest)
  if (entry.mtime !== archiveTime(schema)) throw memberError('ARCHIVE_CORRUPT', place, 'the time in the tar header is not the archive\'s')
  matchManifest(manifest, schema, end.manifestOffset, place)
  return Object.freeze({ end, manifest, schema })
}

async function readSchema(source: ByteSource, manifest: Manifest): Promise<ArchiveSchema> {
  const place: MemberPlace = { archive: source.name, member: memberPath(manifest.name, { kind: 'schema' }), offset: 0 }
  const [first] = manifest.members
  if (first === undefined || first.path !== place.member || first.offset !== 0) {
    const known = first === undefined || parseMemberPath(first.path) !== null
    throw memberError(known ? 'ARCHIVE_CORRUPT' : 'ARCHIVE_HOSTILE', place, 'the manifest does not begin with schema.json')
  }
  const entry = await readMember(source, first, { index: 0, limit: DOCUMENT_LIMIT, mtime: null })
  const schema = parseDocument(entry.content, archiveSchemaShape, 'schema.json', place)
  if (entry.mtime !== archiveTime(schema)) throw memberError('ARCHIVE_CORRUPT', place, 'the time in the tar header is not the archive\'s')
  return schema
}

export interface Expected {
  /** Position among the members. */
  readonly index: number
  /** Bytes of content at most. */
  readonly limit: number
  /** Null: not known yet. */
  readonly mtime: number | null
}

/**
 * Reads one member as the manifest describes it.
 * @throws ARCHIVE_CORRUPT, ARCHIVE_HOSTILE where it is anything else
 */
export async function readMember(source: ByteSource, extent: MemberExtent, { index, limit, mtime }: Expected): Promise<Entry> {
  const place: MemberPlace = { archive: source.name, member: extent.path, offset: extent.offset }
  if (extent.size > limit || extent.length > packedLimit(extent.size)) throw memberError('ARCHIVE_HOSTILE', place, 'the manifest claims an impossible size')
  if (extent.length < MEMBER_LEAST || extent.offset + extent.length > source.size) throw memberError('ARCHIVE_CORRUPT', place, 'the manifest claims an impossible place')
  const entry = await unpackEntry(await source.read(extent.offset, extent.length), place, { limit: extent.size })
  if (entry.path !== extent.path || entry.index !== index) throw memberError('ARCHIVE_CORRUPT', place, `the member found here is ${entry.path}, number ${entry.index ?? 0}, not number ${index}`)
  if (entry.size !== extent.size || sha256(entry.content) !== extent.sha256) throw memberError('ARCHIVE_CORRUPT', place, 'the member does not match its checksum')
  if (mtime !== null && entry.mtime !== mtime) throw memberError('ARCHIVE_CORRUPT', place, 'the time in the tar header is not the archive\'s')
  return entry
}

/** @throws ARCHIVE_NOT_ARCHIVE */
export async function checkStart(source: ByteSource): Promise<void> {
  const start = await source.read(0, Math.min(source.size, MEMBER_HEADER))
  if (memberStart(start) !== null) return
  const gzip = start.length >= 2 && start.readUInt16BE(0) === 0x1f8b
  throw new HoldallError('ARCHIVE_NOT_ARCHIVE', {
    message: gzip ? 'a gzip file that Holdall did not write, or whose first bytes are damaged' : 'the file does not begin as an archive does',
    archive: source.name,
    ...(gzip ? { hint: 'An archive that was unpacked and packed again cannot be read; a damaged one may be saved with `holdall recover`.' } : {}),
  })
}

/** Why a file that begins as an archive does not end as one. Steps over the members without inflating them. */
async function explainEnd(source: ByteSource): Promise<HoldallError> {
  let offset = 0
  while (offset < source.size) {
    const place: MemberPlace = { archive: source.name, member: null, offset }
    const start = await source.read(offset, Math.min(MEMBER_HEADER, source.size - offset))
    if (memberStart(start, END_SUBFIELDS)?.length === END_LENGTH) {
      if (offset + END_LENGTH > source.size) break
      const rest = source.size - offset - END_LENGTH
      return memberError('ARCHIVE_CORRUPT', place, rest > 0 ? `${rest} bytes follow the end of the archive` : 'the end of the archive is damaged')
    }
    const length = memberStart(start)?.length ?? null
    if (length === null && start.length === MEMBER_HEADER) return memberError('ARCHIVE_CORRUPT', place, 'no member starts here, and the end of the archive is missing or damaged')
    if (length === null || offset + length > source.size) break
    // A damaged length must not keep the walk in one place.
    offset += Math.max(length, MEMBER_LEAST)
  }
  return new HoldallError('ARCHIVE_TRUNCATED', { message: `the file ends at byte ${source.size}, before its manifest is complete`, archive: source.name })
}
