import type { RemoteImportReport } from '../../client/remote-import-report.js'
import type { Field } from '../command.js'
import type { JsonObject } from '../json.js'
import { printable } from '../text/printable.js'
import type { Style } from '../text/style.js'
import { IMPORT_COUNT_FIELDS, countsJson } from './import-json.js'
import { countsTable, importSentence } from './import-text.js'

export const REMOTE_IMPORT_FIELDS: readonly Field[] = Object.freeze([
  { path: 'server', type: 'string', means: 'the address of the server' },
  { path: 'store', type: 'string or null', means: 'the name of the store there' },
  { path: 'dry_run', type: 'boolean', means: 'true: nothing was written, the counts are what an import would do' },
  { path: 'strategy', type: 'string', means: 'that of --strategy' },
  { path: 'job_id', type: 'string or null', means: 'the job on the server' },
  { path: 'tables[].table', type: 'string', means: 'id of the table' },
  ...IMPORT_COUNT_FIELDS,
  { path: 'errors[]', type: 'string', means: 'rows that were left out, or are in conflict; at most 100' },
  { path: 'notes[]', type: 'string', means: 'what is worth knowing' },
  { path: 'seconds', type: 'number', means: 'how long it took, with the way there' },
])

export const REMOTE_VALIDATION_FIELDS: readonly Field[] = Object.freeze([
  { path: 'status', type: 'string', means: '`validation`' },
  { path: 'server', type: 'string', means: 'the address of the server' },
  { path: 'store', type: 'string or null', means: 'the name of the store there' },
  { path: 'input', type: 'string', means: 'the file, or `-`' },
  { path: 'ok', type: 'boolean', means: 'true: it could be imported; what is wrong is an error otherwise' },
  { path: 'job_id', type: 'string or null', means: 'the job on the server' },
  { path: 'notes[]', type: 'string', means: 'what is no fault and worth knowing' },
  { path: 'seconds', type: 'number', means: 'how long it took, with the way there' },
])

export interface RemoteImportProps {
  readonly server: URL
  readonly strategy: string
  readonly dryRun: boolean
}

export function remoteImportJson(report: RemoteImportReport, { server, strategy, dryRun }: RemoteImportProps): JsonObject {
  return {
    message_type: 'result',
    command: 'import',
    server: server.href,
    store: report.store,
    dry_run: dryRun,
    strategy,
    job_id: report.job,
    tables: report.tables.map((tally) => ({ table: tally.table, ...countsJson(tally) })),
    totals: countsJson(report.totals),
    errors: report.errors,
    notes: report.notes,
    seconds: report.seconds,
  }
}

export function remoteImportText(report: RemoteImportReport, { server, strategy, dryRun }: RemoteImportProps, style: Style): string {
  const store = `${report.store ?? 'the store'} at ${server.host}`
  const lines = report.errors.length === 0 ? [] : ['', 'Rows:', ...report.errors.map((line) => `  ${printable(line)}`)]
  return `${[...countsTable(report, style), ...lines, '', style.bold(printable(importSentence({ ...report, store, strategy, dryRun })))].join('\n')}\n`
}

export function remoteValidationJson(report: RemoteImportReport, input: string, server: URL): JsonObject {
  return { message_type: 'result', command: 'import', status: 'validation', server: server.href, store: report.store, input, ok: true, job_id: report.job, notes: report.notes, seconds: report.seconds }
}
