import type Database from 'better-sqlite3'
import { HoldallError } from '../../../errors/holdall-error.js'
import type { ImportTable } from '../../import-table.js'
import { ident, sql, type Sql } from '../../sql.js'
import { allOf } from './all-of.js'

/** One column of an identity: where its staged values are, and how the target compares it. */
export interface IdentityColumn {
  readonly name: string
  /** Index into `table.columns`. */
  readonly index: number
  readonly collation: Sql
  /** Whether rows of the target may hold NULL in it. */
  readonly nullable: boolean
}

interface IndexRow {
  readonly name: string
  readonly column: string | null
  readonly collation: string
}

/**
 * The identity as the unique index over just these columns compares it: 'a' and 'A' are one row where the index says so.
 * `unique` tells whether there is such an index (or rowid).
 */
export function identityColumns(db: Database.Database, table: ImportTable, identity: readonly string[]): { readonly columns: readonly IdentityColumn[]; readonly unique: boolean } {
  const index = uniqueIndex(db, table.target.name, identity)
  const [single] = identity
  const rowid = identity.length === 1 && table.target.columns.some((column) => column.name === single && column.identity?.kind === 'rowid')
  const columns = identity.map((name): IdentityColumn => {
    const at = table.columns.findIndex((column) => column.target.name === name)
    const column = table.columns[at]?.target
    if (column === undefined) throw new HoldallError('INTERNAL', { message: 'a column of the identity is not among the columns written', table: table.target.id, column: name })
    const collation = index?.get(name.toLowerCase()) ?? column.collation ?? 'BINARY'
    return { name, index: at, collation: ident(collation), nullable: column.nullable && column.identity?.kind !== 'rowid' }
  })
  return { columns, unique: rowid || index !== null }
}

/** Collations by column, in lower case, of a unique index without condition over exactly these columns. */
function uniqueIndex(db: Database.Database, table: string, identity: readonly string[]): ReadonlyMap<string, string> | null {
  const rows = db
    .prepare<[string], IndexRow>(
      `SELECT l.name, x.name AS "column", x.coll AS collation FROM pragma_index_list(?, 'main') AS l JOIN pragma_index_xinfo(l.name, 'main') AS x
       WHERE l."unique" AND NOT l.partial AND x.key ORDER BY l.origin <> 'pk', l.seq`,
    )
    .all(table)
  const wanted = new Set(identity.map((name) => name.toLowerCase()))
  for (const name of new Set(rows.map((row) => row.name))) {
    const parts = rows.filter((row) => row.name === name)
    if (parts.length === wanted.size && parts.every(({ column }) => column !== null && wanted.has(column.toLowerCase()))) {
      return new Map(parts.map(({ column, collation }) => [(column ?? '').toLowerCase(), collation]))
    }
  }
  return null
}

/** Every column of the identity holds a value. */
export function identified(columns: readonly Sql[]): Sql {
  return columns.length === 0 ? sql`FALSE` : allOf(columns.map((column) => sql`${column} IS NOT NULL`))
}
