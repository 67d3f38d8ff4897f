import { HoldallError } from '../errors/holdall-error.js'
import type { RowBatch } from '../rows/row-batch.js'
import { archiveTime, type ArchiveSchema } from './archive-schema.js'
import { archiveSchemaShape } from './archive-schema-shape.js'
import type { ArchiveSink } from './archive-sink.js'
import { formatChecksums } from './checksums.js'
import { chunks } from './chunks.js'
import { encodeEndMember } from './end-member.js'
import { EntryMemory } from './entry-memory.js'
import { EntryStream } from './entry-stream.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { messageOf } from '../errors/message-of.js'
import { CHUNK_BYTES, DOCUMENT_LIMIT } from './limits.js'
import { formatManifest, type Manifest, type Member, type MemberExtent, type TableCount } from './manifest.js'
import { memberPath, NAME_LENGTH, type ChunkKind } from './member-path.js'
import { parseDocument } from './parse-document.js'
import { folderName } from './table-folders.js'

export interface ArchiveWriterOptions {
  /** What the root folder is called; characters a folder cannot have are percent-encoded. */
  readonly name: string
  /** gzip level, 1 to 9. */
  readonly level: number
  readonly schema: ArchiveSchema
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes one archive, front to back: `rows` once for each table of the schema, in any order and one after the other, then
 * `stubs` for the tables that have some, then `finish`. After a failure the writer fails for good; what it wrote is no archive.
 */
export interface ArchiveWriter {
  /**
   * `onRows` hears how many rows of this table were taken so far.
   * @throws INTERRUPTED, and what the sink or the batches throw
   */
  rows(table: string, batches: AsyncIterable<RowBatch>, onRows?: (rows: number) => void): Promise<{ rows: number; bytes: number; chunks: number }>
  /** Lines of the columns that the schema names in `stubs`. @throws as `rows` */
  stubs(table: string, batches: AsyncIterable<RowBatch>, onRows?: (rows: number) => void): Promise<{ rows: number; bytes: number; chunks: number }>
  /** Writes metadata and manifest. `statistics` becomes `metadata/statistics.json`. */
  finish(statistics: object): Promise<Manifest>
}

/** A line of the manifest about one chunk, without path and table, has at most so many bytes. */
const MEMBER_LINE = 250

export function createArchiveWriter(sink: ArchiveSink, options: ArchiveWriterOptions): ArchiveWriter {
  return new PortableArchiveWriter(sink, options)
}

class PortableArchiveWriter implements ArchiveWriter {
  readonly #name: string
  readonly #schema: ArchiveSchema
  readonly #signal: AbortSignal | undefined
  readonly #memory = new EntryMemory()
  readonly #entries: EntryStream
  readonly #members: Member[] = []
  readonly #written: Readonly<Record<ChunkKind, Map<string, TableCount>>> = { rows: new Map(), stubs: new Map() }
  /** Bytes that the manifest will need, so that an export too large fails early. */
  #promised = 0
  #state: 'new' | 'ready' | 'busy' | 'failed' | 'finished' = 'new'

  constructor(sink: ArchiveSink, { name, level, schema, signal }: ArchiveWriterOptions) {
    if (!Number.isInteger(level) || level < 1 || level > 9) throw new HoldallError('USAGE', { message: `a compression level is 1 to 9, not ${level}` })
    this.#name = folderName(name, NAME_LENGTH)
    this.#schema = schema
    this.#signal = signal
    this.#entries = new EntryStream(sink, this.#memory, { level, mtime: archiveTime(schema) })
  }

  rows(table: string, batches: AsyncIterable<RowBatch>, onRows?: (rows: number) => void): Promise<TableCount> {
    return this.#chunks('rows', table, batches, onRows)
  }

  stubs(table: string, batches: AsyncIterable<RowBatch>, onRows?: (rows: number) => void): Promise<TableCount> {
    return this.#chunks('stubs', table, batches, onRows)
  }

