import { ident, join, sql, type Sql } from '../sql.js'
import { all, any, C, locatorNames, locatorOf, M, S, T } from './aliases.js'
import { marked, rowsOfLevel, type Copying } from './copying.js'
import { COPY, type MergeState } from './merge-state.js'
import { matchWhole } from './match-whole.js'
import type { MergeTable } from './merge-table.js'
import { comparedColumns } from './same-row.js'

/**
 * Finds copies that an earlier import made, by all that is in them, and marks what is not free, until every copy of the level is
 * found, has a key of its own, or can have none. Says whether any was found. `cycle`: rows of the level refer to each other, so what
 * they refer to is as unknown as they are, and all else has to tell.
 */
export async function findCopies(state: MergeState, copying: Copying, level: Sql, cycle: boolean): Promise<boolean> {
  const { table, plan, copies, matches } = copying
  const { store } = state
  const place = { table: table.table.target.id }
  const fresh = new Set(plan.fresh.map(({ column }) => column))
  const open = sql`EXISTS (SELECT 1 FROM ${copies.sql} ${C} WHERE ${C}.ordinal = ${S}.${table.ordinal} AND ${C}.state = ${COPY.fresh})`
  for (let found = false; ; ) {
    const rows = await rowsOfLevel(state, copying, level)
    if ((await store.rows(sql`SELECT 1 FROM ${rows} ${S} WHERE ${open} LIMIT 1`, place)).length === 0) return found
    const unknown = new Set(table.table.references.flatMap(({ columns, parent, place }) => (place.kind === 'columns' && (cycle ? state.copies.has(parent) : parent === table.table.target.id) ? columns : [])))
    const known = comparedColumns(table).filter((name) => !fresh.has(name))
    const among = cycle ? open : all([open, refersToItself(state, table)])
    const amongThere = sql`NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${table.located(T, M)})`
    const settledOnes = await matchWhole(state, table, { purpose: 'again', columns: known, rows, among: open, amongThere })
    const circular = (await store.rows(sql`SELECT 1 FROM ${settledOnes} LIMIT 1`, place)).length === 0 && unknown.size > 0
    const again = circular ? await matchWhole(state, table, { purpose: 'circular', columns: known.filter((name) => !unknown.has(name)), rows, among, amongThere }) : settledOnes
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

/** The row `s` refers to itself. */
function refersToItself({ store }: MergeState, table: MergeTable): Sql {
  const loops = table.table.references.filter(({ parent, place }) => parent === table.table.target.id && place.kind === 'columns')
  return any(loops.map(({ columns, parentColumns }) => all(columns.map((name, index) => sql`${store.asText(sql`${S}.${table.column(name)}`)} = ${store.asText(sql`${S}.${table.column(parentColumns[index] ?? name)}`)}`))))
}

/** Gives copies whose key is taken the next mark; those that have nothing to mark can have no key. Says whether any got a mark. */
async function markTaken(state: MergeState, { table, plan, copies }: Copying, rows: Sql): Promise<boolean> {
  const { store } = state
  const place = { table: table.table.target.id }
  const name = `holdall_clash_${table.number}_${(state.made.count += 1)}`
  const U = ident('u')
  const copy = sql`EXISTS (SELECT 1 FROM ${copies.sql} ${C} WHERE ${C}.ordinal = ${S}.${table.ordinal} AND ${C}.state = ${COPY.fresh})`
  const clashes = plan.keys.map(({ columns, marked: markable }) => {
    const there = sql`EXISTS (SELECT 1 FROM ${table.target} ${U} WHERE ${all(columns.map((column) => table.equal(column, S, U)))})`
    // Two copies of the level may be marked alike.
    const here = sql`count(*) OVER (PARTITION BY ${join(columns.map((column) => table.grouped(column, S)))})`
    const given = all(columns.map((column) => sql`${S}.${table.column(column)} IS NOT NULL`))
    return sql`SELECT x.ordinal, ${markable ? 1 : 0} AS markable FROM (SELECT ${S}.${table.ordinal} AS ordinal, CASE WHEN ${copy} THEN 1 ELSE 0 END AS copy, CASE WHEN ${there} THEN 1 ELSE 0 END AS there, CASE WHEN ${given} THEN ${here} ELSE 1 END AS here FROM ${rows} ${S}) x WHERE x.copy = 1 AND (x.there = 1 OR x.here > 1)`
  })
  if (clashes.length === 0) return false
  const taken = await store.tabulate(name, join(clashes, ' UNION ALL '), place)
  await store.index(name, [ident('ordinal')])
  await store.run(sql`UPDATE ${copies.sql} SET state = ${COPY.impossible} WHERE ordinal IN (SELECT ordinal FROM ${taken} WHERE markable = 0)`, place)
  const values = plan.marks.map((column, index) => sql`${ident(`v${plan.fresh.length + index}`)} = ${marked(table, column, sql`(w.n + 1)`)}`)
  const next = sql`UPDATE ${copies.sql} AS w SET ${join([sql`n = w.n + 1`, ...values])} FROM ${table.staged} ${S} WHERE ${S}.${table.ordinal} = w.ordinal AND w.ordinal IN (SELECT ordinal FROM ${taken} WHERE markable = 1)`
  return plan.marks.length > 0 && (await store.run(next, place)) > 0
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
