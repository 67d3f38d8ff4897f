import { sql } from '../../sql.js'
import type { ImportSession } from './session.js'

/**
 * Runs one statement so that a failure leaves nothing of it. SQLite sees to that itself, but for RAISE(FAIL) in a
 * trigger that fires, which keeps the rows before.
 */
export function wholeStatement<T>({ db, options }: ImportSession, run: () => T): T {
  if (options.triggers === 'silence') return run()
  db.exec(sql`SAVEPOINT holdall_statement`.text)
  try {
    const result = run()
    db.exec(sql`RELEASE holdall_statement`.text)
    return result
  } catch (error) {
    // RAISE(ROLLBACK) has ended the whole transaction.
    if (db.inTransaction) db.exec(sql`ROLLBACK TO holdall_statement; RELEASE holdall_statement`.text)
    throw error
  }
}
