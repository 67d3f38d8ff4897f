import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import type { Relation } from './relation.js'
import type { Session } from './session.js'

/** Where the rows of one table wait. Its columns have the names and types of the target's. */
export interface Staging {
  readonly sql: Sql
  /** Place of a row in the archive, from 1; a name that no column has. */
  readonly ordinal: Sql
}

/** Creates an empty staging table, gone with the transaction. */
export async function createStaging(session: Session, table: ImportTable, relation: Relation, number: number): Promise<Staging> {
  const name = ident('pg_temp', `holdall_stage_${number}`)
  const columns = table.columns.map((column) => column.target.name)
  let ordinal = 'holdall_ordinal'
  while (columns.includes(ordinal)) ordinal += '_'
  const place = { table: table.target.id }
  // CREATE TABLE AS takes types, their limits and collations over, but no default, key or NOT NULL.
  await session.run(sql`CREATE TEMPORARY TABLE ${name} ON COMMIT DROP AS SELECT ${join(columns.map((column) => ident(column)))} FROM ${relation.only} WITH NO DATA`, place)
  await session.run(sql`ALTER TABLE ${name} ADD ${ident(ordinal)} pg_catalog.int8 GENERATED ALWAYS AS IDENTITY (CACHE 1000)`, place)
  return Object.freeze({ sql: name, ordinal: ident(ordinal) })
}
