import type { ImportTable } from '../../import-table.js'
import { badRow, isRowError } from '../../merge/is-row-error.js'
import { ACTION, type Action, type JudgedTable } from '../../merge/judged-table.js'
import type { Merge } from '../../merge/merge.js'
import type { BadRow } from '../../merge/reject-rows.js'
import { literal, sql, type Sql } from '../../sql.js'
import { applyTables, deleteRows, insertion, judgedTable, updateRows, updating } from './apply.js'
import { beforeWrite } from './before-write.js'
import { rowFailure } from './row-failure.js'
import type { ImportSession } from './session.js'
import { wholeStatement } from './whole-statement.js'

/**
 * As `applyTables`, leaving out the rows that cannot be written. Where one fails, all is taken back, the rows of its table that
 * would fail are found, and it begins again without them and without what refers to them.
 * @throws as `applyTables`, for what no row is to blame for
 */
export async function applyRejecting(session: ImportSession, groups: readonly (readonly ImportTable[])[], onTable: (table: ImportTable) => void): Promise<void> {
  const { db, merge } = session
  if (merge === null) return
  await merge.rejectConflicts()
  for (;;) {
    const restore = remember(session)
    db.exec(sql`SAVEPOINT holdall_apply`.text)
    try {
      await applyTables(session, groups, onTable)
      db.exec(sql`RELEASE holdall_apply`.text)
      return
    } catch (error) {
      if (!isRowError(error) || !db.inTransaction) throw error
      takeBack(session, restore)
      if (!(await rejectFailing(session, merge, groups.flat(), error.place.table))) throw error
    }
  }
}

/** Finds the failing rows of a table and leaves them out; false where none fails by itself. */
async function rejectFailing(session: ImportSession, merge: Merge, tables: readonly ImportTable[], id: string | undefined): Promise<boolean> {
  const found = tables.find(({ target }) => target.id === id)
  const [judged] = found === undefined ? [] : judgedTable(session, found)
  if (judged === undefined || id === undefined) return false
  const restore = remember(session)
  session.db.exec(sql`SAVEPOINT holdall_apply`.text)
  const bad: BadRow[] = []
  try {
    beforeWrite(session, judged.merge.table)
    if (judged.deletes > 0) deleteRows(session, judged)
    if (judged.updates > 0 && !succeeds(session, () => updateRows(session, judged))) bad.push(...failingRows(session, judged, ACTION.update, updating(session, judged)))
    if (judged.inserts > 0) bad.push(...failingRows(session, judged, ACTION.insert, insertion(judged)))
  } finally {
    takeBack(session, restore)
  }
  if (bad.length > 0) await merge.reject(id, bad)
  return bad.length > 0
}

/** Runs the statement row by row; the rows that go in stay, since others may clash with them. */
function failingRows({ db, store }: ImportSession, judged: JudgedTable, action: Action, statement: (condition: Sql) => Sql): readonly BadRow[] {
  const table = judged.merge.table.target.id
  const next = db.prepare<[bigint], bigint>(sql`SELECT ordinal FROM ${judged.verdicts} WHERE action = ${literal(action)} AND ordinal > ? ORDER BY ordinal LIMIT 1`.text).safeIntegers().pluck()
  const one = db.prepare<[bigint]>(statement(sql` AND v.ordinal = ?`).text)
  const bad: BadRow[] = []
  for (let ordinal = next.get(0n); ordinal !== undefined; ordinal = next.get(ordinal)) {
    try {
      one.run(ordinal)
    } catch (error) {
      const failure: unknown = rowFailure(error, { store, table, row: Number(ordinal) })
      if (!isRowError(failure)) throw failure
      bad.push(badRow(Number(ordinal), failure))
    }
  }
  return bad
}

function succeeds(session: ImportSession, work: () => number): boolean {
  try {
    wholeStatement(session, work)
    return true
  } catch (error) {
    if (!session.db.inTransaction) throw error
    return false
  }
}

/** What the session knows of its own changes to the schema; they go with the savepoint. */
function remember({ written, held, brokenBefore }: ImportSession): () => void {
  const [before, count, broken] = [new Set(written), held.length, new Map(brokenBefore)]
  return () => {
    written.clear()
    for (const id of before) written.add(id)
    held.length = count
    brokenBefore.clear()
    for (const [id, table] of broken) brokenBefore.set(id, table)
  }
}

function takeBack({ db }: ImportSession, restore: () => void): void {
  db.exec(sql`ROLLBACK TO holdall_apply; RELEASE holdall_apply`.text)
  restore()
}
