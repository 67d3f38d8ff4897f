import type Database from 'better-sqlite3'
import { affinityOf, type Affinity } from '../../../schema/affinity.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { locatorCollation } from './locator-collation.js'

const TYPES: Readonly<Record<Affinity, Sql>> = { integer: sql` INTEGER`, real: sql` REAL`, numeric: sql` NUMERIC`, text: sql` TEXT`, blob: sql`` }

/** Ordinals and locators: what joins lead through. */
const LINK = /^(?:ordinal|l\d+)$/

/**
 * The columns of a temporary table that is to hold just what a query gives. Without a type they keep every value as it is,
 * where CREATE TABLE AS would give them affinities that bend some. Ordinals and locators get the type and collation of the
 * column they are copied from, which cannot bend what stood there, and without which no join could use an index of them.
 */
export function temporaryColumns(db: Database.Database, query: Sql): Sql {
  return join(columnsOf(db, query))
}

/** The same, where the first column is the place of a row that no other row has. */
export function keyedColumns(db: Database.Database, query: Sql): Sql {
  return join([sql`ordinal INTEGER PRIMARY KEY`, ...columnsOf(db, query).slice(1)])
}

function columnsOf(db: Database.Database, query: Sql): readonly Sql[] {
  return db
    .prepare(query.text)
    .columns()
    .map(({ name, type, table, column, database }) => {
      if (!LINK.test(name) || type === null) return ident(name)
      const collation = database === 'main' && table !== null && column !== null ? locatorCollation(db, table, column) : null
      // Only a strict table has ANY without an affinity; none is right for both.
      return sql`${ident(name)}${TYPES[affinityOf(type, true)]}${collation === null ? sql`` : sql` COLLATE ${collation}`}`
    })
}
