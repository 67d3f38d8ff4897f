import { storedColumns } from '../../../schema/stored-columns.js'
import { judgedRows } from '../../merge/judged-rows.js'
import { ACTION, type JudgedTable } from '../../merge/judged-table.js'
import { ident, join, literal, sql, type Sql } from '../../sql.js'
import { rowLocator } from './row-locator.js'
import { runOnRows } from './run-on-rows.js'
import type { ImportSession } from './session.js'

/**
 * Changes rows whose unique values change hands among them: all changed rows are deleted, then inserted as they shall
 * be, with their rowid and with the values of columns that the archive has not. Triggers that fire see a deletion and
 * an insertion. @throws CONSTRAINT_VIOLATED when a value is held by a row that stays
 */
export function swapRows(session: ImportSession, judged: JudgedTable): number {
  const { db } = session
  const { merge, verdicts } = judged
  const { target, columns } = merge.table
  const name = `holdall_swap_${merge.number}`
  const updated = sql`v.action = ${literal(ACTION.update)}`
  const stored = storedColumns(target).map((column) => column.name)
  // The rowid of a table without INTEGER PRIMARY KEY is no column of it.
  const written = [...rowLocator(target).filter((column) => !stored.includes(column)), ...stored]
  const kept = written.map((_, index) => ident(`c${index}`))
  const values = written.map((column): Sql => (columns.some((own) => own.target.name === column) ? sql`s.${merge.column(column)}` : sql`t.${ident(column)}`))
  db.exec(
    sql`CREATE TEMP TABLE ${ident(name)} (ordinal INTEGER PRIMARY KEY, ${join(kept)});
      INSERT INTO temp.${ident(name)} SELECT v.ordinal, ${join(values)} FROM ${judgedRows(judged)} WHERE ${updated}`.text,
  )
  const located = join(merge.locator.map((_, index) => ident(`l${index}`)))
  db.exec(sql`DELETE FROM ${merge.target} WHERE (${join(merge.locator)}) IN (SELECT ${located} FROM ${verdicts} AS v WHERE ${updated})`.text)
  return runOnRows(
    session,
    judged,
    ACTION.update,
    (condition) =>
      sql`INSERT OR ABORT INTO ${merge.target} (${join(written.map((column) => ident(column)))}) SELECT ${join(kept.map((column) => sql`w.${column}`))}
        FROM ${verdicts} AS v JOIN temp.${ident(name)} AS w ON w.ordinal = v.ordinal WHERE ${updated}${condition}`,
  )
}
