import { ident, join, literal, sql } from '../sql.js'
import { any, S, T, V } from './aliases.js'
import { judgedRows } from './judged-rows.js'
import type { KeyMap, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/**
 * A key that means the same everywhere leads to the row of the archive; where the row of the target stays as it is and has
 * another, what refers to it has to follow. Null where no row does.
 */
export async function keptKeys({ store, judged, made }: MergeState, table: MergeTable, columns: readonly string[]): Promise<KeyMap | null> {
  const found = judged.get(table.table.target.id)
  if (found === undefined) return null
  const other = any(columns.map((column) => sql`NOT ${table.same(column, S, T)}`))
  const kept = sql`FROM ${judgedRows(found)} WHERE ${V}.class = ${literal('kept')} AND ${other}`
  if ((await store.rows(sql`SELECT 1 ${kept} LIMIT 1`)).length === 0) return null
  const name = `holdall_kept_${table.number}_${(made.count += 1)}`
  const keys = columns.flatMap((column, index) => [sql`${S}.${table.column(column)} AS ${ident(`o${index}`)}`, sql`${T}.${ident(column)} AS ${ident(`n${index}`)}`])
  const map = await store.tabulate(name, sql`SELECT ${join([sql`${V}.ordinal AS ordinal`, ...keys])} ${kept}`, { table: table.table.target.id })
  await store.index(name, columns.map((_, index) => ident(`o${index}`)))
  return { sql: map, columns: columns.length, moving: columns.map(() => true), foreign: false }
}
