import type { Application, Recovery } from '../../archive/archive-schema.js'
import type { ArchiveSummary } from '../../transfer/summaries.js'
import type { Field } from '../command.js'
import type { JsonObject, JsonValue } from '../json.js'
import { alignTable } from '../text/align-table.js'
import { printable } from '../text/printable.js'
import { formatCount, formatSize } from '../text/quantities.js'
import type { Style } from '../text/style.js'
import { LEFT_OUT_FIELDS, leftOutJson, leftOutText } from './left-out.js'
import { lossJson, lossText } from './table-loss.js'

export const ARCHIVE_FIELDS: readonly Field[] = Object.freeze([
  { path: 'archive', type: 'string', means: 'the file' },
  { path: 'bytes', type: 'number', means: 'its size' },
  { path: 'format_version', type: 'number', means: 'version of the format, see FORMAT.md' },
  { path: 'export_id', type: 'string', means: 'id of the export that wrote it' },
  { path: 'created_at', type: 'string', means: 'when, RFC 3339' },
  { path: 'generator', type: 'string', means: 'what wrote it' },
  { path: 'source.engine', type: 'string', means: '`sqlite` or `postgresql`' },
  { path: 'source.version', type: 'string', means: 'version of the engine' },
  { path: 'derived_from[]', type: 'string', means: 'ids of the exports it descends from' },
  { path: 'application', type: 'object or null', means: 'what the profile knew of the application: `version`, `schema_version`, `server_version`, `database_type`, `encryption_key_id`' },
  { path: 'selection', type: 'object', means: 'what was asked for, as in `schema.json`' },
  { path: 'tables[].table', type: 'string', means: 'id of the table' },
  { path: 'tables[].rows', type: 'number', means: 'its rows' },
  { path: 'tables[].columns', type: 'number', means: 'its columns' },
  { path: 'tables[].chunks', type: 'number', means: 'members that hold its rows' },
  { path: 'tables[].size', type: 'number', means: 'bytes of rows' },
  { path: 'tables[].compressed', type: 'number', means: 'bytes in the file' },
  { path: 'rows', type: 'number', means: 'rows of all tables' },
  ...LEFT_OUT_FIELDS,
  { path: 'recovered', type: 'object or null', means: 'where the archive was saved from a broken one: its export id in `from`, and `losses` and `stub_losses` as `recover` lists them' },
  { path: 'stubs[].table', type: 'string', means: 'a table whose rows are referred to and not all in the archive' },
  { path: 'stubs[].rows', type: 'number', means: 'identities of such rows, for resolving the references' },
])

export function archiveJson(summary: ArchiveSummary): JsonObject {
  return {
    message_type: 'result',
    command: 'inspect',
    archive: summary.path,
    bytes: summary.bytes,
    format_version: summary.formatVersion,
    export_id: summary.exportId,
    created_at: summary.createdAt,
    generator: summary.generator,
    source: { engine: summary.source.engine, version: summary.source.version },
    derived_from: summary.derivedFrom,
    application: summary.application === null ? null : applicationJson(summary.application),
    // It was read from JSON.
    selection: summary.selection as JsonObject,
    tables: summary.tables.map(({ table, rows, columns, chunks, size, compressed }): JsonValue => ({ table, rows, columns, chunks, size, compressed })),
    rows: summary.rows,
    left_out: leftOutJson(summary.leftOut),
    recovered: summary.recovered === null ? null : { from: summary.recovered.from, losses: summary.recovered.losses.map(lossJson), stub_losses: summary.recovered.stubLosses.map(lossJson) },
    stubs: summary.stubs.map(({ table, rows }): JsonValue => ({ table, rows })),
  }
}

export function archiveText(summary: ArchiveSummary, style: Style): string {
  const selection = Object.entries(summary.selection).filter(([, value]) => !['null', '[]', '{}'].includes(JSON.stringify(value)))
  const facts: readonly (readonly [string, string])[] = [
    ['archive', `${summary.path} (${formatSize(summary.bytes)}, format ${summary.formatVersion})`],
    ['created', `${summary.createdAt} by ${summary.generator}`],
    ['source', `${summary.source.engine} ${summary.source.version}`],
    ['export', summary.exportId],
    ...(summary.application === null ? [] : ([['application', applicationText(summary.application)]] as const)),
    ...(summary.recovered === null ? [] : ([['recovered', `from ${summary.recovered.from}; lost: ${lostText(summary.recovered)}`]] as const)),
    ...(summary.stubs.length === 0 ? [] : ([['stubs', summary.stubs.map(({ table, rows }) => `${formatCount(rows)} of ${table}`).join(', ')]] as const)),
    ...(summary.derivedFrom.length === 0 ? [] : ([['derived from', summary.derivedFrom.join(', ')]] as const)),
    ...selection.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const),
  ]
  const width = Math.max(...facts.map(([name]) => name.length))
  const table = alignTable(
    [
      { title: 'table', align: 'left' },
      { title: 'rows', align: 'right' },
      { title: 'columns', align: 'right' },
      { title: 'chunks', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'in the file', align: 'right' },
    ],
    summary.tables.map((row) => [row.table, ...[row.rows, row.columns, row.chunks].map(formatCount), formatSize(row.size), formatSize(row.compressed)]),
    style,
  )
  const head = facts.map(([name, value]) => `${style.dim(printable(name).padEnd(width))}  ${printable(value)}`)
  return `${[...head, '', ...table, '', `${formatCount(summary.rows)} rows in ${formatCount(summary.tables.length)} tables`, ...leftOutText(summary.leftOut)].join('\n')}\n`
}

function applicationJson({ version, schemaVersion, serverVersion, databaseType, encryptionKeyId }: Application): JsonObject {
  return { version, schema_version: schemaVersion, server_version: serverVersion, database_type: databaseType, encryption_key_id: encryptionKeyId }
}

function applicationText({ version, schemaVersion, serverVersion, encryptionKeyId }: Application): string {
  return `export version ${version}, schema version ${schemaVersion}, server ${serverVersion}${encryptionKeyId === '' ? '' : `, key store ${encryptionKeyId}`}`
}

function lostText({ losses, stubLosses }: Recovery): string {
  const named = [...losses.map((loss) => ({ loss, of: loss.table })), ...stubLosses.map((loss) => ({ loss, of: `stubs of ${loss.table}` }))]
  return named.map(({ loss, of }) => `${of}: ${lossText(loss)}`).join('; ') || 'nothing'
}