  #chunks(kind: ChunkKind, table: string, batches: AsyncIterable<RowBatch>, onRows: (rows: number) => void = () => undefined): Promise<TableCount> {
    return this.#alone(async () => {
      const { folders, stubs, schema } = this.#schema
      const known = kind === 'stubs' ? Object.hasOwn(stubs, table) : schema.tables.some(({ id }) => id === table)
      const folder = known ? folders[table] : undefined
      if (folder === undefined) throw new HoldallError('TABLE_NOT_FOUND', { message: `the archive has no ${kind} of such a table`, table })
      if (this.#written[kind].has(table)) throw new HoldallError('INTERNAL', { message: 'the table was already written', table })
      if (kind === 'rows' && this.#written.stubs.size > 0) throw new HoldallError('INTERNAL', { message: 'rows come before stubs', table })
      let done: TableCount = { table, rows: 0, chunks: 0, bytes: 0 }
      for await (const chunk of chunks(this.#heard(batches, onRows), CHUNK_BYTES, this.#memory)) {
        done = { table, rows: done.rows + chunk.rows, chunks: done.chunks + 1, bytes: done.bytes + chunk.bytes }
        const path = memberPath(this.#name, { kind, folder, chunk: done.chunks })
        this.#promised += path.length + table.length + MEMBER_LINE
        if (this.#promised > DOCUMENT_LIMIT) throw tooLong('manifest')
        await this.#entries.put(path, chunk, (extent) => this.#members.push({ ...extent, kind, table, rows: chunk.rows }))
      }
      this.#written[kind].set(table, done)
      return done
    })
  }

  finish(statistics: object): Promise<Manifest> {
    return this.#alone(async () => {
      const { format, exportId, createdAt, schema } = this.#schema
      const unwritten = schema.tables.filter(({ id }) => !this.#written.rows.has(id)).map(({ id }) => id)
      if (unwritten.length > 0) throw new HoldallError('INTERNAL', { message: `tables of the schema were not written: ${unwritten.join(', ')}` })
      await this.#document('statistics', json(statistics))
      await this.#entries.drain()
      await this.#document('checksums', formatChecksums(this.#members))
      await this.#entries.drain()
      const tables = Object.freeze([...this.#written.rows.values()].map((each) => Object.freeze(each)))
      const manifest: Manifest = Object.freeze({
        format,
        exportId,
        createdAt,
        name: this.#name,
        rows: tables.reduce((sum, { rows }) => sum + rows, 0),
        bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
        tables,
        members: Object.freeze(this.#members.map((member) => Object.freeze(member))),
      })
      const extent = await this.#manifest(formatManifest(manifest))
      await this.#entries.end((index, precedingSha256) => encodeEndMember({
        index, manifestOffset: extent.offset, manifestLength: extent.length, manifestSha256: extent.sha256, precedingSha256,
      }))
      return manifest
    }, 'finished')
  }

  /** One call at a time; the first writes schema.json, and none follows a failure or the end. */
  async #alone<T>(work: () => Promise<T>, then: 'ready' | 'finished' = 'ready'): Promise<T> {
    const before = this.#state
    if (before !== 'new' && before !== 'ready') throw new HoldallError('INTERNAL', { message: `the archive writer is ${before}` })
    this.#state = 'busy'
    try {
      throwIfInterrupted(this.#signal)
      if (before === 'new') await this.#document('schema', this.#schemaDocument())
      const result = await work()
      throwIfInterrupted(this.#signal)
      this.#state = then
      return result
    } catch (error) {
      this.#state = 'failed'
      throw error
    }
  }

  /** Never writes what the reader would refuse. */
  #schemaDocument(): Buffer {
    const content = json(this.#schema)
    try {
      parseDocument(content, archiveSchemaShape, 'schema.json', { archive: '', member: null, offset: 0 })
    } catch (error) {
      throw new HoldallError('INTERNAL', { message: `the schema cannot be written: ${messageOf(error)}`, cause: error })
    }
    return content
  }

  async #document(kind: 'schema' | 'statistics' | 'checksums', content: Buffer): Promise<void> {
    await this.#entries.put(memberPath(this.#name, { kind }), this.#memory.copy(bounded(kind, content)), (extent) => this.#members.push({ ...extent, kind }))
  }

  async #manifest(content: Buffer): Promise<MemberExtent> {
    return new Promise((resolve, reject) => {
      this.#entries
        .put(memberPath(this.#name, { kind: 'manifest' }), this.#memory.copy(bounded('manifest', content)), resolve)
        .then(() => this.#entries.drain())
        .catch(reject)
    })
  }

  async *#heard(batches: AsyncIterable<RowBatch>, onRows: (rows: number) => void): AsyncGenerator<RowBatch> {
    let rows = 0
    for await (const batch of batches) {
      throwIfInterrupted(this.#signal)
      yield batch
      rows += batch.rows
      onRows(rows)
    }
  }
}

function json(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`)
}

function bounded(kind: string, content: Buffer): Buffer {
  if (content.length <= DOCUMENT_LIMIT) return content
  throw tooLong(kind)
}

function tooLong(kind: string): HoldallError {
  return new HoldallError('OUTPUT_FAILED', {
    message: `the ${kind} of the archive would be longer than ${DOCUMENT_LIMIT} bytes`,
    hint: 'Export the tables into several archives with --include.',
  })
}
