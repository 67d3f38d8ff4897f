import type { RowBatch } from '../../../rows/row-batch.js'
import type { Conversion } from '../../conversion.js'
import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { copyIn } from './copy-in.js'
import type { Relation } from './relation.js'
import type { Session } from './session.js'

/** Where the rows of one table wait, and the stubs behind them. Its columns have the names and types of the target's. */
export interface Staging {
  readonly table: ImportTable
  readonly relation: Relation
  readonly number: number
  readonly sql: Sql
  /** Place of a row in the archive, from 1; a name that no column has. */
  readonly ordinal: Sql
  /** True for a stub; a name that no column has. */
  readonly stub: Sql
  /** What it holds by now, and among it stubs. */
  readonly rows: number
  readonly stubs: number
}

/** Creates an empty staging table, gone with the transaction. */
export async function createStaging(session: Session, table: ImportTable, relation: Relation, number: number): Promise<Staging> {
  const name = ident('pg_temp', `holdall_stage_${number}`)
  const columns = table.columns.map((column) => column.target.name)
  const place = { table: table.target.id }
  const [ordinal, stub] = [freeName('holdall_ordinal', columns), freeName('holdall_stub', columns)]
  // CREATE TABLE AS takes types, their limits and collations over, but no default, key or NOT NULL.
  await session.run(sql`CREATE TEMPORARY TABLE ${name} ON COMMIT DROP AS SELECT ${join(columns.map((column) => ident(column)))} FROM ${relation.only} WITH NO DATA`, place)
  await session.run(sql`ALTER TABLE ${name} ADD ${ordinal} pg_catalog.int8 GENERATED ALWAYS AS IDENTITY (CACHE 1000), ADD ${stub} pg_catalog.bool NOT NULL DEFAULT false`, place)
  return Object.freeze({ table, relation, number, sql: name, ordinal, stub, rows: 0, stubs: 0 })
}

/** Adds rows, or stubs of the columns `stubs`, named as in the archive. */
export async function fillStaging(session: Session, staging: Staging, rows: AsyncIterable<RowBatch>, conversions: ReadonlySet<Conversion>, stubs?: readonly string[]): Promise<Staging> {
  if (stubs === undefined) return Object.freeze({ ...staging, rows: staging.rows + (await copyIn(session, staging.table, staging.sql, rows, conversions)) })
  // COPY can name no constant.
  const flagged = (flag: Sql): Sql => sql`ALTER TABLE ${staging.sql} ALTER ${staging.stub} SET DEFAULT ${flag}`
  await session.run(flagged(sql`true`))
  const added = await copyIn(session, narrowed(staging.table, stubs), staging.sql, rows, conversions)
  await session.run(flagged(sql`false`))
  return Object.freeze({ ...staging, rows: staging.rows + added, stubs: staging.stubs + added })
}

/** The table as if the archive had only these columns of it. */
function narrowed(table: ImportTable, names: readonly string[]): ImportTable {
  return {
    ...table,
    source: { ...table.source, columns: table.source.columns.filter(({ name }) => names.includes(name)) },
    columns: table.columns.filter(({ source }) => names.includes(source.name)),
  }
}

function freeName(wanted: string, taken: readonly string[]): Sql {
  let name = wanted
  while (taken.includes(name)) name += '_'
  return ident(name)
}
