import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createArchiveSchema, archiveTime, type ArchiveSchema } from '../../src/archive/archive-schema.js'
import type { ArchiveSink } from '../../src/archive/archive-sink.js'
import { createArchiveWriter } from '../../src/archive/archive-writer.js'
import { formatChecksums } from '../../src/archive/checksums.js'
import { encodeEndMember } from '../../src/archive/end-member.js'
import { packMember } from '../../src/archive/gzip-member.js'
import { formatManifest, isChunk, type Manifest, type Member } from '../../src/archive/manifest.js'
import { openArchive, type Archive } from '../../src/archive/open-archive.js'
import { encodeTarHeader } from '../../src/archive/tar-header.js'
import type { RowBatch } from '../../src/rows/row-batch.js'
import type { Schema, Table } from '../../src/schema/schema.js'

/** A folder that goes with the test file. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdall-archive-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export function sampleTable(id: string): Table {
  return {
    id, namespace: null, name: id, traits: [],
    columns: [
      { name: 'id', type: { declared: 'INTEGER', encoding: { family: 'integer' }, dynamic: true }, nullable: false, default: null, identity: { kind: 'rowid', autoincrement: false }, generated: null, collation: null },
      { name: 'note', type: { declared: 'TEXT', encoding: { family: 'text' }, dynamic: true }, nullable: true, default: null, identity: null, generated: null, collation: null },
    ],
    primaryKey: { name: null, columns: ['id'], deferrability: 'not-deferrable', nullsNotDistinct: false },
    uniques: [], references: [], checks: [], indexes: [], ddl: `CREATE TABLE "${id}" (id INTEGER PRIMARY KEY, note TEXT)`,
  }
}

export function sampleSchema(tables: readonly string[]): ArchiveSchema {
  const schema: Schema = {
    engine: 'sqlite', engineVersion: '3.53.2', extensions: [], types: [], sequences: [], tables: tables.map(sampleTable), statements: [], leftOut: [], file: null,
  }
  return createArchiveSchema({ generator: 'holdall 0.0.0', schema, createdAt: '2026-02-16T10:00:00.123Z' })
}

/** Rows as NDJSON lines; `noise` makes them hard to compress. */
export function sampleRows(count: number, noise = 0): string[] {
  return Array.from({ length: count }, (_, i) => {
    const note = noise === 0 ? `row ${i}` : createHash('sha512').update(String(i)).digest('hex').repeat(Math.ceil(noise / 128)).slice(0, noise)
    return `{"id":${i + 1},"note":"${note}"}\n`
  })
}

export function batch(lines: readonly string[]): RowBatch {
  return { bytes: Buffer.from(lines.join('')), rows: lines.length }
}

export async function* batches(all: readonly RowBatch[]): AsyncGenerator<RowBatch> {
  yield* all
}

export function memorySink(): ArchiveSink & { readonly bytes: () => Buffer; readonly writes: () => number } {
  const pieces: Buffer[] = []
  return { write: async (bytes) => void pieces.push(bytes), bytes: () => Buffer.concat(pieces), writes: () => pieces.length }
}

type Batches = Readonly<Record<string, readonly RowBatch[]>>

interface ArchiveProps {
  readonly name?: string
  readonly level?: number
  readonly schema?: ArchiveSchema
  readonly stubs?: Batches
}

/** The whole of an archive with these rows, as the writer makes it. */
export async function archiveBytes(rows: Batches, { name = 'sample', level = 1, schema = sampleSchema(Object.keys(rows)), stubs = {} }: ArchiveProps = {}): Promise<Buffer> {
  const sink = memorySink()
  const writer = createArchiveWriter(sink, { name, level, schema })
  for (const [table, each] of Object.entries(rows)) await writer.rows(table, batches(each))
  for (const [table, each] of Object.entries(stubs)) await writer.stubs(table, batches(each))
  await writer.finish({ note: 'sample' })
  return sink.bytes()
}

export async function readTable(archive: Archive, table: string, kind: 'rows' | 'stubs' = 'rows'): Promise<string> {
  const pieces: Buffer[] = []
  for await (const { bytes } of archive[kind](table)) pieces.push(Buffer.from(bytes))
  return Buffer.concat(pieces).toString('utf8')
}

/** Every table, by id, and stubs; what the archive's own API gives a careful reader. */
export async function readAll(path: string): Promise<Record<string, string>> {
  const archive = await openArchive(path)
  try {
    await archive.statistics()
    const tables: Record<string, string> = {}
    for (const { id } of archive.schema.schema.tables) tables[id] = await readTable(archive, id)
    for (const id of Object.keys(archive.schema.stubs)) tables[`stubs of ${id}`] = await readTable(archive, id, 'stubs')
    return tables
  } finally {
    await archive.close()
  }
}

