import { ident, join, literal, sql, type Sql } from '../sql.js'
import { S, T, V } from './aliases.js'
import { ACTION } from './judged-table.js'
import type { MergeState } from './merge-state.js'
import { comparedColumns } from './same-row.js'
import type { ThreeWayTable } from './three-way-table.js'
import { MERGED } from './three-way-columns.js'

/** The rows as they are to be written: those of the archive, with the columns that stay as they are in the target. */
export async function mergedRows({ store }: MergeState, { table, rows, verdicts }: ThreeWayTable): Promise<Sql> {
  const place = { table: table.table.target.id }
  const mixed = sql`action = ${literal(ACTION.update)} AND merged LIKE ${literal(`%${MERGED.ours}%`)}`
  if ((await store.rows(sql`SELECT 1 FROM ${verdicts} WHERE ${mixed} LIMIT 1`, place)).length === 0) return rows
  const columns = [table.ordinal, table.stub, ...table.table.columns.map(({ target }) => table.column(target.name))]
  const name = `holdall_merged_${table.number}`
  const merged = await store.tabulate(name, sql`SELECT ${join(columns.map((column) => sql`${S}.${column}`))} FROM ${rows} ${S} WHERE ${S}.${table.ordinal} IN (SELECT ordinal FROM ${verdicts})`, place)
  await store.index(name, [table.ordinal])
  const values = comparedColumns(table).map((column, at) => {
    const own = table.column(column)
    return sql`${own} = CASE WHEN substr(${V}.merged, ${at + 1}, 1) = ${literal(MERGED.ours)} THEN ${T}.${ident(column)} ELSE w.${own} END`
  })
  await store.run(
    sql`UPDATE ${merged} AS w SET ${join(values)} FROM (SELECT * FROM ${verdicts} WHERE ${mixed}) ${V} JOIN ${table.target} ${T} ON ${table.located(T, V)} WHERE ${V}.ordinal = w.${table.ordinal}`,
    place,
  )
  return merged
}
