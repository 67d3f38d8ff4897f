import type { ExportReport } from '../../transfer/export-options.js'
import type { Field } from '../command.js'
import type { JsonObject } from '../json.js'
import { alignTable } from '../text/align-table.js'
import { printable } from '../text/printable.js'
import { formatCount, formatDuration, formatRows, formatSize } from '../text/quantities.js'
import type { Style } from '../text/style.js'
import { LEFT_OUT_FIELDS, leftOutJson, leftOutText } from './left-out.js'

export const EXPORT_FIELDS: readonly Field[] = Object.freeze([
  { path: 'store', type: 'string', means: 'where the rows came from, without password' },
  { path: 'output', type: 'string', means: 'the file, or `-`' },
  { path: 'format', type: 'string', means: '`archive`, `json` or `json-pretty`' },
  { path: 'export_id', type: 'string', means: 'id of this export, the lineage of what derives from it' },
  { path: 'tables[].table', type: 'string', means: 'id of the table' },
  { path: 'tables[].rows', type: 'number', means: 'rows written' },
  { path: 'tables[].bytes', type: 'number', means: 'bytes of rows before compression' },
  { path: 'tables[].closure', type: 'number', means: 'how many of the rows came along because others refer to them' },
  { path: 'stubs[].table', type: 'string', means: 'a table whose rows are referred to and not exported' },
  { path: 'stubs[].rows', type: 'number', means: 'identities of such rows that were written' },
  { path: 'rows', type: 'number', means: 'rows of all tables' },
  { path: 'bytes', type: 'number', means: 'size of what was written' },
  { path: 'sha256', type: 'string or null', means: 'SHA-256 of the file; null for stdout' },
  ...LEFT_OUT_FIELDS,
  { path: 'notes[]', type: 'string', means: 'what is worth knowing' },
  { path: 'seconds', type: 'number', means: 'how long it took' },
])

export function exportJson(report: ExportReport): JsonObject {
  return {
    message_type: 'result',
    command: 'export',
    store: report.store,
    output: report.output,
    format: report.format,
    export_id: report.exportId,
    tables: report.tables.map(({ table, rows, bytes, closure }) => ({ table, rows, bytes, closure })),
    stubs: report.stubs.map(({ table, rows }) => ({ table, rows })),
    rows: report.rows,
    bytes: report.bytes,
    sha256: report.sha256,
    left_out: leftOutJson(report.leftOut),
    notes: report.notes,
    seconds: report.seconds,
  }
}

export function exportText(report: ExportReport, style: Style): string {
  const closes = report.tables.some(({ closure }) => closure > 0)
  const table = alignTable(
    [
      { title: 'table', align: 'left' },
      { title: 'rows', align: 'right' },
      ...(closes ? [{ title: 'referred to', align: 'right' } as const] : []),
      { title: 'size', align: 'right' },
    ],
    report.tables.map(({ table: name, rows, bytes, closure }) => [name, formatCount(rows), ...(closes ? [closure === 0 ? '' : formatCount(closure)] : []), formatSize(bytes)]),
    style,
  )
  const to = report.output === '-' ? 'standard output' : report.output
  const done = `Exported ${formatRows(report.rows)} of ${report.store} to ${to}: ${formatSize(report.bytes)} in ${formatDuration(report.seconds)}.`
  const sum = report.sha256 === null ? [] : [`sha256 ${report.sha256}`]
  return `${[...table, '', style.bold(printable(done)), ...sum, ...leftOutText(report.leftOut)].join('\n')}\n`
}
