import type { ClassifiedRow, Classification, ImportTable } from '../../import-table.js'
import { HoldallError } from '../../../errors/holdall-error.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { allOf } from './all-of.js'
import { keyText } from './key-text.js'
import { matchRows } from './match-rows.js'
import { rowLocator } from './row-locator.js'
import { CLASS, type Comparison, type ImportSession, type StagedTable } from './session.js'
import { stageColumn } from './staging.js'
import { sameValue } from './value-comparison.js'

/** Compares what is staged with what is there, in sets; nothing but temporary tables is written. @throws AMBIGUOUS */
export function classifyTable(session: ImportSession, table: ImportTable, examples: number): Classification {
  const staged = session.staged.get(table.target.id)
  if (staged === undefined) throw new HoldallError('INTERNAL', { message: 'the table is not staged', table: table.target.id })
  const { db } = session
  const name = `holdall_match_${[...session.staged.keys()].indexOf(table.target.id)}`
  const matches = ident('temp', name)
  const keys = join(rowLocator(table.target).map((_, index) => ident(`k${index}`)))
  db.exec(sql`CREATE TEMP TABLE ${ident(name)} (ordinal INTEGER, class INTEGER, ${keys})`.text)
  matchRows(session, staged, matches)
  db.exec(sql`CREATE INDEX temp.${ident(`${name}_rows`)} ON ${ident(name)} (${keys}); CREATE INDEX temp.${ident(`${name}_classes`)} ON ${ident(name)} (class, ordinal)`.text)
  const counts = new Map(db.prepare<[], [number, number]>(sql`SELECT class, count(*) FROM ${matches} GROUP BY class`.text).raw().all())
  const count = (which: number): number => counts.get(which) ?? 0
  const there = db.prepare<[], number>(sql`SELECT count(*) FROM main.${ident(table.target.name)}`.text).pluck().get() ?? 0
  const comparison: Comparison = {
    matches,
    new: count(CLASS.new),
    changed: count(CLASS.changed),
    absent: there - count(CLASS.changed) - count(CLASS.unchanged),
    differing: count(CLASS.changed) === 0 ? [] : differingColumns(session, staged, matches),
  }
  staged.comparison = comparison
  return { new: comparison.new, changed: comparison.changed, unchanged: count(CLASS.unchanged), absent: comparison.absent, examples: findExamples(session, staged, comparison, examples) }
}

/** Staged rows with the rows of the target that they are. */
export function matchedRows({ table, rows }: StagedTable, matches: Sql): Sql {
  const meets = rowLocator(table.target).map((name, index) => sql`t.${ident(name)} = m.${ident(`k${index}`)}`)
  return sql`${matches} AS m JOIN ${rows} AS s ON s.ordinal = m.ordinal JOIN main.${ident(table.target.name)} AS t ON ${allOf(meets)}`
}

function differs({ table }: StagedTable): readonly Sql[] {
  return table.columns.map((column, index) => sql`NOT ${sameValue(table.target, column, sql`t.${ident(column.target.name)}`, sql`s.${stageColumn(index)}`)}`)
}

/** SQLite takes 2,000 terms in an aggregate query, and a comparison has several. */
const AT_ONCE = 200

function differingColumns(session: ImportSession, staged: StagedTable, matches: Sql): readonly number[] {
  const different = differs(staged)
  const found: number[] = []
  for (let from = 0; from < different.length; from += AT_ONCE) {
    const each = join(different.slice(from, from + AT_ONCE).map((condition) => sql`max(${condition})`))
    const row = session.db.prepare<[], number[]>(sql`SELECT ${each} FROM ${matchedRows(staged, matches)} WHERE m.class = ${CLASS.changed}`.text).raw().get() ?? []
    found.push(...row.flatMap((some, index) => (some === 1 ? [from + index] : [])))
  }
  return found
}

function findExamples(session: ImportSession, staged: StagedTable, comparison: Comparison, limit: number): readonly ClassifiedRow[] {
  const { db } = session
  const { table } = staged
  const { matches } = comparison
  const keyNames = table.identity ?? table.target.primaryKey?.columns ?? table.columns.slice(0, 4).map(({ target }) => target.name)
  const keyIndexes = keyNames.map((name) => table.columns.findIndex(({ target }) => target.name === name))
  const stagedKey = join(keyIndexes.map((index) => (index < 0 ? sql`NULL` : sql`s.${stageColumn(index)}`)))
  const read = (query: Sql, most: number): unknown[][] => (most <= 0 ? [] : db.prepare<[], unknown[]>(sql`${query} LIMIT ${most}`.text).safeIntegers().raw().all())

  const changed = read(sql`SELECT ${join([stagedKey, ...differs(staged)])} FROM ${matchedRows(staged, matches)} WHERE m.class = ${CLASS.changed} ORDER BY m.ordinal`, limit).map(
    (row): ClassifiedRow => ({
      class: 'changed',
      key: keyText(keyNames, row),
      columns: table.columns.filter((_, index) => row[keyNames.length + index] === 1n).map(({ target }) => target.name),
    }),
  )
  const fresh = read(sql`SELECT ${stagedKey} FROM ${matches} AS m JOIN ${staged.rows} AS s ON s.ordinal = m.ordinal WHERE m.class = ${CLASS.new} ORDER BY m.ordinal`, limit - changed.length).map(
    (row): ClassifiedRow => ({ class: 'new', key: keyText(keyNames, row), columns: [] }),
  )
  const gone = comparison.absent === 0 ? [] : read(sql`SELECT ${join(keyNames.map((name) => sql`t.${ident(name)}`))} FROM main.${ident(table.target.name)} AS t WHERE ${absentRow(staged, matches)}`, limit - changed.length - fresh.length)
  return [...changed, ...fresh, ...gone.map((row): ClassifiedRow => ({ class: 'absent', key: keyText(keyNames, row), columns: [] }))]
}

/** No staged row is this row `t` of the target. */
export function absentRow({ table }: StagedTable, matches: Sql): Sql {
  const meets = rowLocator(table.target).map((name, index) => sql`m.${ident(`k${index}`)} = t.${ident(name)}`)
  return sql`NOT EXISTS (SELECT 1 FROM ${matches} AS m WHERE ${allOf(meets)})`
}
