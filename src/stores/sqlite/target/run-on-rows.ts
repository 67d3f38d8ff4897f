import { sql, join, type Sql } from '../../sql.js'
import { keyText } from './key-text.js'
import { isRowFailure, rowFailure } from './row-failure.js'
import type { ImportSession, StagedTable } from './session.js'
import { stageColumn } from './staging.js'
import { wholeStatement } from './whole-statement.js'

/**
 * Runs a statement over all staged rows of a class; when one row makes it fail, runs it row by row to name that row.
 * `statement` takes a further condition on the matches `m`. @throws CONSTRAINT_VIOLATED, ROW_REFUSED with row and key
 */
export function runOnRows(session: ImportSession, staged: StagedTable, rowClass: number, statement: (condition: Sql) => Sql): number {
  try {
    return wholeStatement(session, () => session.db.prepare(statement(sql``).text).run().changes)
  } catch (error) {
    if (isRowFailure(error) && session.db.inTransaction) findFailure(session, staged, rowClass, statement)
    throw error
  }
}

function findFailure(session: ImportSession, staged: StagedTable, rowClass: number, statement: (condition: Sql) => Sql): void {
  const { db } = session
  const matches = staged.comparison?.matches ?? sql`NULL`
  const ordinals = db.prepare<[], bigint>(sql`SELECT ordinal FROM ${matches} WHERE class = ${rowClass} ORDER BY ordinal`.text).safeIntegers().pluck().all()
  const one = db.prepare<[bigint]>(statement(sql` AND m.ordinal = ?`).text)
  db.exec(sql`SAVEPOINT holdall_row`.text)
  for (const ordinal of ordinals) {
    try {
      one.run(ordinal)
    } catch (error) {
      const failure = rowFailure(error, { store: session.store, table: staged.table.target.id, row: Number(ordinal), ...stagedKey(session, staged, ordinal) })
      if (db.inTransaction) db.exec(sql`ROLLBACK TO holdall_row; RELEASE holdall_row`.text)
      throw failure
    }
  }
  db.exec(sql`ROLLBACK TO holdall_row; RELEASE holdall_row`.text)
}

function stagedKey(session: ImportSession, { table, rows }: StagedTable, ordinal: bigint): { readonly key?: string } {
  const names = table.target.primaryKey?.columns ?? table.identity ?? []
  const indexes = names.map((name) => table.columns.findIndex(({ target }) => target.name === name))
  if (names.length === 0 || indexes.includes(-1)) return {}
  const values = session.db.prepare<[bigint], unknown[]>(sql`SELECT ${join(indexes.map(stageColumn))} FROM ${rows} WHERE ordinal = ?`.text).safeIntegers().raw().get(ordinal)
  return values === undefined ? {} : { key: keyText(names, values) }
}
