import { present } from '../../../errors/present.js'
import type { Sequence } from '../../../schema/schema.js'
import type { ImportTable } from '../../import-table.js'
import { ident, sql } from '../../sql.js'
import { mapError } from '../map-error.js'
import type { ImportSession } from './session.js'

/**
 * Counts the rows of the target tables. The write lock of BEGIN IMMEDIATE keeps every other writer out, and foreign keys
 * are off, so nothing else needs to be taken out of the way before something is written.
 */
export function prepareTables(session: ImportSession, tables: readonly ImportTable[], sequences: readonly Sequence[] | undefined): ReadonlyMap<string, number> {
  session.tables = tables
  session.sequences = sequences ?? session.sequences
  session.counts = new Map(
    tables.map(({ target }) => {
      try {
        return [target.id, present(session.db.prepare<[], number>(sql`SELECT count(*) FROM main.${ident(target.name)}`.text).pluck().get())]
      } catch (error) {
        throw mapError(error, { store: session.store, table: target.id })
      }
    }),
  )
  return session.counts
}
