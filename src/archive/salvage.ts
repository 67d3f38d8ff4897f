import { HoldallError } from '../errors/holdall-error.js'
import type { ArchiveSchema } from './archive-schema.js'
import { archiveSchemaShape } from './archive-schema-shape.js'
import type { ByteSource } from './byte-source.js'
import { parseChecksums } from './checksums.js'
import { unpackEntry, type Entry } from './entry.js'
import { MEMBER_LEAST } from './gzip-member.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import type { Manifest } from './manifest.js'
import { manifestShape } from './manifest-shape.js'
import { chunkFolder, type ChunkKind } from './member-path.js'
import { mapAhead } from './map-ahead.js'
import { parseDocument } from './parse-document.js'
import { chunkProblem, countRows } from './row-chunk.js'
import { sha256 } from './sha256.js'
import { walkMembers, type Span } from './walk-members.js'

/** A chunk that can be read whole. */
export interface WholeChunk {
  readonly path: string
  readonly kind: ChunkKind
  readonly folder: string
  readonly number: number
  readonly rows: number
  readonly sha256: string
  readonly span: Span
  /** As its gzip header says, or null where that is damaged. */
  readonly index: number | null
}

/** All that is whole in a broken archive. */
export interface Salvage {
  readonly name: string
  readonly schema: ArchiveSchema
  /** Null where it is lost. */
  readonly manifest: Manifest | null
  /** What checksums.sha256 lists, by path inside the root folder; null where it is lost. */
  readonly checksums: ReadonlyMap<string, string> | null
  readonly chunks: readonly WholeChunk[]
  /** `data/FOLDER` or `stubs/FOLDER` of a chunk, or the kind of another member, by index in the archive, for members with a whole header. */
  readonly order: ReadonlyMap<number, string>
}

/** Bytes of unknown kind that are tried as a member with a damaged header. */
const TRY_LIMIT = 64 << 20

/**
 * Reads a broken archive front to back and keeps what is whole.
 * @throws NOTHING_TO_RECOVER without a whole schema.json, ARCHIVE_NEWER, INTERRUPTED
 */
export async function salvage(source: ByteSource, signal: AbortSignal | undefined): Promise<Salvage> {
  let root: { readonly name: string; readonly schema: ArchiveSchema } | null = null
  let manifest: Manifest | null = null
  let checksums: ReadonlyMap<string, string> | null = null
  const chunks: WholeChunk[] = []
  const order = new Map<number, string>()
  for await (const { span, entry } of mapAhead(walkMembers(source), ({ length }) => length * 4, (span) => trySpan(source, span))) {
    throwIfInterrupted(signal)
    if (entry === null || (root !== null && entry.name !== root.name)) continue
    const { role, index } = entry
    if (index !== null) order.set(index, 'chunk' in role ? chunkFolder(role) : role.kind)
    const place = { archive: source.name, member: entry.path, offset: span.offset }
    if (role.kind === 'schema') {
      const schema = parsed(() => parseDocument(entry.content, archiveSchemaShape, 'schema.json', place))
      if (schema !== null) root ??= { name: entry.name, schema }
    } else if (role.kind === 'manifest') {
      manifest ??= parsed(() => parseDocument(entry.content, manifestShape, 'manifest.json', place))
    } else if (role.kind === 'checksums') {
      checksums ??= parseChecksums(entry.content)
    } else if ('chunk' in role && chunkProblem(entry.content, null) === null) {
      chunks.push({
        path: entry.path, kind: role.kind, folder: role.folder, number: role.chunk, rows: countRows(entry.content), sha256: sha256(entry.content), span, index,
      })
    }
  }
  if (root === null) {
    throw new HoldallError('NOTHING_TO_RECOVER', {
      message: 'schema.json is lost; without it nothing says what the rows mean', archive: source.name,
      hint: 'Use another copy. Whole chunks can still be unpacked by hand with gzip and tar; see docs/FORMAT.md.',
    })
  }
  const { name, schema } = root
  const own = manifest?.exportId === schema.exportId ? manifest : null
  return { name, schema, manifest: own, checksums, chunks: chunks.filter(({ path }) => path.startsWith(`${name}/`)), order }
}

/** Reads a chunk again, as it was found. */
export async function readWholeChunk(source: ByteSource, chunk: WholeChunk): Promise<Buffer> {
  const { entry } = await trySpan(source, chunk.span)
  if (entry !== null && sha256(entry.content) === chunk.sha256) return entry.content
  throw new HoldallError('ARCHIVE_CORRUPT', { message: 'the file changed while it was read', archive: source.name, member: chunk.path })
}

async function trySpan(source: ByteSource, span: Span): Promise<{ span: Span; entry: Entry | null }> {
  const headerless = span.kind === 'damaged'
  if (span.kind === 'end' || span.length < MEMBER_LEAST || (headerless && span.length > TRY_LIMIT)) return { span, entry: null }
  const bytes = await source.read(span.offset, span.length)
  const place = { archive: source.name, member: null, offset: span.offset }
  return { span, entry: await unpackEntry(bytes, place, { headerless }).catch(unlessBroken) }
}

function parsed<T>(parse: () => T): T | null {
  try {
    return parse()
  } catch (error) {
    return unlessBroken(error)
  }
}

/** What is broken is passed over; that is what this is for. */
function unlessBroken(error: unknown): null {
  if (HoldallError.is(error) && (error.code === 'ARCHIVE_CORRUPT' || error.code === 'ARCHIVE_HOSTILE')) return null
  throw error
}
