import { ident, join, sql, type Sql } from '../sql.js'
import { all, C, locatorNames, locatorOf, M, S, T } from './aliases.js'
import { rowsToCopy, type Copying } from './copying.js'
import type { MergeState } from './merge-state.js'
import type { Pairing } from './pairing.js'

/**
 * Of several rules one may tell another row than the row of the target that is kept for the first: what has its copy beside that needs
 * it no more, and the other one is in need of a copy as well. Says whether there are any.
 */
export async function matchFreed(state: MergeState, { copying, rows, pairs }: Pairing): Promise<boolean> {
  const { table, matches } = copying
  if (table.table.identity.rules.length < 2) return false
  const name = `holdall_held_${table.number}_${(state.made.count += 1)}`
  const names = locatorNames(table)
  const own = sql`EXISTS (SELECT 1 FROM ${pairs} q WHERE q.ordinal = ${M}.ordinal AND q.own = 1)`
  const held = await state.store.tabulate(name, sql`SELECT ${join(names.map((column) => sql`${M}.${column}`))} FROM ${matches} ${M} LEFT JOIN ${rows} ${S} ON ${S}.${table.ordinal} = ${M}.ordinal WHERE ${S}.${table.ordinal} IS NULL OR ${own}`)
  await state.store.index(name, names)
  return matchOpen(state, copying, held)
}

/** New rows whose identity leads to a copy may be there since an earlier import. Says whether any are. */
export async function rematch(state: MergeState, copying: Copying): Promise<boolean> {
  return matchOpen(state, copying, copying.matches)
}

/** Matches rows that are not matched with what is not `held`. */
async function matchOpen(state: MergeState, copying: Copying, held: Sql): Promise<boolean> {
  const { table, matches, copies } = copying
  const { store } = state
  const { rules, surrogates } = table.table.identity
  const names = locatorNames(table)
  const rows = await rowsToCopy(state, copying)
  const odd = state.matchings.get(table.table.target.id)?.odd ?? null
  const plain = odd === null ? sql`1 = 1` : sql`NOT EXISTS (SELECT 1 FROM ${odd} o WHERE o.ordinal = ${S}.${table.ordinal})`
  let found = 0
  for (const { columns } of rules) {
    const pairs = await store.tabulate(
      `holdall_rematch_${table.number}_${(state.made.count += 1)}`,
      sql`SELECT ${S}.${table.ordinal} AS ordinal, ${locatorOf(table)} FROM ${rows} ${S} JOIN ${table.target} ${T} ON ${all(columns.map((column) => table.equal(column, S, T)))}
        WHERE NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${M}.ordinal = ${S}.${table.ordinal}) AND NOT EXISTS (SELECT 1 FROM ${held} ${M} WHERE ${table.located(T, M)}) AND ${plain}`,
    )
    const counted = sql`(SELECT p.*, count(*) OVER (PARTITION BY ordinal) AS here, count(*) OVER (PARTITION BY ${join(names)}) AS there FROM ${pairs} p) x`
    found += await store.run(sql`INSERT INTO ${matches} SELECT ordinal, ${join(names)} FROM ${counted} WHERE here = 1 AND there = 1`)
  }
  const ids = state.ids.get(table.table.target.id)
  if (found === 0 || ids === undefined) return found > 0
  const values = surrogates.map((column, index) => sql`${ident(`n${index}`)} = ${T}.${ident(column)}`)
  await store.run(
    sql`UPDATE ${ids} AS w SET ${join(values)} FROM ${matches} ${M} JOIN ${table.target} ${T} ON ${table.located(T, M)} WHERE ${M}.ordinal = w.ordinal AND NOT EXISTS (SELECT 1 FROM ${copies.sql} ${C} WHERE ${C}.ordinal = w.ordinal)`,
  )
  return true
}
