import type { RemoteExportReport } from '../../client/export-from-server.js'
import type { Field } from '../command.js'
import type { JsonObject } from '../json.js'
import { alignTable } from '../text/align-table.js'
import { printable } from '../text/printable.js'
import { formatCount, formatDuration, formatRows, formatSize } from '../text/quantities.js'
import type { Style } from '../text/style.js'

export const REMOTE_EXPORT_FIELDS: readonly Field[] = Object.freeze([
  { path: 'server', type: 'string', means: 'the address of the server' },
  { path: 'store', type: 'string or null', means: 'the name of the store there' },
  { path: 'output', type: 'string', means: 'the file, or `-`' },
  { path: 'format', type: 'string', means: '`archive`, `json` or `json-pretty`' },
  { path: 'export_id', type: 'string or null', means: 'id of this export, the lineage of what derives from it' },
  { path: 'job_id', type: 'string or null', means: 'the job on the server' },
  { path: 'tables[].table', type: 'string', means: 'id of the table' },
  { path: 'tables[].rows', type: 'number', means: 'rows written' },
  { path: 'rows', type: 'number', means: 'rows of all tables' },
  { path: 'bytes', type: 'number', means: 'size of what was written' },
  { path: 'sha256', type: 'string or null', means: 'SHA-256 of the file; null for stdout' },
  { path: 'notes[]', type: 'string', means: 'what is worth knowing' },
  { path: 'seconds', type: 'number', means: 'how long it took' },
])

export function remoteExportJson({ exportId, job, ...report }: RemoteExportReport, server: URL): JsonObject {
  const { store, output, format, tables, rows, bytes, sha256, notes, seconds } = report
  return { message_type: 'result', command: 'export', server: server.href, store, output, format, export_id: exportId, job_id: job, tables: tables.map((table) => ({ ...table })), rows, bytes, sha256, notes, seconds }
}

export function remoteExportText(report: RemoteExportReport, server: URL, style: Style): string {
  const table = alignTable(
    [
      { title: 'table', align: 'left' },
      { title: 'rows', align: 'right' },
    ],
    report.tables.map(({ table: name, rows }) => [name, formatCount(rows)]),
    style,
  )
  const to = report.output === '-' ? 'standard output' : report.output
  const done = `Exported ${formatRows(report.rows)} of ${report.store ?? 'the store'} at ${server.host} to ${to}: ${formatSize(report.bytes)} in ${formatDuration(report.seconds)}.`
  return `${[...table, '', style.bold(printable(done)), ...(report.sha256 === null ? [] : [`sha256 ${report.sha256}`])].join('\n')}\n`
}
