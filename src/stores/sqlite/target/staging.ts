import { HoldallError } from '../../../errors/holdall-error.js'
import type { RowBatch } from '../../../rows/row-batch.js'
import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
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
  const { id } = table.target
  const staged = session.staged.get(id) ?? createStage(session, table)
  const held = stubs === undefined ? table : withColumns(table, new Set(stubs))
  const names = held.columns.map((column) => stageColumn(table.columns.indexOf(column)))
  const before = staged.rows + staged.stubs
  const count = await writeRows(session, held, rows, {
    insert: (cells) =>
      sql`INSERT INTO ${staged.stage} (${join([ident('ordinal'), ident('stub'), ...names])}) SELECT ${join([sql`?2 + j.key + ${before + 1}`, sql`${stubs === undefined ? 0 : 1}`, ...cells])} FROM jsonb_each(CAST(?1 AS TEXT)) AS j`,
    before: () => undefined,
  })
  session.db.exec(sql`ANALYZE ${staged.stage}`.text)
  session.staged.set(id, stubs === undefined ? { ...staged, rows: staged.rows + count } : { ...staged, stubs: staged.stubs + count })
  return count
}

function createStage(session: ImportSession, table: ImportTable): StagedTable {
  if (table.columns.length > MOST_COLUMNS - BESIDE) {
    throw new HoldallError('SCHEMA_UNSUPPORTED', {
      message: `a table of ${table.columns.length} columns cannot be compared with what is there: SQLite allows ${MOST_COLUMNS}, and ${BESIDE} more are needed beside them`,
      hint: 'Empty the table first, or leave it out with --exclude.',
      table: table.target.id,
    })
  }
  const number = session.staged.size
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
