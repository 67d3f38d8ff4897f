import { HoldallError } from '../errors/holdall-error.js'
import type { RowBatch } from '../rows/row-batch.js'
import { readFrame, readMember } from './archive-frame.js'
import { archiveTime, type ArchiveSchema } from './archive-schema.js'
import { fileSource, type ByteSource } from './byte-source.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { plain } from './json-shape.js'
import { DOCUMENT_LIMIT, ROW_LIMIT } from './limits.js'
import { isChunk, type ChunkMember, type Manifest } from './manifest.js'
import { mapAhead } from './map-ahead.js'
import { memberError } from './member-place.js'
import type { ChunkKind } from './member-path.js'
import { parseDocument } from './parse-document.js'
import { chunkProblem } from './row-chunk.js'

/** Numbers about the export, for people; nothing is computed from them. */
export type Statistics = Readonly<Record<string, unknown>>

/** Rows of one chunk, proven by the chunk's checksum. */
export interface ArchivedRows extends RowBatch {
  /** Path of the chunk in the archive. */
  readonly member: string
  /** Position in the table of the first of these rows, from 1. */
  readonly firstRow: number
}

/** An archive that is open for reading. Only its frame was read; everything else is read when it is asked for. */
export interface Archive {
  readonly path: string
  /** Size of the file. */
  readonly bytes: number
  readonly manifest: Manifest
  readonly schema: ArchiveSchema
  statistics(): Promise<Statistics>
  /** The rows of a table in the order written, chunk by chunk. @throws TABLE_NOT_FOUND, ARCHIVE_CORRUPT, ARCHIVE_HOSTILE, INTERRUPTED */
  rows(table: string): AsyncIterable<ArchivedRows>
  /** The columns that the stubs of a table hold, in the order of the table; empty where the archive has none of it. */
  stubColumns(table: string): readonly string[]
  /** Identities of rows of a table that are referred to and not in the archive: canonical lines of `stubColumns`. @throws as `rows` */
  stubs(table: string): AsyncIterable<ArchivedRows>
  close(): Promise<void>
}

export interface OpenArchiveOptions {
  readonly signal?: AbortSignal | undefined
  /** What messages call it; its path when absent. */
  readonly name?: string | undefined
}

/**
 * Opens an archive by reading its end, its manifest and its schema.
 * @throws ARCHIVE_NOT_FOUND, ARCHIVE_NOT_ARCHIVE, ARCHIVE_TRUNCATED, ARCHIVE_CORRUPT, ARCHIVE_HOSTILE, ARCHIVE_NEWER
 */
export async function openArchive(path: string, { signal, name }: OpenArchiveOptions = {}): Promise<Archive> {
  return openArchiveFrom(await fileSource(path, name), { signal })
}

/** As `openArchive`, over bytes from anywhere. Closing the archive closes the source. */
export async function openArchiveFrom(source: ByteSource, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<Archive> {
  const frame = await readFrame(source).catch(async (error: unknown) => {
    await source.close()
    throw error
  })
  const { manifest, schema } = frame
  return Object.freeze({
    path: source.name,
    bytes: source.size,
    manifest,
    schema,
    statistics: () => readStatistics(source, frame),
    rows: (table: string) => readChunks(source, frame, { kind: 'rows', table, signal }),
    stubColumns: (table: string) => (Object.hasOwn(schema.stubs, table) ? (schema.stubs[table] ?? []) : []),
    stubs: (table: string) => readChunks(source, frame, { kind: 'stubs', table, signal }),
    close: () => source.close(),
  })
}

type Frame = Awaited<ReturnType<typeof readFrame>>

async function readStatistics(source: ByteSource, { manifest, schema }: Frame): Promise<Statistics> {
  const index = manifest.members.findIndex(({ kind }) => kind === 'statistics')
  const extent = manifest.members[index]
  if (extent === undefined) throw new HoldallError('ARCHIVE_CORRUPT', { message: 'there is no statistics.json', archive: source.name })
  const { content } = await readMember(source, extent, { index, limit: DOCUMENT_LIMIT, mtime: archiveTime(schema) })
  const place = { archive: source.name, member: extent.path, offset: extent.offset }
  return parseDocument(content, plain(32), 'statistics.json', place)
}

interface ChunksOf {
  readonly kind: ChunkKind
  readonly table: string
  readonly signal: AbortSignal | undefined
}

async function* readChunks(source: ByteSource, { manifest, schema }: Frame, { kind, table, signal }: ChunksOf): AsyncGenerator<ArchivedRows> {
  if (!Object.hasOwn(schema.folders, table)) throw new HoldallError('TABLE_NOT_FOUND', { message: 'the archive has no such table', archive: source.name, table })
  const mtime = archiveTime(schema)
  const members = manifest.members.flatMap((member, index) => (isChunk(member) && member.kind === kind && member.table === table ? [{ member, index }] : []))
  const read = async ({ member, index }: { member: ChunkMember; index: number }): Promise<ArchivedRows> => {
    const { content } = await readMember(source, member, { index, limit: ROW_LIMIT, mtime })
    const problem = chunkProblem(content, member.rows)
    if (problem !== null) throw memberError('ARCHIVE_CORRUPT', { archive: source.name, member: member.path, offset: member.offset }, problem)
    return { bytes: content, rows: member.rows, member: member.path, firstRow: 0 }
  }
  let firstRow = 1
  for await (const chunk of mapAhead(members, ({ member }) => member.size + member.length, read)) {
    throwIfInterrupted(signal)
    yield { ...chunk, firstRow }
    firstRow += chunk.rows
  }
}
