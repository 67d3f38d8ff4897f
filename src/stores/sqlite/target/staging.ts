import { HoldallError } from '../../../errors/holdall-error.js'
import { present } from '../../../errors/present.js'
import type { RowBatch } from '../../../rows/row-batch.js'
import { storedColumns } from '../../../schema/stored-columns.js'
import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import type { BadRow } from '../../merge/reject-rows.js'
import type { ImportSession, StagedTable } from './session.js'
import { writeRows } from './write-rows.js'

/** The staging column of `table.columns[index]`. */
export const stageColumn = (index: number): Sql => ident(`c${index}`)

/** Columns that the temporary tables of an import need beside those of the table, of the 2,000 that SQLite allows. */
const BESIDE = 3
const MOST_COLUMNS = 2_000

/**
 * Writes rows into a temporary table without types, so that every value stays exactly what the archive says. The cell
 * rules have made sure that the target's affinities would leave it so too. `stubs`: the rows are stubs, and hold just
 * these columns of the source; they come behind the rows.
 * @throws SCHEMA_UNSUPPORTED, and as `writeRows`
 */
export async function stageTable(session: ImportSession, table: ImportTable, rows: AsyncIterable<RowBatch>, stubs?: readonly string[]): Promise<number> {
  const onBad = session.options.onError !== 'reject' || stubs !== undefined ? undefined : (bad: BadRow): void => noteBad(session, table.target.id, bad)
  return stageInto(session.staged, session, table, rows, stubs, onBad)
}

function noteBad({ bad }: ImportSession, id: string, row: BadRow): void {
  const rows = bad.get(id)
  if (rows === undefined) bad.set(id, [row])
  else rows.push(row)
}

/** Rows of a base may lack columns of the table. @throws as `stageTable` */
export async function stageBase(session: ImportSession, table: ImportTable, rows: AsyncIterable<RowBatch>, stubs?: readonly string[]): Promise<number> {
  return stageInto(session.bases, session, table, rows, stubs)
}

async function stageInto(stages: Map<string, StagedTable>, session: ImportSession, table: ImportTable, rows: AsyncIterable<RowBatch>, stubs: readonly string[] | undefined, onBad?: (bad: BadRow) => void): Promise<number> {
  const { id } = table.target
  const staged = stages.get(id) ?? createStage(session, table)
  const held = withColumns(table, new Set(stubs ?? storedColumns(table.source).map(({ name }) => name)))
  const count = await writeRows(session, held, rows, { insert: (cells) => insertion(staged, held, cells, staged.rows + staged.stubs, stubs !== undefined), before: () => undefined, onBad })
  session.db.exec(sql`ANALYZE ${staged.stage}`.text)
  stages.set(id, stubs === undefined ? { ...staged, rows: staged.rows + count } : { ...staged, stubs: staged.stubs + count })
  return count
}

/** Puts other rows in the place of those that are staged, as many and in their order; stubs stay. Gives those that are left out. @throws as `writeRows` */
export async function restageTable(session: ImportSession, number: number, rows: AsyncIterable<RowBatch>): Promise<readonly BadRow[]> {
  const staged = present([...session.staged.values(), ...session.bases.values()].find((each) => each.number === number), 'there is no such staged table')
  const isBase = session.bases.get(staged.table.target.id) === staged
  const held = withColumns(staged.table, new Set(storedColumns(staged.table.source).map(({ name }) => name)))
  const bad: BadRow[] = []
  const onBad = session.options.onError === 'reject' && !isBase ? (row: BadRow): void => void bad.push(row) : undefined
  const count = await writeRows(session, held, rows, { insert: (cells) => insertion(staged, held, cells, 0, false), before: () => undefined, onBad })
  if (count !== staged.rows) throw new HoldallError('INTERNAL', { message: `${count} rows came back of ${staged.rows}`, table: staged.table.target.id })
  return bad
}

/** A row takes the place of the one with its ordinal, if there is one. `before`: rows before the first. */
function insertion({ stage, table }: StagedTable, held: ImportTable, cells: readonly Sql[], before: number, stub: boolean): Sql {
  const names = held.columns.map((column) => stageColumn(table.columns.indexOf(column)))
  return sql`INSERT OR REPLACE INTO ${stage} (${join([ident('ordinal'), ident('stub'), ...names])})
    SELECT ${join([sql`?2 + j.key + ${before + 1}`, sql`${stub ? 1 : 0}`, ...cells])} FROM jsonb_each(CAST(?1 AS TEXT)) AS j`
}

function createStage(session: ImportSession, table: ImportTable): StagedTable {
  if (table.columns.length > MOST_COLUMNS - BESIDE) {
    throw new HoldallError('SCHEMA_UNSUPPORTED', {
      message: `a table of ${table.columns.length} columns cannot be compared with what is there: SQLite allows ${MOST_COLUMNS}, and ${BESIDE} more are needed beside them`,
      hint: 'Empty the table first, or leave it out with --exclude.',
      table: table.target.id,
    })
  }
  const number = session.staged.size + session.bases.size
  const name = `holdall_stage_${number}`
  const columns = join(table.columns.map((_, index) => stageColumn(index)))
  session.db.exec(sql`CREATE TEMP TABLE ${ident(name)} (ordinal INTEGER PRIMARY KEY, stub INTEGER, ${columns})`.text)
  return { table, number, stage: ident('temp', name), rows: 0, stubs: 0 }
}

/** The table as if its source had no other columns. */
function withColumns(table: ImportTable, names: ReadonlySet<string>): ImportTable {
  const { source } = table
  const key = source.primaryKey !== null && source.primaryKey.columns.every((name) => names.has(name)) ? source.primaryKey : null
  return {
    ...table,
    source: { ...source, columns: source.columns.filter(({ name }) => names.has(name)), primaryKey: key },
    columns: table.columns.filter((column) => names.has(column.source.name)),
  }
}
