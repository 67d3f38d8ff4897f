import { REASONS, STRATEGIES } from '../../stores/import-table.js'
import type { Counts, ImportReport } from '../../transfer/import-options.js'
import type { Field } from '../command.js'
import type { JsonObject } from '../json.js'
import { CYCLE_FIELDS, cyclesJson } from './cycle-report.js'
import { identityFields, identityJson } from './identity-report.js'
import { LEFT_OUT_FIELDS, leftOutJson } from './left-out.js'

const COUNTS = Object.freeze({
  new: 'rows that the target lacked',
  changed: 'rows that differed and were overwritten',
  unchanged: 'rows that are the same on both sides',
  kept: 'rows that differ and stay as they are in the target',
  deleted: 'rows of the target that go',
  conflicting: 'rows on which both sides do not agree; with any, nothing is imported',
  rejected: 'rows that were left out',
}) satisfies Readonly<Record<keyof Counts, string>>

const counts = (prefix: string): readonly Field[] => Object.entries(COUNTS).map(([name, means]) => ({ path: `${prefix}.${name}`, type: 'number', means }))
const names = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ')

/** Of each table, and of all. */
export const IMPORT_COUNT_FIELDS: readonly Field[] = Object.freeze([...counts('tables[]'), ...counts('totals')])

export const IMPORT_FIELDS: readonly Field[] = Object.freeze([
  { path: 'dry_run', type: 'boolean', means: 'true: nothing was written, the counts are what an import would do' },
  { path: 'store', type: 'string', means: 'the target, without password' },
  { path: 'strategy', type: 'string', means: `that of --strategy: ${names(STRATEGIES)}` },
  { path: 'tables[].table', type: 'string', means: 'id of the table' },
  { path: 'tables[].strategy', type: 'string', means: 'the one of this table' },
  ...identityFields('tables[].identity.'),
  ...counts('tables[]'),
  { path: 'tables[].examples[].class', type: 'string', means: `${names(['new', 'changed', 'kept', 'deleted', 'conflicting'])} or \`rejected\`` },
  { path: 'tables[].examples[].key', type: 'string', means: 'the row: `id=5`' },
  { path: 'tables[].examples[].columns[]', type: 'string', means: 'columns that differ' },
  { path: 'tables[].examples[].reason', type: 'string or null', means: `why it is in conflict or rejected, else null: ${names(Object.keys(REASONS))}` },
  ...counts('totals'),
  ...CYCLE_FIELDS,
  { path: 'conflicts_file', type: 'string or null', means: 'where --conflicts wrote' },
  { path: 'rejects_file', type: 'string or null', means: 'where --rejects wrote; null where no row was left out' },
  { path: 'base', type: 'string or null', means: 'the base of a three-way import' },
  ...LEFT_OUT_FIELDS,
  { path: 'notes[]', type: 'string', means: 'what is worth knowing' },
  { path: 'seconds', type: 'number', means: 'how long it took' },
])

export function importJson(command: 'import' | 'copy', report: ImportReport): JsonObject {
  return {
    message_type: 'result',
    command,
    dry_run: report.dryRun,
    store: report.store,
    strategy: report.strategy,
    tables: report.tables.map((tally) => ({
      table: tally.table,
      strategy: tally.strategy,
      identity: identityJson(tally.identity),
      ...countsJson(tally),
      examples: tally.examples.map((row) => ({ class: row.class, key: row.key, columns: row.columns, reason: row.reason })),
    })),
    totals: countsJson(report.totals),
    cycles: cyclesJson(report.cycles),
    conflicts_file: report.files.conflicts,
    rejects_file: report.files.rejects,
    base: report.files.base,
    left_out: leftOutJson(report.leftOut),
    notes: report.notes,
    seconds: report.seconds,
  }
}

export function countsJson(tally: Counts): JsonObject {
  const { new: added, changed, unchanged, kept, deleted, conflicting, rejected } = tally
  return { new: added, changed, unchanged, kept, deleted, conflicting, rejected }
}
