import { ident, join, sql, type Sql } from '../sql.js'
import { all, any, isFound, S, T } from './aliases.js'
import { beside } from './beside.js'
import type { KeyMap, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/**
 * What a key means in the target as it is before the import, for identities that hold it: a row that is matched by other columns
 * may have another key there. `map`: what the key becomes by the import, null where it stays the same.
 */
export async function matchedKeys(state: MergeState, table: MergeTable, columns: readonly string[], map: KeyMap | null): Promise<KeyMap | null> {
  const { id } = table.table.target
  const matching = state.matchings.get(id)
  const { rules, surrogates } = table.table.identity
  const open = columns.map((column) => !surrogates.includes(column) && rules.some((rule) => !rule.columns.includes(column)))
  if (state.outside === 'nothing' || matching === undefined || !open.includes(true) || !table.isKey(columns)) return map
  const name = JSON.stringify([id, columns, 'matched'])
  const known = state.keyMaps.get(name)
  if (known !== undefined) return known
  // The rule may compare references, which the staging table has in terms of the archive: there only the matches tell.
  const rows = beside(table, matching.matches === null ? matching : { ...matching, rule: null }, table.staged)
  const found = map === null ? await otherKeys(state, table, columns, rows) : { ...map, sql: await keysThere(state, table, { columns, map, rows }), moving: map.moving.map((moves, index) => moves || open[index] === true) }
  state.keyMaps.set(name, found)
  return found
}

/** Keys that are others in the target; null where there are none. */
async function otherKeys({ store, made }: MergeState, table: MergeTable, columns: readonly string[], rows: Sql): Promise<KeyMap | null> {
  const others = sql`FROM ${rows} WHERE ${all([isFound(table), any(columns.map((column) => sql`NOT ${table.same(column, S, T)}`))])}`
  if ((await store.rows(sql`SELECT 1 ${others} LIMIT 1`)).length === 0) return null
  const keys = columns.flatMap((column, index) => [sql`${S}.${table.column(column)} AS ${ident(`o${index}`)}`, sql`${T}.${ident(column)} AS ${ident(`n${index}`)}`])
  const name = `holdall_matched_${table.number}_${(made.count += 1)}`
  const found = await store.tabulate(name, sql`SELECT ${join([sql`${S}.${table.ordinal} AS ordinal`, ...keys])} ${others}`, { table: table.table.target.id })
  await store.index(name, columns.map((_, index) => ident(`o${index}`)))
  return { sql: found, columns: columns.length, moving: columns.map(() => true), foreign: false }
}

/** The map with the keys that matched rows have in the target. */
async function keysThere({ store, made }: MergeState, table: MergeTable, { columns, map, rows }: { columns: readonly string[]; map: KeyMap; rows: Sql }): Promise<Sql> {
  const values = columns.map((column, index) => sql`CASE WHEN ${isFound(table)} THEN ${T}.${ident(column)} ELSE k.${ident(`n${index}`)} END AS ${ident(`n${index}`)}`)
  const old = columns.map((_, index) => sql`k.${ident(`o${index}`)} AS ${ident(`o${index}`)}`)
  const name = `holdall_matched_${table.number}_${(made.count += 1)}`
  const keys = sql`SELECT ${join([sql`k.ordinal AS ordinal`, ...old, ...values])} FROM ${rows} JOIN ${map.sql} k ON k.ordinal = ${S}.${table.ordinal}`
  const found = await store.tabulate(name, keys, { table: table.table.target.id })
  await store.index(name, columns.map((_, index) => ident(`o${index}`)))
  return found
}
