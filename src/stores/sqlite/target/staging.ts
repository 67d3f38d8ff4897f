import type { RowBatch } from '../../../rows/row-batch.js'
import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import type { ImportSession } from './session.js'
import { writeRows } from './write-rows.js'

/** The staging column of `table.columns[index]`. */
export const stageColumn = (index: number): Sql => ident(`c${index}`)

/**
 * Writes rows into a temporary table without types, so that every value stays exactly what the archive says. The cell
 * rules have made sure that the target's affinities would leave it so too.
 * @throws as `writeRows`
 */
export async function stageTable(session: ImportSession, table: ImportTable, rows: AsyncIterable<RowBatch>): Promise<number> {
  const stage = ident('temp', `holdall_stage_${session.staged.size}`)
  const columns = join(table.columns.map((_, index) => stageColumn(index)))
  session.db.exec(sql`CREATE TEMP TABLE ${ident(`holdall_stage_${session.staged.size}`)} (ordinal INTEGER PRIMARY KEY, ${columns})`.text)
  const count = await writeRows(session, table, rows, {
    insert: (cells) => sql`INSERT INTO ${stage} (ordinal, ${columns}) SELECT ?2 + j.key + 1, ${join(cells)} FROM jsonb_each(CAST(?1 AS TEXT)) AS j`,
    before: () => undefined,
  })
  session.staged.set(table.target.id, { table, rows: stage, count, comparison: null })
  return count
}
