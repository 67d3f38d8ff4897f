import { join, sql } from '../sql.js'
import { all, locatorNames, locatorOf, M, S, T } from './aliases.js'
import { identityRows } from './match-groups.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { takeOver } from './take-over.js'

/**
 * Matches rows whose identity refers to what was not known when the others were matched: those that were new until now. Says
 * whether there are any.
 */
export async function matchMore(state: MergeState, table: MergeTable): Promise<boolean> {
  const { store, made } = state
  const { target, identity } = table.table
  const { matches, odd } = state.matchings.get(target.id) ?? { matches: null, odd: null }
  if (matches === null) return false
  const place = { table: target.id }
  const names = locatorNames(table)
  const { rows } = await identityRows(state, table, new Set())
  const open = all([
    sql`NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${M}.ordinal = ${S}.${table.ordinal})`,
    sql`NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${M}.ordinal > 0 AND ${table.located(T, M)})`,
    ...(odd === null ? [] : [sql`NOT EXISTS (SELECT 1 FROM ${odd} o WHERE o.ordinal = ${S}.${table.ordinal})`]),
  ])
  let more = false
  for (const { columns } of identity.rules) {
    const name = `holdall_more_${table.number}_${(made.count += 1)}`
    const pairs = sql`SELECT ${S}.${table.ordinal} AS ordinal, ${locatorOf(table)} FROM ${rows} ${S} JOIN ${table.target} ${T} ON ${all(columns.map((column) => table.equal(column, S, T)))} WHERE ${open}`
    const found = await store.tabulate(name, sql`SELECT p.*, count(*) OVER (PARTITION BY ordinal) AS here, count(*) OVER (PARTITION BY ${join(names)}) AS there FROM (${pairs}) p`, place)
    if (odd !== null) await store.run(sql`INSERT INTO ${odd} SELECT DISTINCT ordinal, 'ambiguous' FROM ${found} WHERE here > 1 OR there > 1`, place)
    await store.run(sql`DELETE FROM ${found} WHERE here > 1 OR there > 1`, place)
    if ((await store.run(sql`INSERT INTO ${matches} SELECT ordinal, ${join(names)} FROM ${found}`, place)) === 0) continue
    more = true
    await takeOver(state, table, found)
  }
  return more
}
