import type Database from 'better-sqlite3'
import { ident, type Sql } from '../../sql.js'
import { readTableIndexes } from '../table-indexes.js'

/** By what the primary key of a WITHOUT ROWID table compares a column, to be put after it; null for a rowid, which is a number. */
export function locatorCollation(db: Database.Database, table: string, column: string): Sql | null {
  const key = readTableIndexes(db, table).find(({ origin }) => origin === 'pk')
  const part = key?.parts.find((each) => each.column?.toLowerCase() === column.toLowerCase())
  return part === undefined ? null : ident(part.collation)
}
