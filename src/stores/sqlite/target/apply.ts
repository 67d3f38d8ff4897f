import type { ImportTable } from '../../import-table.js'
import { ACTION, type JudgedTable } from '../../merge/judged-table.js'
import { judgedRows } from '../../merge/judged-rows.js'
import { HoldallError } from '../../../errors/holdall-error.js'
import { ident, join, literal, sql, type Sql } from '../../sql.js'
import { mapError } from '../map-error.js'
import { beforeWrite } from './before-write.js'
import { runOnRows } from './run-on-rows.js'
import { isUniqueFailure } from './row-failure.js'
import { nextTurn, throwIfAborted, type ImportSession } from './session.js'
import { swapRows } from './swap-rows.js'
import { wholeStatement } from './whole-statement.js'

/**
 * Does what was decided about the staged tables; a row that is the same on both sides is never written. Foreign keys are
 * off, so no cascade fires and order does not matter to them: deletions come first so that their unique values are free.
 * @throws CONSTRAINT_VIOLATED naming the row, INTERRUPTED
 */
export async function applyTables(session: ImportSession, groups: readonly (readonly ImportTable[])[], onTable: (table: ImportTable) => void): Promise<void> {
  const tables = groups.flat().flatMap((table) => judgedTable(session, table))
  for (const judged of [...tables].reverse()) await step(session, judged, judged.deletes, deleteRows)
  for (const judged of tables) {
    await step(session, judged, judged.updates, updateRows)
    await step(session, judged, judged.inserts, insertRows)
    onTable(judged.merge.table)
  }
}

/** Tables that were loaded are not staged, and have their rows already; those that are only referred to are not written. */
export function judgedTable(session: ImportSession, { role, target }: ImportTable): readonly JudgedTable[] {
  if (role === 'referred') return []
  const judged = session.merge?.judged(target.id)
  if (judged !== undefined) return [judged]
  if (session.staged.has(target.id)) throw new HoldallError('INTERNAL', { message: 'the table was not judged before it is written', table: target.id })
  return []
}

/** Runs one kind of change when there is any, and sees to it that it met the rows that were counted. */
async function step(session: ImportSession, judged: JudgedTable, expected: number, change: (session: ImportSession, judged: JudgedTable) => number): Promise<void> {
  throwIfAborted(session)
  if (expected === 0) return
  const table = judged.merge.table.target.id
  let written: number
  try {
    beforeWrite(session, judged.merge.table)
    written = change(session, judged)
  } catch (error) {
    throw mapError(error, { store: session.store, table })
  }
  if (written !== expected) {
    throw new HoldallError('CONSTRAINT_VIOLATED', { message: `a trigger of the table made SQLite ignore ${expected - written} of ${expected} rows`, table, hint: 'Import with triggers silenced.' })
  }
  await nextTurn()
}

export function deleteRows({ db }: ImportSession, { merge, verdicts }: JudgedTable): number {
  const located = join(merge.locator.map((_, index) => ident(`l${index}`)))
  return db.prepare(sql`DELETE FROM ${merge.target} WHERE (${join(merge.locator)}) IN (SELECT ${located} FROM ${verdicts} WHERE action = ${literal(ACTION.delete)})`.text).run().changes
}

function insertRows(session: ImportSession, judged: JudgedTable): number {
  return runOnRows(session, judged, ACTION.insert, insertion(judged))
}

/** Inserts the rows that also meet a further condition on the verdicts `v`. */
export function insertion({ merge, rows, verdicts }: JudgedTable): (condition: Sql) => Sql {
  const names = merge.table.columns.map(({ target }) => target.name)
  return (condition) =>
    sql`INSERT OR ABORT INTO ${merge.target} (${join(names.map((name) => ident(name)))}) SELECT ${join(names.map((name) => sql`s.${merge.column(name)}`))}
        FROM ${verdicts} AS v JOIN ${rows} AS s ON s.${merge.ordinal} = v.ordinal WHERE v.action = ${literal(ACTION.insert)}${condition} ORDER BY v.ordinal`
}

/**
 * Updates in place. Where unique values change hands between rows, SQLite, which checks every row at once, refuses one
 * of them on the way to an end that is well: then the changed rows are taken out and put back.
 */
export function updateRows(session: ImportSession, judged: JudgedTable): number {
  const update = updating(session, judged)
  try {
    return wholeStatement(session, () => session.db.prepare(update(sql``).text).run().changes)
  } catch (error) {
    if (!session.db.inTransaction) throw error
    if (isUniqueFailure(error)) return swapRows(session, judged)
    return runOnRows(session, judged, ACTION.update, update)
  }
}

/** Updates the rows that also meet a further condition on the verdicts `v`. */
export function updating(session: ImportSession, judged: JudgedTable): (condition: Sql) => Sql {
  const { merge, rows, verdicts } = judged
  const set = differingColumns(session, judged).map((name) => sql`${ident(name)} = s.${merge.column(name)}`)
  return (condition) =>
    sql`UPDATE OR ABORT ${merge.target} AS t SET ${join(set)} FROM ${verdicts} AS v JOIN ${rows} AS s ON s.${merge.ordinal} = v.ordinal
      WHERE v.action = ${literal(ACTION.update)} AND ${merge.located(sql`t`, sql`v`)}${condition}`
}

/** SQLite takes 2,000 terms in an aggregate query, and a comparison has several. */
const AT_ONCE = 200

/** Those that differ in at least one row that is updated: a column that never does is not written. */
function differingColumns({ db }: ImportSession, judged: JudgedTable): readonly string[] {
  const { merge } = judged
  const names = merge.table.columns.map(({ target }) => target.name)
  const found: string[] = []
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const some = names.slice(from, from + AT_ONCE)
    const each = join(some.map((name) => sql`max(NOT ${merge.same(name, sql`s`, sql`t`)})`))
    const row = db.prepare<[], number[]>(sql`SELECT ${each} FROM ${judgedRows(judged)} WHERE v.action = ${literal(ACTION.update)}`.text).raw().get() ?? []
    found.push(...some.filter((_, index) => row[index] === 1))
  }
  return found
}
