import { ident, join, sql, type Sql } from '../sql.js'
import { all, any, C, locatorNames, locatorOf, M, S, T } from './aliases.js'
import { marked, rowsOfLevel, type Copying } from './copying.js'
import { COPY, type MergeState } from './merge-state.js'
import { matchWhole } from './match-whole.js'
import { comparedColumns } from './same-row.js'

/**
 * Finds copies that an earlier import made, by all that is in them, and marks what is not free, until every copy of the level is
 * found, has a key of its own, or can have none. Says whether any was found.
 */
export async function findCopies(state: MergeState, copying: Copying, level: Sql): Promise<boolean> {
  const { table, plan, copies, matches } = copying
  const { store } = state
  const place = { table: table.table.target.id }
  const fresh = new Set(plan.fresh.map(({ column }) => column))
  const open = sql`EXISTS (SELECT 1 FROM ${copies.sql} ${C} WHERE ${C}.ordinal = ${S}.${table.ordinal} AND ${C}.state = ${COPY.fresh})`
  for (let found = false; ; ) {
    const rows = await rowsOfLevel(state, copying, level)
    if ((await store.rows(sql`SELECT 1 FROM ${rows} ${S} WHERE ${open} LIMIT 1`, place)).length === 0) return found
    const again = await matchWhole(state, table, {
      purpose: 'again',
      columns: comparedColumns(table).filter((name) => !fresh.has(name)),
      rows,
      among: open,
      amongThere: sql`NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${table.located(T, M)})`,
    })
    const values = copies.moving.map((name, index) => sql`${ident(`v${index}`)} = ${T}.${ident(name)}`)
    const here = await store.run(
      sql`UPDATE ${copies.sql} AS w SET ${join([sql`state = ${COPY.there}`, ...values])} FROM ${again} ${M} JOIN ${table.target} ${T} ON ${table.located(T, M)} WHERE ${M}.ordinal = w.ordinal`,
      place,
    )
    if (here > 0) {
      found = true
      // It is the row of the archive from now on. The one it differs from stays out of the reach of others.
      await store.run(sql`UPDATE ${matches} SET ordinal = -ordinal WHERE ordinal IN (SELECT ordinal FROM ${again})`, place)
      await store.run(sql`INSERT INTO ${matches} SELECT ordinal, ${join(locatorNames(table))} FROM ${again}`, place)
    }
    if (!(await markTaken(state, copying, rows))) return found
  }
}

/** Gives copies whose key is taken the next mark; those that have nothing to mark can have no key. Says whether any got a mark. */
async function markTaken({ store }: MergeState, { table, plan, copies }: Copying, rows: Sql): Promise<boolean> {
  const place = { table: table.table.target.id }
  const [O, U] = [ident('o'), ident('u')]
  const taken = (columns: readonly string[]): Sql =>
    any([
      sql`EXISTS (SELECT 1 FROM ${table.target} ${U} WHERE ${all(columns.map((name) => table.equal(name, S, U)))})`,
      sql`EXISTS (SELECT 1 FROM ${rows} ${O} WHERE ${all([sql`${O}.${table.ordinal} <> ${S}.${table.ordinal}`, ...columns.map((name) => table.sameStaged(name, S, O))])})`,
    ])
  const ofRows = (condition: Sql): Sql => sql`SELECT ${S}.${table.ordinal} FROM ${rows} ${S} JOIN ${copies.sql} ${C} ON ${C}.ordinal = ${S}.${table.ordinal} AND ${C}.state = ${COPY.fresh} WHERE ${condition}`
  const stuck = plan.keys.filter(({ marked: markable }) => !markable).map(({ columns }) => taken(columns))
  if (stuck.length > 0) await store.run(sql`UPDATE ${copies.sql} SET state = ${COPY.impossible} WHERE ordinal IN (${ofRows(any(stuck))})`, place)
  const markable = plan.keys.filter(({ marked: each }) => each).map(({ columns }) => taken(columns))
  if (markable.length === 0) return false
  const values = plan.marks.map((name, index) => sql`${ident(`v${plan.fresh.length + index}`)} = ${marked(table, name, sql`(w.n + 1)`)}`)
  const next = sql`UPDATE ${copies.sql} AS w SET ${join([sql`n = w.n + 1`, ...values])} FROM ${table.staged} ${S} WHERE ${S}.${table.ordinal} = w.ordinal AND w.ordinal IN (${ofRows(any(markable))})`
  return (await store.run(next, place)) > 0
}

/** New rows whose identity leads to a copy may be there since an earlier import. */
export async function rematch(state: MergeState, copying: Copying, level: Sql): Promise<void> {
  const { table, matches, copies } = copying
  const { store } = state
  const { rules, surrogates } = table.table.identity
  const names = locatorNames(table)
  const rows = await rowsOfLevel(state, copying, level)
  let found = 0
  for (const { columns } of rules) {
    const pairs = await store.tabulate(
      `holdall_rematch_${table.number}_${(state.made.count += 1)}`,
      sql`SELECT ${S}.${table.ordinal} AS ordinal, ${locatorOf(table)} FROM ${rows} ${S} JOIN ${table.target} ${T} ON ${all(columns.map((column) => table.equal(column, S, T)))}
        WHERE NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${M}.ordinal = ${S}.${table.ordinal}) AND NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${table.located(T, M)})`,
    )
    const counted = sql`(SELECT p.*, count(*) OVER (PARTITION BY ordinal) AS here, count(*) OVER (PARTITION BY ${join(names)}) AS there FROM ${pairs} p) x`
    found += await store.run(sql`INSERT INTO ${matches} SELECT ordinal, ${join(names)} FROM ${counted} WHERE here = 1 AND there = 1`)
  }
  const ids = state.ids.get(table.table.target.id)
  if (found === 0 || ids === undefined) return
  const values = surrogates.map((column, index) => sql`${ident(`g${index}`)} = ${T}.${ident(column)}`)
  await store.run(
    sql`UPDATE ${ids} AS w SET ${join(values)} FROM ${matches} ${M} JOIN ${table.target} ${T} ON ${table.located(T, M)} WHERE ${M}.ordinal = w.ordinal AND NOT EXISTS (SELECT 1 FROM ${copies.sql} ${C} WHERE ${C}.ordinal = w.ordinal)`,
  )
}
