import type { RecoverReport } from '../../archive/recover-archive.js'
import type { Field } from '../command.js'
import type { JsonObject } from '../json.js'
import { alignTable } from '../text/align-table.js'
import { printable } from '../text/printable.js'
import { formatCount, formatRows, formatSize } from '../text/quantities.js'
import type { Style } from '../text/style.js'
import { lossJson, lossText } from './table-loss.js'

export const RECOVER_FIELDS: readonly Field[] = Object.freeze([
  { path: 'archive', type: 'string', means: 'the broken file' },
  { path: 'output', type: 'string', means: 'the new file' },
  { path: 'export_id', type: 'string', means: 'id of the new archive' },
  { path: 'from', type: 'string', means: 'export id of the broken one' },
  { path: 'whole', type: 'boolean', means: 'true: nothing is lost' },
  { path: 'manifest_found', type: 'boolean', means: 'false: the manifest is lost, so nothing says how many rows there were' },
  { path: 'tables[].table', type: 'string', means: 'id of the table' },
  { path: 'tables[].rows', type: 'number', means: 'rows saved' },
  { path: 'tables[].chunks', type: 'number', means: 'chunks saved' },
  { path: 'tables[].loss', type: 'object or null', means: '`table`, `chunks` lost by number, `rows` in them (null when unknown), `end_unknown` when later chunks may be lost too; null where nothing is lost' },
  { path: 'stubs[].table', type: 'string', means: 'id of a table that may have stubs' },
  { path: 'stubs[].rows', type: 'number', means: 'stubs saved' },
  { path: 'stubs[].chunks', type: 'number', means: 'chunks saved' },
  { path: 'stubs[].loss', type: 'object or null', means: 'as for `tables`' },
  { path: 'rows', type: 'number', means: 'rows saved of all tables' },
  { path: 'chunks', type: 'number', means: 'chunks saved of all tables' },
  { path: 'bytes', type: 'number', means: 'size of the new file' },
  { path: 'sha256', type: 'string', means: 'SHA-256 of the new file' },
])

export function isWhole(report: RecoverReport): boolean {
  return [...report.tables, ...report.stubs].every(({ loss }) => loss === null)
}

export function recoverJson(archive: string, output: string, report: RecoverReport): JsonObject {
  return {
    message_type: 'result',
    command: 'recover',
    archive,
    output,
    export_id: report.exportId,
    from: report.from,
    whole: isWhole(report),
    manifest_found: report.manifestFound,
    tables: report.tables.map(tableJson),
    stubs: report.stubs.map(tableJson),
    rows: report.rows,
    chunks: report.chunks,
    bytes: report.bytes,
    sha256: report.sha256,
  }
}

function tableJson({ table, rows, chunks, loss }: RecoverReport['tables'][number]): JsonObject {
  return { table, rows, chunks, loss: loss === null ? null : lossJson(loss) }
}

export function recoverText(archive: string, output: string, report: RecoverReport, style: Style): string {
  const table = alignTable(
    [
      { title: 'table', align: 'left' },
      { title: 'rows saved', align: 'right' },
      { title: 'lost', align: 'left' },
    ],
    [...report.tables, ...report.stubs.map((stubs) => ({ ...stubs, table: `${stubs.table} (stubs)` }))].map((row) => [row.table, formatCount(row.rows), row.loss === null ? '' : lossText(row.loss)]),
    style,
  )
  const saved = `Saved ${formatRows(report.rows)} of ${archive} to ${output} (${formatSize(report.bytes)}).`
  const lost = isWhole(report) ? style.green('Nothing is lost.') : style.red('Something is lost, see the table.')
  return `${[...table, '', style.bold(printable(saved)), lost, `sha256 ${report.sha256}`].join('\n')}\n`
}
