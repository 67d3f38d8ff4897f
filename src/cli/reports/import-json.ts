import type { ImportReport, TableTally } from '../../transfer/import-options.js'
import type { Field } from '../command.js'
import type { JsonObject } from '../json.js'
import { LEFT_OUT_FIELDS, leftOutJson } from './left-out.js'

const COUNTS = Object.freeze({
  new: 'rows that the target lacked',
  changed: 'rows that differed and were overwritten',
  unchanged: 'rows that are the same on both sides',
  kept: 'rows that differ and stay as they are in the target',
  deleted: 'rows of the target that go',
  conflicting: 'rows that are in the target already and stop a `fail-on-conflict` import',
  rejected: 'rows that were not taken',
}) satisfies Readonly<Record<keyof ImportReport['totals'], string>>

const counts = (prefix: string): readonly Field[] => Object.entries(COUNTS).map(([name, means]) => ({ path: `${prefix}.${name}`, type: 'number', means }))

export const IMPORT_FIELDS: readonly Field[] = Object.freeze([
  { path: 'dry_run', type: 'boolean', means: 'true: nothing was written, the counts are what an import would do' },
  { path: 'store', type: 'string', means: 'the target, without password' },
  { path: 'strategy', type: 'string', means: '`merge`, `skip`, `replace` or `fail-on-conflict`' },
  { path: 'tables[].table', type: 'string', means: 'id of the table' },
  ...counts('tables[]'),
  { path: 'tables[].examples[].class', type: 'string', means: '`new`, `changed` or `absent` (in the target only)' },
  { path: 'tables[].examples[].key', type: 'string', means: 'the row: `id=5`' },
  { path: 'tables[].examples[].columns[]', type: 'string', means: 'columns that differ' },
  ...counts('totals'),
  ...LEFT_OUT_FIELDS,
  { path: 'notes[]', type: 'string', means: 'what is worth knowing' },
  { path: 'seconds', type: 'number', means: 'how long it took' },
])

export function importJson(report: ImportReport): JsonObject {
  return {
    message_type: 'result',
    command: 'import',
    dry_run: report.dryRun,
    store: report.store,
    strategy: report.strategy,
    tables: report.tables.map((tally) => ({
      table: tally.table,
      ...countsJson(tally),
      examples: tally.examples.map((row) => ({ class: row.class, key: row.key, columns: row.columns })),
    })),
    totals: countsJson(report.totals),
    left_out: leftOutJson(report.leftOut),
    notes: report.notes,
    seconds: report.seconds,
  }
}

function countsJson(tally: Omit<TableTally, 'table' | 'examples'>): JsonObject {
  const { new: added, changed, unchanged, kept, deleted, conflicting, rejected } = tally
  return { new: added, changed, unchanged, kept, deleted, conflicting, rejected }
}
