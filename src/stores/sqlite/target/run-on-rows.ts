import type { Action, JudgedTable } from '../../merge/judged-table.js'
import { literal, sql, type Sql } from '../../sql.js'
import { isRowFailure, rowFailure } from './row-failure.js'
import type { ImportSession } from './session.js'
import { wholeStatement } from './whole-statement.js'

/**
 * Runs a statement over all rows with an action; when one row makes it fail, runs it row by row to name that row.
 * `statement` takes a further condition on the verdicts `v`. @throws CONSTRAINT_VIOLATED, ROW_REFUSED with row and key
 */
export function runOnRows(session: ImportSession, judged: JudgedTable, action: Action, statement: (condition: Sql) => Sql): number {
  try {
    return wholeStatement(session, () => session.db.prepare(statement(sql``).text).run().changes)
  } catch (error) {
    if (isRowFailure(error) && session.db.inTransaction) findFailure(session, judged, action, statement)
    throw error
  }
}

function findFailure(session: ImportSession, judged: JudgedTable, action: Action, statement: (condition: Sql) => Sql): void {
  const { db } = session
  const { target } = judged.merge.table
  const next = db.prepare<[bigint], bigint>(sql`SELECT ordinal FROM ${judged.verdicts} WHERE action = ${literal(action)} AND ordinal > ? ORDER BY ordinal LIMIT 1`.text).safeIntegers().pluck()
  const one = db.prepare<[bigint]>(statement(sql` AND v.ordinal = ?`).text)
  db.exec(sql`SAVEPOINT holdall_row`.text)
  for (let ordinal = next.get(0n); ordinal !== undefined; ordinal = next.get(ordinal)) {
    try {
      one.run(ordinal)
    } catch (error) {
      const failure = rowFailure(error, { store: session.store, table: target.id, row: Number(ordinal), ...stagedKey(session, judged, ordinal) })
      if (db.inTransaction) db.exec(sql`ROLLBACK TO holdall_row; RELEASE holdall_row`.text)
      throw failure
    }
  }
  db.exec(sql`ROLLBACK TO holdall_row; RELEASE holdall_row`.text)
}

/** The key that the row is to have in the target, as far as it is written. */
function stagedKey({ db }: ImportSession, { merge, rows }: JudgedTable, ordinal: bigint): { readonly key?: string } {
  const { target, identity, columns } = merge.table
  const names = target.primaryKey?.columns ?? identity.rules[0]?.columns ?? []
  if (names.length === 0 || !names.every((name) => columns.some((column) => column.target.name === name))) return {}
  const key = db.prepare<[bigint], string>(sql`SELECT ${merge.keyText(names, sql`s`)} FROM ${rows} AS s WHERE s.${merge.ordinal} = ?`.text).pluck().get(ordinal)
  return key === undefined ? {} : { key }
}
