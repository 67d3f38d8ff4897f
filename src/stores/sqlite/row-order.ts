import type Database from 'better-sqlite3'
import { present } from '../../errors/present.js'
import type { Table } from '../../schema/schema.js'
import { ident, join, sql, type Sql } from '../sql.js'
import { readTableIndexes } from './table-indexes.js'

/**
 * How the rows of a table are gone through, always in the same order. `by-rowid` can begin anywhere, so it is read in
 * pages; `scan` can only be read from its beginning.
 */
export type RowOrder =
  | { readonly kind: 'by-rowid'; readonly from: Sql; readonly rowid: Sql }
  | { readonly kind: 'scan'; readonly from: Sql; readonly orderBy: Sql }

/** What SQLite calls the rowid, where no column has taken the name. */
const ROWID_NAMES = ['rowid', '_rowid_', 'oid']

/**
 * By rowid; WITHOUT ROWID by primary key. NOT INDEXED keeps a covering index from setting the order of a table whose
 * rowid has no name left. `table` must be as introspected, with all its columns.
 */
export function rowOrder(db: Database.Database, table: Table): RowOrder {
  const name = ident('main', table.name)
  const identity = table.columns.find((column) => column.identity?.kind === 'rowid')
  if (table.traits.includes('virtual')) return { kind: 'scan', from: name, orderBy: identity === undefined ? sql`` : sql`ORDER BY ${ident(identity.name)}` }
  if (table.traits.includes('without-rowid')) return { kind: 'scan', from: name, orderBy: keyOrder(db, table) }
  const taken = new Set(table.columns.map((column) => column.name.toLowerCase()))
  const rowid = identity?.name ?? ROWID_NAMES.find((each) => !taken.has(each))
  if (rowid === undefined) return { kind: 'scan', from: sql`${name} NOT INDEXED`, orderBy: sql`` }
  return { kind: 'by-rowid', from: sql`${name} NOT INDEXED`, rowid: ident(rowid) }
}

/** The order in which an index gives the rows of some keys: always the same for the same keys, and never sorted. */
export function keyedOrder(table: Table): RowOrder & { readonly kind: 'scan' } {
  return { kind: 'scan', from: ident('main', table.name), orderBy: sql`` }
}

/** As the key's own b-tree stands, with its collations and directions, so that nothing is sorted. */
function keyOrder(db: Database.Database, table: Table): Sql {
  const { parts } = present(readTableIndexes(db, table.name).find((index) => index.origin === 'pk'))
  const terms = parts.map(({ column, collation, descending }) => {
    return sql`${ident(present(column))} COLLATE ${ident(collation)} ${descending ? sql`DESC` : sql`ASC`}`
  })
  return sql`ORDER BY ${join(terms)}`
}
