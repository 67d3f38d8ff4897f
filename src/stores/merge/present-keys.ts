import { present } from '../../errors/present.js'
import { ident, join, sql, type Sql } from '../sql.js'
import { all, isFound, S, T } from './aliases.js'
import type { KeyMap, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { notGone, whole } from './placed-rows.js'

/**
 * The keys of a table that mean the same everywhere, as a map to themselves: those of the target, and of the archive's rows
 * that are to be written. One that is not in it leads nowhere. `ordinal` is NULL for a key of the target.
 */
export async function presentKeys(state: MergeState, table: MergeTable, columns: readonly string[]): Promise<KeyMap> {
  const { store, unresolved, made } = state
  const id = JSON.stringify([table.table.target.id, columns])
  const known = unresolved.present.get(id)
  if (known !== undefined) return known
  const place = { table: table.table.target.id }
  const keys = columns.map((_, index) => ident(`o${index}`))
  const there = sql`SELECT NULL AS ordinal, ${join(columns.map((name, index) => sql`${T}.${ident(name)} AS ${present(keys[index])}`))} FROM ${table.target} ${T} WHERE ${all(columns.map((name) => sql`${T}.${ident(name)} IS NOT NULL`))}`
  const meets = all(columns.map((name) => table.equal(name, S, T)))
  const conditions = [sql`NOT ${S}.${table.stub}`, sql`NOT (${isFound(table)})`, ...whole(table, columns), ...notGone(state, table)]
  const here = sql`SELECT ${S}.${table.ordinal} AS ordinal, ${join(columns.map((name, index) => sql`${S}.${table.column(name)} AS ${present(keys[index])}`))} FROM ${table.staged} ${S} LEFT JOIN ${table.target} ${T} ON ${meets} WHERE ${all(conditions)}`
  const rows: Sql = table.table.role === 'written' ? sql`${here} UNION ALL ${there}` : there
  const numbered = sql`(SELECT x.*, row_number() OVER (PARTITION BY ${join(keys)} ORDER BY ordinal) AS nth FROM (${rows}) x) y`
  const name = `holdall_present_${table.number}_${(made.count += 1)}`
  const found = await store.tabulate(name, sql`SELECT ordinal, ${join([...keys, ...keys.map((key, index) => sql`${key} AS ${ident(`n${index}`)}`)])} FROM ${numbered} WHERE nth = 1`, place)
  await store.index(name, keys)
  const map = { sql: found, columns: columns.length, moving: columns.map(() => false), foreign: true }
  unresolved.present.set(id, map)
  return map
}
