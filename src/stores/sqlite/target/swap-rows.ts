import { storedColumns } from '../../../schema/stored-columns.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { allOf } from './all-of.js'
import { runOnRows } from './run-on-rows.js'
import { rowLocator } from './row-locator.js'
import { CLASS, type Comparison, type ImportSession, type StagedTable } from './session.js'
import { matchedRows } from './classify.js'
import { stageColumn } from './staging.js'

/**
 * Changes rows whose unique values change hands among them: all changed rows are deleted, then inserted as they shall
 * be, with their rowid and with the values of columns that the archive has not. Triggers that fire see a deletion and
 * an insertion. @throws CONSTRAINT_VIOLATED when a value is held by a row that stays
 */
export function swapRows(session: ImportSession, staged: StagedTable, { matches }: Comparison): number {
  const { db } = session
  const { table } = staged
  const name = `holdall_swap_${[...session.staged.keys()].indexOf(table.target.id)}`
  const columns = storedColumns(table.target).map((column) => column.name)
  const locator = rowLocator(table.target)
  // The rowid of a table without INTEGER PRIMARY KEY is no column of it.
  const hidden = locator.filter((column) => !columns.includes(column))
  const written = [...hidden, ...columns].map((column) => ident(column))
  const kept = written.map((_, index) => ident(`c${index}`))
  const values = [...hidden, ...columns].map((column): Sql => {
    const index = table.columns.findIndex(({ target }) => target.name === column)
    return index < 0 ? sql`t.${ident(column)}` : sql`s.${stageColumn(index)}`
  })
  db.exec(
    sql`CREATE TEMP TABLE ${ident(name)} (ordinal INTEGER PRIMARY KEY, ${join(kept)});
      INSERT INTO temp.${ident(name)} SELECT m.ordinal, ${join(values)} FROM ${matchedRows(staged, matches)} WHERE m.class = ${CLASS.changed}`.text,
  )
  const located = locator.map((column, index) => sql`m.${ident(`k${index}`)} = t.${ident(column)}`)
  db.exec(sql`DELETE FROM main.${ident(table.target.name)} AS t WHERE EXISTS (SELECT 1 FROM ${matches} AS m WHERE m.class = ${CLASS.changed} AND ${allOf(located)})`.text)
  return runOnRows(
    session,
    staged,
    CLASS.changed,
    (condition) =>
      sql`INSERT OR ABORT INTO main.${ident(table.target.name)} (${join(written)}) SELECT ${join(kept.map((column) => sql`w.${column}`))} FROM ${matches} AS m JOIN temp.${ident(name)} AS w ON w.ordinal = m.ordinal WHERE m.class = ${CLASS.changed}${condition}`,
  )
}
