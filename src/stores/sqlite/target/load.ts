import type { RowBatch } from '../../../rows/row-batch.js'
import type { Table } from '../../../schema/schema.js'
import type { ImportTable } from '../../import-table.js'
import { ident, join, sql } from '../../sql.js'
import { beforeWrite } from './before-write.js'
import { takeKeysAside } from './keys-aside.js'
import { takeAway } from './schema-objects.js'
import type { ImportSession } from './session.js'
import { writeRows } from './write-rows.js'

/** Writes rows straight into an empty table. @throws as `writeRows` */
export async function loadTable(session: ImportSession, table: ImportTable, rows: AsyncIterable<RowBatch>): Promise<number> {
  const { target } = table
  const columns = join(table.columns.map((column) => ident(column.target.name)))
  return writeRows(session, table, rows, {
    // OR ABORT overrules the ON CONFLICT clauses of the table itself, which may ignore or replace rows without a word.
    insert: (cells) => sql`INSERT OR ABORT INTO main.${ident(target.name)} (${columns}) SELECT ${join(cells)} FROM jsonb_each(CAST(?1 AS TEXT)) AS j`,
    before: (index) => {
      if (index === 0) beforeWrite(session, table)
      // Building an index at once is faster than keeping it up, but not for a table of one batch.
      if (index === 1) {
        takeIndexesAway(session, target)
        takeKeysAside(session, table)
      }
    },
  })
}

/** Those that are sure to be created again: no condition or expression that this SQLite might read differently. */
function takeIndexesAway(session: ImportSession, table: Table): void {
  for (const index of table.indexes) {
    if (index.unique || index.condition !== null || !index.parts.every((part) => 'column' in part)) continue
    // An index that `create` holds back is not there yet.
    if (!session.held.some(({ kind, name }) => kind === 'index' && name === index.name)) takeAway(session.db, { kind: 'index', name: index.name, ddl: index.ddl }, session.held)
  }
}
