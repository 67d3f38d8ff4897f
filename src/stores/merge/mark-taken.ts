import { ident, join, sql } from '../sql.js'
import { all, C, S } from './aliases.js'
import { marked, rowsToCopy, type Copying } from './copying.js'
import { COPY, type MergeState } from './merge-state.js'

/** Gives copies whose key is taken the next mark, until all keys are free; those that have nothing to mark can have none. */
export async function markTaken(state: MergeState, copying: Copying): Promise<void> {
  while (await markOnce(state, copying));
}

async function markOnce(state: MergeState, copying: Copying): Promise<boolean> {
  const { table, plan, copies } = copying
  const { store } = state
  const place = { table: table.table.target.id }
  const U = ident('u')
  const copy = sql`EXISTS (SELECT 1 FROM ${copies.sql} ${C} WHERE ${C}.ordinal = ${S}.${table.ordinal} AND ${C}.state = ${COPY.fresh})`
  if ((await store.rows(sql`SELECT 1 FROM ${copies.sql} WHERE state = ${COPY.fresh} LIMIT 1`)).length === 0) return false
  const rows = await rowsToCopy(state, copying)
  const clashes = plan.keys.map(({ columns, marked: markable }) => {
    const there = sql`EXISTS (SELECT 1 FROM ${table.target} ${U} WHERE ${all(columns.map((column) => table.equal(column, S, U)))})`
    // Of rows that are marked alike the first keeps its mark, or they would go on being alike.
    const nth = sql`row_number() OVER (PARTITION BY ${join(columns.map((column) => table.grouped(column, S)))} ORDER BY CASE WHEN ${copy} THEN 1 ELSE 0 END, ${S}.${table.ordinal})`
    const given = all(columns.map((column) => sql`${S}.${table.column(column)} IS NOT NULL`))
    return sql`SELECT x.ordinal, ${markable ? 1 : 0} AS markable FROM (SELECT ${S}.${table.ordinal} AS ordinal, CASE WHEN ${copy} THEN 1 ELSE 0 END AS copy, CASE WHEN ${there} THEN 1 ELSE 0 END AS there, CASE WHEN ${given} THEN ${nth} ELSE 1 END AS nth FROM ${rows} ${S}) x WHERE x.copy = 1 AND (x.there = 1 OR x.nth > 1)`
  })
  if (clashes.length === 0) return false
  const name = `holdall_clash_${table.number}_${(state.made.count += 1)}`
  const taken = await store.tabulate(name, join(clashes, ' UNION ALL '), place)
  await store.index(name, [ident('ordinal')])
  const values = plan.marks.map((column, index) => sql`${ident(`v${plan.fresh.length + index}`)} = ${marked(table, column, sql`(w.n + 1)`)}`)
  const next = sql`UPDATE ${copies.sql} AS w SET ${join([sql`n = w.n + 1`, ...values])} FROM ${table.staged} ${S} WHERE ${S}.${table.ordinal} = w.ordinal AND w.ordinal IN (SELECT ordinal FROM ${taken} WHERE markable = 1)`
  if (plan.marks.length > 0 && (await store.run(next, place)) > 0) return true
  // It is no copy then: what refers to it means the row that is there.
  const none = copies.moving.map((_, index) => sql`${ident(`v${index}`)} = NULL`)
  await store.run(sql`UPDATE ${copies.sql} SET ${join([sql`state = ${COPY.impossible}`, ...none])} WHERE ordinal IN (SELECT ordinal FROM ${taken})`, place)
  return false
}
