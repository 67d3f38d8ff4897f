import { ident, join, literal, sql } from '../sql.js'
import { all, any, I, S, T, V } from './aliases.js'
import { judgedRows } from './judged-rows.js'
import type { KeyMap, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { resolution } from './resolution.js'

/**
 * The map from a table's keys in the archive to its keys in the target, made once. Null where both are the same by nature: no
 * column of the key is a surrogate or leads to one.
 */
export async function keyMap(state: MergeState, table: MergeTable, columns: readonly string[], visiting: ReadonlySet<string> = new Set()): Promise<KeyMap | null> {
  const { id } = table.table.target
  const name = JSON.stringify([id, columns])
  const known = state.keyMaps.get(name)
  if (known !== undefined || visiting.has(name)) return known ?? null
  const ids = state.ids.get(id)
  const foreign = ids !== undefined && columns.some((column) => table.table.identity.surrogates.includes(column))
  const references = await resolution(state, table, columns, { visiting: new Set([...visiting, name]) })
  const moved = state.copies.get(id)?.moving.some((column) => columns.includes(column)) === true
  const map = foreign || moved || references.links.length > 0 ? await makeMap(state, table, columns, foreign, references) : await keptKeys(state, table, columns)
  state.keyMaps.set(name, map)
  return map
}

async function makeMap(state: MergeState, table: MergeTable, columns: readonly string[], foreign: boolean, references: Awaited<ReturnType<typeof resolution>>): Promise<KeyMap> {
  const name = `holdall_keys_${table.number}_${(state.made.count += 1)}`
  const old = columns.map((column, index) => sql`${S}.${table.column(column)} AS ${ident(`o${index}`)}`)
  const fresh = columns.map((column, index) => sql`${references.value(column)} AS ${ident(`n${index}`)}`)
  const whole = columns.map((column) => sql`${S}.${table.column(column)} IS NOT NULL`)
  const placed = foreign && state.outside === 'own' ? [sql`${I}.ordinal IS NOT NULL`] : []
  const made = await state.store.tabulate(name, sql`SELECT ${join([...old, ...fresh])} FROM ${table.staged} ${S}${references.joins} WHERE ${all([...whole, ...placed])}`, { table: table.table.target.id })
  await state.store.index(name, columns.map((_, index) => ident(`o${index}`)))
  return { sql: made, foreign }
}

/**
 * A key that means the same everywhere leads to the row of the archive; where the row of the target stays as it is and has
 * another, what refers to it has to follow. Null where no row does.
 */
async function keptKeys({ store, judged, made }: MergeState, table: MergeTable, columns: readonly string[]): Promise<KeyMap | null> {
  const found = judged.get(table.table.target.id)
  if (found === undefined) return null
  const other = any(columns.map((column) => sql`NOT ${table.same(column, S, T)}`))
  const kept = sql`FROM ${judgedRows(found)} WHERE ${V}.class = ${literal('kept')} AND ${other}`
  if ((await store.rows(sql`SELECT 1 ${kept} LIMIT 1`)).length === 0) return null
  const name = `holdall_kept_${table.number}_${(made.count += 1)}`
  const keys = columns.flatMap((column, index) => [sql`${S}.${table.column(column)} AS ${ident(`o${index}`)}`, sql`${T}.${ident(column)} AS ${ident(`n${index}`)}`])
  const map = await store.tabulate(name, sql`SELECT ${join(keys)} ${kept}`, { table: table.table.target.id })
  await store.index(name, columns.map((_, index) => ident(`o${index}`)))
  return { sql: map, foreign: false }
}

/** What was found to be the same everywhere is looked at again, now that it is known which rows stay. */
export function reviewKeys({ keyMaps }: MergeState, id: string): void {
  for (const [name, map] of [...keyMaps]) if (map === null && (JSON.parse(name) as [string])[0] === id) keyMaps.delete(name)
}

/** Drops the maps of tables whose rows have got other keys since. */
export function forgetKeys({ keyMaps }: MergeState, ids: ReadonlySet<string>): void {
  for (const name of [...keyMaps.keys()]) if (ids.has((JSON.parse(name) as [string])[0])) keyMaps.delete(name)
}
