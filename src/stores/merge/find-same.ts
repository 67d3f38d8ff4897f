import { ident, join, sql } from '../sql.js'
import { all, isFound, locatorNames, locatorOf, S, T } from './aliases.js'
import { beside } from './beside.js'
import { addCandidates } from './add-candidates.js'
import { choosePairs } from './choose-pairs.js'
import { rowsToCopy, type Copying } from './copying.js'
import type { MergeState } from './merge-state.js'
import { parentLinks } from './parent-links.js'
import { comparedColumns } from './same-row.js'
import { dropUnlike, sameBesidesLinks, type Pairing } from './pairing.js'

/**
 * Finds the rows that are in the target already with all they say: those that their identity tells, and copies that an earlier import
 * made. References among the tables lead to what their rows are found to be, so all are looked for together. Gives what was found;
 * every other row that is matched differs.
 */
export async function findSame(state: MergeState, group: readonly Copying[]): Promise<readonly Pairing[]> {
  const pairings: Pairing[] = []
  for (const copying of group) pairings.push(await ownPairs(state, copying, group))
  await dropUnlike(state, pairings)
  // What is the same by itself stays so. The rest may be held up by copies.
  for (const [at, pairing] of pairings.entries()) {
    await addCandidates(state, pairing, pairings.slice(0, at))
    await addOwn(state, pairing)
  }
  await dropUnlike(state, pairings)
  await choosePairs(state, pairings)
  return pairings
}

async function ownPairs(state: MergeState, copying: Copying, group: readonly Copying[]): Promise<Pairing> {
  const { store, made } = state
  const { table } = copying
  const rows = await rowsToCopy(state, copying)
  const links = await parentLinks(state, table, group)
  const name = `holdall_pairs_${table.number}_${(made.count += 1)}`
  const columns = sql`${S}.${table.ordinal} AS ordinal, 1 AS own, 0 AS n, ${locatorOf(table)}`
  const pairs = await store.tabulate(name, sql`SELECT ${columns} FROM ${table.staged} ${S}, ${table.target} ${T} WHERE 1 = 0`)
  await store.index(name, [ident('ordinal')])
  const pairing = { copying, rows, links, pairs }
  await addOwn(state, pairing)
  return pairing
}

/** Adds pairs by identity, of rows that have none. */
async function addOwn({ store }: MergeState, { copying: { table, matches }, rows, links, pairs }: Pairing): Promise<void> {
  const names = join(locatorNames(table))
  const open = sql`NOT EXISTS (SELECT 1 FROM ${pairs} q WHERE q.ordinal = ${S}.${table.ordinal} AND q.own = 1)`
  const own = sql`SELECT ${S}.${table.ordinal}, 1, 0, ${locatorOf(table)} FROM ${beside(table, { rule: null, matches, odd: null }, rows)} WHERE ${all([isFound(table), open, sameBesidesLinks(table, links, comparedColumns(table))])}`
  await store.run(sql`INSERT INTO ${pairs} (ordinal, own, n, ${names}) ${own}`, { table: table.table.target.id })
}
