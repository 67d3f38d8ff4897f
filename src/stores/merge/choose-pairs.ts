import { present } from '../../errors/present.js'
import { ident, join, sql, type Sql } from '../sql.js'
import { locatorNames } from './aliases.js'
import type { MergeState } from './merge-state.js'
import { dropUnlike, type Pairing } from './pairing.js'

/**
 * Leaves at most one pair for each row, on both sides, and such that hold each other up. Where several rows are alike, what was chosen
 * for one may decide the others: so pairs are tried together, those that stand are kept, and the rest is looked at again.
 */
export async function choosePairs(state: MergeState, pairings: readonly Pairing[]): Promise<void> {
  while (await anyDoubts(state, pairings)) {
    const tried: Pairing[] = []
    for (const each of pairings) tried.push({ ...each, pairs: await firstChoice(state, each) })
    await dropUnlike(state, tried)
    let settled = 0
    for (const [at, each] of pairings.entries()) settled += await settle(state, each, present(tried[at]).pairs)
    if (settled === 0) await settleOne(state, pairings)
    await dropUnlike(state, pairings)
  }
}

/** Settles a single pair among those in doubt. */
async function settleOne(state: MergeState, pairings: readonly Pairing[]): Promise<void> {
  for (const pairing of pairings) {
    const { table } = pairing.copying
    const names = locatorNames(table)
    const counted = sql`(SELECT q.*, count(*) OVER (PARTITION BY ordinal) AS here, count(*) OVER (PARTITION BY ${join(names)}) AS there FROM ${pairing.pairs} q) x`
    const name = `holdall_one_${table.number}_${(state.made.count += 1)}`
    const one = await state.store.tabulate(name, sql`SELECT ordinal, ${join(names)} FROM ${counted} WHERE here > 1 OR there > 1 ORDER BY own DESC, ordinal, n, ${join(names)} LIMIT 1`)
    if ((await settle(state, pairing, one)) > 0) return
  }
}

/** Some row is in several pairs. */
async function anyDoubts({ store }: MergeState, pairings: readonly Pairing[]): Promise<boolean> {
  for (const { copying, pairs } of pairings) {
    for (const side of [sql`ordinal`, join(locatorNames(copying.table))]) {
      if ((await store.rows(sql`SELECT 1 FROM ${pairs} GROUP BY ${side} HAVING count(*) > 1 LIMIT 1`)).length > 0) return true
    }
  }
  return false
}

/** One pair for each row: by its identity, else of rows with the same choices the first takes the first, the second the second. */
async function firstChoice({ store, made }: MergeState, { copying: { table }, pairs }: Pairing): Promise<Sql> {
  const names = locatorNames(table)
  const name = `holdall_chosen_${table.number}_${(made.count += 1)}`
  const order = sql`own DESC, n, ${join(names)}`
  const ranked = sql`(SELECT q.*, row_number() OVER (PARTITION BY ordinal ORDER BY ${order}) AS choice, count(*) OVER (PARTITION BY ordinal) AS choices FROM ${pairs} q)`
  const firsts = sql`(SELECT ordinal, row_number() OVER (PARTITION BY ${join(names)} ORDER BY ordinal) AS nth FROM ${ranked} r WHERE choice = 1)`
  const chosen = sql`(SELECT r.ordinal, r.own, r.n, ${join(names.map((column) => sql`r.${column}`))}, row_number() OVER (PARTITION BY ${join(names.map((column) => sql`r.${column}`))} ORDER BY r.ordinal) AS taker FROM ${ranked} r JOIN ${firsts} f ON f.ordinal = r.ordinal WHERE r.choice = CASE WHEN f.nth > r.choices THEN 1 ELSE f.nth END)`
  const firstPairs = await store.tabulate(name, sql`SELECT ordinal, own, n, ${join(names)} FROM ${chosen} x WHERE taker = 1`)
  await store.index(name, [ident('ordinal')])
  return firstPairs
}

/** Drops what contradicts these pairs; says how many pairs that were. */
async function settle({ store }: MergeState, { copying: { table }, pairs }: Pairing, chosen: Sql): Promise<number> {
  const names = locatorNames(table)
  const alike = (one: Sql, other: Sql): Sql => join(names.map((name) => sql`${one}.${name} = ${other}.${name}`), ' AND ')
  const [W, D] = [ident('w'), ident('d')]
  const same = sql`SELECT 1 FROM ${chosen} ${D} WHERE ${D}.ordinal = ${W}.ordinal AND ${alike(D, W)}`
  const touched = sql`EXISTS (SELECT 1 FROM ${chosen} ${D} WHERE ${D}.ordinal = ${W}.ordinal) OR EXISTS (SELECT 1 FROM ${chosen} ${D} WHERE ${alike(D, W)})`
  return store.run(sql`DELETE FROM ${pairs} AS ${W} WHERE (${touched}) AND NOT EXISTS (${same})`, { table: table.table.target.id })
}
