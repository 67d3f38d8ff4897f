import type { DiffCounts, DiffReport } from '../../transfer/diff/diff-report.js'
import type { Field } from '../command.js'
import type { JsonObject } from '../json.js'

const COUNTS: readonly (readonly [name: string, key: keyof DiffCounts, means: string])[] = Object.freeze([
  ['only_a', 'onlyA', 'rows that B does not have'],
  ['only_b', 'onlyB', 'rows that A does not have'],
  ['changed', 'changed', 'rows of both sides that differ'],
  ['same', 'same', 'rows of both sides that do not differ'],
  ['ambiguous_a', 'ambiguousA', 'rows of A that are not compared, because several rows of a side have their identity'],
  ['ambiguous_b', 'ambiguousB', 'the same of B'],
])

const counts = (prefix: string): readonly Field[] => COUNTS.map(([name, , means]) => ({ path: `${prefix}.${name}`, type: 'number', means }))

export const DIFF_FIELDS: readonly Field[] = Object.freeze([
  { path: 'same', type: 'boolean', means: 'true: no table, column or row differs' },
  { path: 'a.name', type: 'string', means: 'the file or store, without password' },
  { path: 'a.engine', type: 'string', means: '`sqlite` or `postgresql`, also of an archive' },
  { path: 'b.name', type: 'string', means: 'the same of B' },
  { path: 'b.engine', type: 'string', means: 'the same of B' },
  { path: 'only_tables.a[]', type: 'string', means: 'tables that B does not have' },
  { path: 'only_tables.b[]', type: 'string', means: 'tables that A does not have' },
  { path: 'tables[].table', type: 'string', means: 'id of the table, as in A' },
  ...counts('tables[]'),
  { path: 'tables[].only_columns.a[]', type: 'string', means: 'columns that B does not have; they are not compared' },
  { path: 'tables[].only_columns.b[]', type: 'string', means: 'columns that A does not have' },
  { path: 'tables[].identity[].columns[]', type: 'string', means: 'rows with the same values in these are the same row; without any, the whole row is compared' },
  { path: 'tables[].identity[].because', type: 'string', means: 'why by these' },
  { path: 'tables[].examples[].kind', type: 'string', means: '`only-a`, `only-b`, `changed`, `ambiguous-a` or `ambiguous-b`' },
  { path: 'tables[].examples[].key', type: 'string', means: 'the row: `email="a@b"`' },
  { path: 'tables[].examples[].columns[].column', type: 'string', means: 'column that differs' },
  { path: 'tables[].examples[].columns[].a', type: 'string or null', means: 'its value in A, for people: cut at 60 characters, and what leads to a row as that row' },
  { path: 'tables[].examples[].columns[].b', type: 'string or null', means: 'its value in B' },
  ...counts('totals'),
  { path: 'notes[]', type: 'string', means: 'what is worth knowing' },
  { path: 'seconds', type: 'number', means: 'how long it took' },
])

export function diffJson(report: DiffReport): JsonObject {
  return {
    message_type: 'result',
    command: 'diff',
    same: report.same,
    a: { name: report.a.name, engine: report.a.engine },
    b: { name: report.b.name, engine: report.b.engine },
    only_tables: { a: report.onlyTables.a, b: report.onlyTables.b },
    tables: report.tables.map((table) => ({
      table: table.table,
      ...countsJson(table),
      only_columns: { a: table.onlyColumns.a, b: table.onlyColumns.b },
      identity: table.identity.map(({ columns, because }) => ({ columns, because })),
      examples: table.examples.map(({ kind, key, columns }) => ({ kind, key, columns: columns.map(({ column, a, b }) => ({ column, a, b })) })),
    })),
    totals: countsJson(report.totals),
    notes: report.notes,
    seconds: report.seconds,
  }
}

function countsJson(all: DiffCounts): JsonObject {
  return Object.fromEntries(COUNTS.map(([name, key]) => [name, all[key]]))
}
