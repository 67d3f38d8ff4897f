import type { ImportTable } from '../../import-table.js'
import { recordBroken } from './broken-references.js'
import { takeAway, triggersOf } from './schema-objects.js'
import type { ImportSession } from './session.js'

/**
 * What must happen before the first row of a table is written, and not at all when none is: an import that changes
 * nothing leaves the file as it is. SQLite cannot disable triggers, so they are dropped and created again in `settle`,
 * all inside the transaction.
 */
export function beforeWrite(session: ImportSession, table: ImportTable): void {
  const { id, name } = table.target
  if (session.written.has(id)) return
  recordBroken(session, id)
  if (session.options.triggers === 'silence') for (const trigger of triggersOf(session.db, name)) takeAway(session.db, trigger, session.held)
  session.written.add(id)
}
