import type { ImportTable } from '../../import-table.js'
import { HoldallError } from '../../../errors/holdall-error.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { allOf } from './all-of.js'
import { mapError } from '../map-error.js'
import { beforeWrite } from './before-write.js'
import { absentRow } from './classify.js'
import { runOnRows } from './run-on-rows.js'
import { isUniqueFailure } from './row-failure.js'
import { rowLocator } from './row-locator.js'
import { CLASS, nextTurn, throwIfAborted, type Comparison, type ImportSession, type StagedTable } from './session.js'
import { stageColumn } from './staging.js'
import { swapRows } from './swap-rows.js'
import { wholeStatement } from './whole-statement.js'

interface Classified extends StagedTable {
  readonly comparison: Comparison
}

/**
 * Writes the staged tables by their strategies; a row that is the same on both sides is never written. Foreign keys are
 * off, so no cascade fires and order does not matter to them: deletions come first so that their unique values are free.
 * @throws CONSTRAINT_VIOLATED naming the row, INTERRUPTED
 */
export async function applyTables(session: ImportSession, groups: readonly (readonly ImportTable[])[], onTable: (table: ImportTable) => void): Promise<void> {
  const tables = groups.flat().flatMap((table) => classified(session, table))
  for (const staged of [...tables].reverse()) {
    if (staged.table.strategy === 'replace') await step(session, staged, staged.comparison.absent, deleteAbsent)
  }
  for (const staged of tables) {
    const { changed, new: fresh } = staged.comparison
    if (staged.table.strategy === 'merge' || staged.table.strategy === 'replace') await step(session, staged, changed, updateChanged)
    await step(session, staged, fresh, insertNew)
    onTable(staged.table)
  }
}

/** Tables that were loaded are not staged, and have their rows already. */
function classified(session: ImportSession, table: ImportTable): readonly Classified[] {
  const staged = session.staged.get(table.target.id)
  if (staged === undefined) return []
  if (staged.comparison === null) throw new HoldallError('INTERNAL', { message: 'the table was not compared before it is written', table: table.target.id })
  return [{ ...staged, comparison: staged.comparison }]
}

/** Runs one kind of change when there is any, and sees to it that it met the rows that were counted. */
async function step(session: ImportSession, staged: Classified, expected: number, change: (session: ImportSession, staged: Classified) => number): Promise<void> {
  throwIfAborted(session)
  if (expected === 0) return
  const table = staged.table.target.id
  let written: number
  try {
    beforeWrite(session, staged.table)
    written = change(session, staged)
  } catch (error) {
    throw mapError(error, { store: session.store, table })
  }
  if (written !== expected) {
    throw new HoldallError('CONSTRAINT_VIOLATED', { message: `a trigger of the table made SQLite ignore ${expected - written} of ${expected} rows`, table, hint: 'Import with triggers silenced.' })
  }
  await nextTurn()
}

function deleteAbsent(session: ImportSession, staged: Classified): number {
  return session.db.prepare(sql`DELETE FROM main.${ident(staged.table.target.name)} AS t WHERE ${absentRow(staged, staged.comparison.matches)}`.text).run().changes
}

function insertNew(session: ImportSession, staged: Classified): number {
  const { table, rows, comparison } = staged
  const columns = join(table.columns.map(({ target }) => ident(target.name)))
  const cells = join(table.columns.map((_, index) => sql`s.${stageColumn(index)}`))
  const insert = (condition: Sql): Sql =>
    sql`INSERT OR ABORT INTO main.${ident(table.target.name)} (${columns}) SELECT ${cells} FROM ${comparison.matches} AS m JOIN ${rows} AS s ON s.ordinal = m.ordinal WHERE m.class = ${CLASS.new}${condition} ORDER BY m.ordinal`
  return runOnRows(session, staged, CLASS.new, insert)
}

/**
 * Updates in place. Where unique values change hands between rows, SQLite, which checks every row at once, refuses one
 * of them on the way to an end that is well: then the changed rows are taken out and put back.
 */
function updateChanged(session: ImportSession, staged: Classified): number {
  const { table, rows, comparison } = staged
  const set = comparison.differing.map((index) => sql`${ident(table.columns[index]?.target.name ?? '')} = s.${stageColumn(index)}`)
  const located = rowLocator(table.target).map((name, index) => sql`t.${ident(name)} = m.${ident(`k${index}`)}`)
  const update = (condition: Sql): Sql =>
    sql`UPDATE OR ABORT main.${ident(table.target.name)} AS t SET ${join(set)} FROM ${comparison.matches} AS m JOIN ${rows} AS s ON s.ordinal = m.ordinal WHERE m.class = ${CLASS.changed} AND ${allOf(located)}${condition}`
  try {
    return wholeStatement(session, () => session.db.prepare(update(sql``).text).run().changes)
  } catch (error) {
    if (!session.db.inTransaction) throw error
    if (isUniqueFailure(error)) return swapRows(session, staged, comparison)
    return runOnRows(session, staged, CLASS.changed, update)
  }
}
