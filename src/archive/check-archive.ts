import { createHash } from 'node:crypto'
import { HoldallError } from '../errors/holdall-error.js'
import { checkStart, readFrame } from './archive-frame.js'
import { archiveTime } from './archive-schema.js'
import { fileSource, type ByteSource } from './byte-source.js'
import { formatChecksums } from './checksums.js'
import { compareMembers, type FoundMember } from './compare-members.js'
import { unpackEntry, type Entry } from './entry.js'
import { corrupt, type Finding } from './finding.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { mapAhead } from './map-ahead.js'
import { memberPath } from './member-path.js'
import { chunkProblem, countRows } from './row-chunk.js'
import { sha256 } from './sha256.js'
import { walkMembers, type Span } from './walk-members.js'

export interface CheckOptions {
  readonly signal?: AbortSignal | undefined
  /** Hears every member that was read, in file order. */
  readonly onMember?: ((member: { readonly path: string; readonly bytes: number }) => void) | undefined
}

export interface ArchiveCheck {
  /** Empty: every byte of the file is as it was written. */
  readonly findings: readonly Finding[]
  /** Members read whole, without the end. */
  readonly members: number
  /** Size of the file. */
  readonly bytes: number
}

/**
 * Reads the whole file front to back and compares every member with its gzip checksum, its tar header, the manifest and
 * checksums.sha256; goes on after what is wrong.
 * @throws ARCHIVE_NOT_FOUND, ARCHIVE_NOT_ARCHIVE, ARCHIVE_NEWER, INTERRUPTED
 */
export async function checkArchive(path: string, options: CheckOptions = {}): Promise<ArchiveCheck> {
  const source = await fileSource(path)
  try {
    return await checkSource(source, options)
  } finally {
    await source.close()
  }
}

async function checkSource(source: ByteSource, { signal, onMember }: CheckOptions): Promise<ArchiveCheck> {
  await checkStart(source)
  const findings: Finding[] = []
  const frame = await readFrame(source).catch((error: unknown) => {
    const flaw = holdallError(error)
    if (flaw.code === 'ARCHIVE_NEWER') throw flaw
    findings.push(finding(flaw, null))
    return null
  })
  const found: FoundMember[] = []
  const digest = createHash('sha256')
  const mtimes = new Set<number>()
  let checksums: Buffer | null = null
  const read = async (span: Span): Promise<Reading> => readSpan(source, span)
  for await (const { span, bytes, entry } of mapAhead(walkMembers(source), ({ kind, length }) => (kind === 'damaged' ? 0 : length * 4), read)) {
    throwIfInterrupted(signal)
    if (span.kind === 'end') {
      if (span.offset + span.length !== source.size) findings.push(corrupt(null, span.offset, 'the archive ends here, and the file goes on'))
      continue
    }
    digest.update(bytes)
    if (entry instanceof HoldallError) {
      findings.push(finding(entry, span.offset))
      continue
    }
    mtimes.add(entry.mtime)
    if (entry.role.kind === 'checksums') checksums = entry.content
    found.push(foundEntry(entry, span))
    if ('chunk' in entry.role) lines(entry, span, findings)
    onMember?.({ path: entry.path, bytes: span.length })
  }
  if (frame !== null) {
    findings.push(...compareMembers(frame, found))
    const expected = formatChecksums(frame.manifest.members.filter(({ kind }) => kind !== 'checksums'))
    if (checksums !== null && !checksums.equals(expected)) findings.push(corrupt(memberPath(frame.manifest.name, { kind: 'checksums' }), null, 'checksums.sha256 and the manifest disagree'))
    if ([...mtimes].some((mtime) => mtime !== archiveTime(frame.schema))) findings.push(corrupt(null, null, 'members have different times'))
    if (findings.length === 0 && digest.digest('hex') !== frame.end.precedingSha256) findings.push(corrupt(null, null, 'bytes outside the content were changed'))
  }
  return Object.freeze({ findings: Object.freeze(findings), members: found.length, bytes: source.size })
}

interface Reading {
  readonly span: Span
  readonly bytes: Buffer
  readonly entry: Entry | HoldallError
}

async function readSpan(source: ByteSource, span: Span): Promise<Reading> {
  if (span.kind === 'damaged') {
    const message = `${span.length} bytes belong to no whole member`
    return { span, bytes: Buffer.alloc(0), entry: new HoldallError('ARCHIVE_CORRUPT', { message, archive: source.name }) }
  }
  const bytes = await source.read(span.offset, span.length)
  // The end holds no entry; nobody looks at this one.
  if (span.kind === 'end') return { span, bytes, entry: new HoldallError('ARCHIVE_CORRUPT', { message: 'the end', archive: source.name }) }
  const entry = await unpackEntry(bytes, { archive: source.name, member: null, offset: span.offset }).catch(holdallError)
  return { span, bytes, entry }
}

function foundEntry(entry: Entry, { offset, length }: Span): FoundMember {
  const rows = 'chunk' in entry.role ? countRows(entry.content) : null
  return { path: entry.path, index: entry.index, size: entry.size, sha256: sha256(entry.content), offset, length, rows }
}

function lines(entry: Entry, span: Span, findings: Finding[]): void {
  const problem = chunkProblem(entry.content, null)
  if (problem !== null) findings.push(corrupt(entry.path, span.offset, problem))
}

function finding({ code, place, message }: HoldallError, offset: number | null): Finding {
  return Object.freeze({ code, member: place.member ?? null, offset, message })
}

/** Anything but a failure that has a code is a defect, and not the archive's. */
function holdallError(error: unknown): HoldallError {
  if (HoldallError.is(error)) return error
  throw error
}
