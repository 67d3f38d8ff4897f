import { HoldallError } from '../../../errors/holdall-error.js'
import type { RowBatch } from '../../../rows/row-batch.js'
import { storedColumns } from '../../../schema/stored-columns.js'
import type { Conversion } from '../../conversion.js'
import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { badRow, isRowError } from '../../merge/is-row-error.js'
import type { BadRow } from '../../merge/reject-rows.js'
import { linesOf } from '../../../rows/split-row.js'
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

/** As `fillStaging`, leaving out rows that the table cannot hold: a batch that fails is halved until they are found. A row that is left out has its place all the same. */
export async function fillRejecting(session: Session, staging: Staging, rows: AsyncIterable<RowBatch>, conversions: ReadonlySet<Conversion>, onBad: (bad: BadRow) => void): Promise<Staging> {
  let count = staging.rows
  const take = async (lines: readonly Buffer[]): Promise<void> => {
    const bytes = Buffer.concat(lines)
    try {
      await session.attempt(async () => copyIn(session, staging.table, staging.sql, only({ bytes, rows: lines.length }), conversions))
      count += lines.length
    } catch (error) {
      if (!isRowError(error)) throw error
      if (lines.length === 1) {
        count += 1
        onBad(badRow(count, error))
      }
      // Places that a failed COPY took are given again.
      await session.run(sql`ALTER TABLE ${staging.sql} ALTER ${staging.ordinal} RESTART WITH ${count + 1}`)
      if (lines.length === 1) return
      const half = lines.length >> 1
      await take(lines.slice(0, half))
      await take(lines.slice(half))
    }
  }
  for await (const batch of rows) if (batch.bytes.length > 0) await take([...linesOf(batch.bytes)].map((line) => Buffer.concat([line, Buffer.from('\n')])))
  return Object.freeze({ ...staging, rows: count })
}

/** Adds rows, or stubs of the columns `stubs`, named as in the archive. Rows of a base may lack columns of the table. */
export async function fillStaging(session: Session, staging: Staging, rows: AsyncIterable<RowBatch>, conversions: ReadonlySet<Conversion>, stubs?: readonly string[]): Promise<Staging> {
  const held = narrowed(staging.table, stubs ?? storedColumns(staging.table.source).map(({ name }) => name))
  if (stubs === undefined) return Object.freeze({ ...staging, rows: staging.rows + (await copyIn(session, held, staging.sql, rows, conversions)) })
  // COPY can name no constant.
  const flagged = (flag: Sql): Sql => sql`ALTER TABLE ${staging.sql} ALTER ${staging.stub} SET DEFAULT ${flag}`
  await session.run(flagged(sql`true`))
  const added = await copyIn(session, held, staging.sql, rows, conversions)
  await session.run(flagged(sql`false`))
  return Object.freeze({ ...staging, rows: staging.rows + added, stubs: staging.stubs + added })
}

/**
 * Puts rows in the place of those that are there, as many; stubs stay, with their places. Every batch is a COPY of its own, since
 * a connection does nothing else during one, and the batches ask for keys. `reject`: rows that the table cannot hold are left out, and
 * given back.
 */
export async function refillStaging(session: Session, staging: Staging, rows: AsyncIterable<RowBatch>, { conversions, reject }: { readonly conversions: ReadonlySet<Conversion>; readonly reject: boolean }): Promise<readonly BadRow[]> {
  const place = { table: staging.table.target.id }
  const stubs = ident('pg_temp', `holdall_stubs_${staging.number}`)
  if (staging.stubs > 0) await session.run(sql`CREATE TEMPORARY TABLE ${stubs} ON COMMIT DROP AS SELECT * FROM ${staging.sql} WHERE ${staging.stub}`, place)
  await session.run(sql`TRUNCATE ${staging.sql} RESTART IDENTITY`, place)
  const bad: BadRow[] = []
  let count = 0
  if (reject) count = (await fillRejecting(session, { ...staging, rows: 0, stubs: 0 }, rows, conversions, (row) => void bad.push(row))).rows
  else for await (const batch of rows) {
    const filled = await fillStaging(session, { ...staging, rows: 0, stubs: 0 }, only(batch), conversions).catch((error: unknown) => {
      throw movedOn(error, count)
    })
    count += filled.rows
  }
  if (staging.stubs > 0) {
    await session.run(sql`INSERT INTO ${staging.sql} OVERRIDING SYSTEM VALUE SELECT * FROM ${stubs}`, place)
    await session.run(sql`DROP TABLE ${stubs}`, place)
  }
  await session.run(sql`ANALYZE ${staging.sql}`, place)
  const due = staging.rows - staging.stubs
  if (count !== due) throw new HoldallError('VERIFICATION_FAILED', { ...place, message: `${count} rows were read again of ${due}` })
  return bad
}

async function* only(batch: RowBatch): AsyncGenerator<RowBatch> {
  yield batch
}

/** A row is counted from the first of its table. */
function movedOn(error: unknown, before: number): unknown {
  if (!HoldallError.is(error)) return error
  const { code, message, hint, details, place } = error
  return place.row === undefined ? error : new HoldallError(code, { ...place, message, hint, details, row: place.row + before, cause: error.cause })
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
