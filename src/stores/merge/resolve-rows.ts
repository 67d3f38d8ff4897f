import { join, sql, type Sql } from '../sql.js'
import { all, S } from './aliases.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { resolution } from './resolution.js'

/**
 * The staged rows without stubs in terms of the target's ids, for FROM; the staging table itself where nothing moves.
 * `among`: a condition on `s`, when only some rows are wanted.
 */
export async function resolveRows(state: MergeState, table: MergeTable, among?: Sql): Promise<Sql> {
  const columns = table.table.columns.map(({ target }) => target.name)
  const references = await resolution(state, table, columns, { checked: state.unresolved.mode === 'null' })
  const wanted = all([sql`NOT ${S}.${table.stub}`, ...(among === undefined ? [] : [among])])
  if (references.joins.text === '') return table.stubs === 0 && among === undefined ? table.staged : sql`(SELECT * FROM ${table.staged} ${S} WHERE ${wanted})`
  const values = [table.ordinal, table.stub].map((name) => sql`${S}.${name} AS ${name}`)
  for (const name of columns) values.push(sql`${references.value(name)} AS ${table.column(name)}`)
  return state.store.tabulate(`holdall_resolved_${table.number}_${(state.made.count += 1)}`, sql`SELECT ${join(values)} FROM ${table.staged} ${S}${references.joins} WHERE ${wanted}`, {
    table: table.table.target.id,
  })
}
