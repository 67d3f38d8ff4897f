import type { Application, ArchiveSchema } from '../archive/archive-schema.js'
import { DOCUMENT_FORMAT, DOCUMENT_VERSION, type DocumentGroup } from './json-document.js'

/**
 * The value of `export_metadata`, as compact JSON text. Keys that are names of tables and groups are written one by one,
 * for an object of JavaScript would put `"1"` before `"a"`.
 */
export function metadataText(schema: ArchiveSchema, groups: readonly DocumentGroup[] | null, counts: ReadonlyMap<string, number>, statistics: object = {}): string {
  const { application } = schema
  const exportedAt = ['exported_at', JSON.stringify(schema.createdAt)] as const
  const recordCounts = ['record_counts', countsText(counts)] as const
  return objectText([
    // First what the application's own exports say, in their order: its readers need to know nothing else.
    ...(application === null ? [] : applicationText(application, exportedAt, recordCounts)),
    ['format', JSON.stringify(DOCUMENT_FORMAT)],
    ['format_version', String(DOCUMENT_VERSION)],
    ...(application === null ? [exportedAt] : []),
    ['generator', JSON.stringify(schema.generator)],
    ['export_id', JSON.stringify(schema.exportId)],
    ['source', JSON.stringify({ engine: schema.schema.engine, version: schema.schema.engineVersion })],
    ['lineage', JSON.stringify(schema.lineage)],
    ['profile', JSON.stringify(schema.profile)],
    ['selection', JSON.stringify(schema.selection)],
    ...(application === null ? [recordCounts] : []),
    ['groups', groups === null ? 'null' : groupsText(groups)],
    ['schema', JSON.stringify(schema.schema)],
    ...(Object.keys(schema.stubs).length === 0 ? [] : stubsText(schema)),
    ...Object.entries(statistics).map(([key, value]) => [key, JSON.stringify(value)] as const),
  ])
}

function applicationText(application: Application, exportedAt: readonly [string, string], recordCounts: readonly [string, string]): (readonly [string, string])[] {
  return [
    ['version', JSON.stringify(application.version)],
    ['schema_version', JSON.stringify(application.schemaVersion)],
    exportedAt,
    ['server_version', JSON.stringify(application.serverVersion)],
    ['database_type', JSON.stringify(application.databaseType)],
    ['encryption_key_id', JSON.stringify(application.encryptionKeyId)],
    recordCounts,
  ]
}

function stubsText({ stubs, stubTables }: ArchiveSchema): (readonly [string, string])[] {
  return [
    ['stubs', objectText(Object.entries(stubs).map(([table, columns]) => [table, JSON.stringify(columns)]))],
    ['stub_tables', JSON.stringify(stubTables)],
  ]
}

/** The value of `export_end`, as compact JSON text. */
export function endText(counts: ReadonlyMap<string, number>, sha256: string): string {
  return objectText([
    ['complete', 'true'],
    ['record_counts', countsText(counts)],
    ['sha256', JSON.stringify(sha256)],
  ])
}

function countsText(counts: ReadonlyMap<string, number>): string {
  return objectText([...counts].map(([table, rows]) => [table, String(rows)]))
}

function groupsText(groups: readonly DocumentGroup[]): string {
  return objectText(groups.map((group) => [group.name, JSON.stringify(group.tables)]))
}

function objectText(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`
}
