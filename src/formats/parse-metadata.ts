import { createArchiveSchema, type Application, type ArchiveSchema } from '../archive/archive-schema.js'
import { checkStubs, instant, uuid } from '../archive/archive-schema-shape.js'
import { count, list, misshapen, nullable, object, oneOf, optional, plain, record, ShapeError, text, type Shape } from '../archive/json-shape.js'
import { schemaShape, tableShape } from '../archive/schema-shape.js'
import { HoldallError } from '../errors/holdall-error.js'
import { DOCUMENT_FORMAT, DOCUMENT_VERSION, END_KEY, METADATA_KEY, RESERVED_KEYS, type DocumentGroup } from './json-document.js'

/** What a document says before its rows. */
export interface DocumentMetadata {
  readonly schema: ArchiveSchema
  /** Null: one section of all tables. */
  readonly groups: readonly DocumentGroup[] | null
  readonly recordCounts: ReadonlyMap<string, number>
}

const preface = object<{ format: typeof DOCUMENT_FORMAT; format_version: number }>({ format: oneOf({ [DOCUMENT_FORMAT]: true }), format_version: count })

const metadataShape = object({
  exported_at: instant,
  generator: text,
  export_id: uuid,
  lineage: object<ArchiveSchema['lineage']>({ derivedFrom: list(uuid) }),
  profile: nullable(text),
  selection: plain(32),
  record_counts: record(count),
  groups: nullable(record(list(text))),
  schema: schemaShape,
  stubs: optional(record(list(text)), Object.freeze({})),
  stub_tables: optional(list(tableShape), Object.freeze([])),
})

const applicationShape = object({
  version: optional(text, ''),
  schema_version: optional(nullable(text), null),
  server_version: optional(text, ''),
  database_type: optional(text, ''),
  encryption_key_id: optional(text, ''),
})

const endShape = object({
  complete: (value: unknown, path: string): true => (value === true ? value : misshapen(path, 'not true')),
  record_counts: record(count),
  sha256: text,
})

/** Reads the value of `export_metadata`. Keys it does not know are passed over. @throws DOCUMENT_INVALID, ARCHIVE_NEWER */
export function parseMetadata(value: unknown): DocumentMetadata {
  const { format_version: version } = shaped(preface, value, METADATA_KEY)
  if (version > DOCUMENT_VERSION) {
    throw new HoldallError('ARCHIVE_NEWER', { message: `the JSON document has version ${version}, and this Holdall reads up to ${DOCUMENT_VERSION}` })
  }
  const read = shaped(metadataShape, value, METADATA_KEY)
  const stubs = { stubs: read.stubs, stubTables: read.stub_tables }
  shaped((_, path) => checkStubs({ ...stubs, schema: read.schema }, path), value, METADATA_KEY)
  const recordCounts = new Map(Object.entries(read.record_counts))
  const tables = new Set(read.schema.tables.map(({ id }) => id))
  for (const table of recordCounts.keys()) if (!tables.has(table)) mismatch('schema does not describe a table of record_counts', table)
  for (const table of tables) if (!recordCounts.has(table)) mismatch('record_counts lacks a table of schema', table)
  const groups = read.groups === null ? null : Object.entries(read.groups).map(([name, members]) => Object.freeze({ name, tables: members }))
  if (groups !== null) checkGroups(groups, tables)
  return Object.freeze({
    schema: createArchiveSchema({
      generator: read.generator,
      schema: read.schema,
      exportId: read.export_id,
      createdAt: read.exported_at,
      lineage: read.lineage,
      profile: read.profile,
      application: applicationOf(value),
      selection: read.selection,
      ...stubs,
    }),
    groups: groups === null ? null : Object.freeze(groups),
    recordCounts,
  })
}

/** What the application's own exports say too; null where the document does not say it. @throws DOCUMENT_INVALID */
export function applicationOf(value: unknown): Application | null {
  const { schema_version: schemaVersion, ...read } = shaped(applicationShape, value, METADATA_KEY)
  if (schemaVersion === null) return null
  return Object.freeze({ version: read.version, schemaVersion, serverVersion: read.server_version, databaseType: read.database_type, encryptionKeyId: read.encryption_key_id })
}

/** Reads the value of `export_end`. @throws DOCUMENT_INVALID */
export function parseEnd(value: unknown): { readonly recordCounts: ReadonlyMap<string, number>; readonly sha256: string } {
  const end = shaped(endShape, value, END_KEY)
  return { recordCounts: new Map(Object.entries(end.record_counts)), sha256: end.sha256.toLowerCase() }
}

function checkGroups(groups: readonly DocumentGroup[], tables: ReadonlySet<string>): void {
  const seen = new Set<string>()
  for (const { name, tables: members } of groups) {
    if (RESERVED_KEYS.includes(name)) mismatch(`no group may be named ${name}`)
    for (const table of members) {
      if (!tables.has(table)) mismatch('groups names a table that schema does not', table)
      if (seen.has(table)) mismatch('groups names a table twice', table)
      seen.add(table)
    }
  }
  for (const table of tables) if (!seen.has(table)) mismatch('no group names a table of schema', table)
}

function mismatch(problem: string, table?: string): never {
  throw new HoldallError('DOCUMENT_INVALID', { message: `${METADATA_KEY}: ${problem}`, ...(table === undefined ? {} : { table }) })
}

export function shaped<T>(shape: Shape<T>, value: unknown, name: string): T {
  try {
    return shape(value, name)
  } catch (error) {
    if (error instanceof ShapeError) throw new HoldallError('DOCUMENT_INVALID', { message: error.message, cause: error })
    throw error
  }
}