export async function manifestOf(path: string): Promise<Manifest> {
  const archive = await openArchive(path)
  await archive.close()
  return archive.manifest
}

/** A member as a forger would make it: every checksum right, anything else as he likes. */
export interface ForgedMember {
  readonly kind: 'schema' | 'rows' | 'stubs' | 'statistics' | 'checksums'
  readonly path: string
  readonly content: Buffer
  readonly table?: string
  readonly rows?: number
  /** Changes the tar header before its checksum is made. */
  readonly header?: (header: Buffer) => void
  /** Replaces the whole gzip member. */
  readonly packed?: (index: number) => Promise<Buffer>
  /** What the manifest says instead. */
  readonly claims?: Partial<Member>
}

export interface Forgery {
  readonly schema?: ArchiveSchema | Record<string, unknown>
  readonly name?: string
  /** Gets the honest members and gives what is really written, in this order. */
  readonly members?: (honest: ForgedMember[]) => ForgedMember[]
  readonly manifest?: (honest: Manifest) => unknown
  readonly manifestHeader?: (header: Buffer) => void
  /** Rows of the one table. */
  readonly chunks?: readonly (readonly string[])[]
}

/** Builds an archive of one table `t` byte by byte, with manifest, checksums and end to match. */
export async function forge({ schema = sampleSchema(['t']), name = 'sample', members = (all) => all, manifest = (honest) => honest, manifestHeader, chunks = [['{"id":1,"note":"a"}\n'], ['{"id":2,"note":"b"}\n', '{"id":3,"note":"c"}\n']] }: Forgery = {}): Promise<Buffer> {
  const honest: ForgedMember[] = [
    { kind: 'schema', path: `${name}/schema.json`, content: Buffer.from(JSON.stringify(schema)) },
    ...chunks.map((lines, i): ForgedMember => ({
      kind: 'rows', path: `${name}/data/t/${String(i + 1).padStart(6, '0')}.ndjson`, content: Buffer.from(lines.join('')), table: 't', rows: lines.length,
    })),
    { kind: 'statistics', path: `${name}/metadata/statistics.json`, content: Buffer.from('{}\n') },
  ]
  const listed = honest.map(({ path, content }) => ({ path, sha256: hex(content) }))
  const all = members([...honest, { kind: 'checksums', path: `${name}/metadata/checksums.sha256`, content: formatChecksums(listed) }])
  const mtime = archiveTime({ createdAt: '2026-02-16T10:00:00.123Z' })
  const packed: Buffer[] = []
  const extents: Member[] = []
  let offset = 0
  for (const [index, member] of all.entries()) {
    const bytes = member.packed === undefined ? await packMember(tar(member.path, member.content, mtime, member.header), index, 6) : await member.packed(index)
    const extent = { path: member.path, size: member.content.length, sha256: hex(member.content), offset, length: bytes.length }
    const whole = member.kind === 'rows' || member.kind === 'stubs' ? { ...extent, kind: member.kind, table: member.table ?? 't', rows: member.rows ?? 0 } : { ...extent, kind: member.kind }
    extents.push({ ...whole, ...member.claims } as Member)
    packed.push(bytes)
    offset += bytes.length
  }
  const rows = extents.filter(isChunk).filter(({ kind }) => kind === 'rows')
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  const counts = { table: 't', rows: sum(rows.map((row) => row.rows)), chunks: rows.length, bytes: sum(rows.map(({ size }) => size)) }
  const source = schema as ArchiveSchema
  const made = manifest({
    format: source.format, exportId: source.exportId, createdAt: source.createdAt, name, rows: counts.rows, bytes: counts.bytes, tables: [counts], members: extents,
  })
  const content = Buffer.isBuffer(made) ? made : isManifest(made) ? formatManifest(made) : Buffer.from(JSON.stringify(made))
  const last = await packMember(tar(`${name}/manifest.json`, content, mtime, manifestHeader), all.length, 6)
  const before = Buffer.concat([...packed, last])
  const end = encodeEndMember({ index: all.length + 1, manifestOffset: offset, manifestLength: last.length, manifestSha256: hex(content), precedingSha256: hex(before) })
  return Buffer.concat([before, end])
}

export function tar(path: string, content: Buffer, mtime: number, change: (header: Buffer) => void = () => undefined): Buffer {
  const header = encodeTarHeader({ path, size: content.length, mtime })
  change(header)
  sign(header)
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

/** Makes a tar header's checksum right again. */
export function sign(header: Buffer): void {
  header.fill(0x20, 148, 156)
  const total = header.reduce((a, b) => a + b, 0)
  header.write(`${total.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
}

function hex(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'members' in value && 'tables' in value
}

/** Writes bytes into a file of a folder and gives its path. */
export async function file(folder: string, name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}
