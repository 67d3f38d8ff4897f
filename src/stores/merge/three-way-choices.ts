import type { TableResolutions } from '../import-table.js'
import { ident, join, literal, sql, type Sql } from '../sql.js'
import { T, V, locatorNames } from './aliases.js'
import { sameLocator } from './base-known-rows.js'
import type { Choices } from './choices.js'
import { ACTION } from './judged-table.js'
import type { MergeState } from './merge-state.js'
import { comparedColumns } from './same-row.js'
import { keyColumns } from './tally-verdicts.js'
import type { ThreeWayTable } from './three-way-table.js'
import { allSame, MERGED } from './three-way-columns.js'

/**
 * Settles conflicts as they were decided. Where both sides changed a column, the decision is about the columns in conflict, and
 * about columns that it names; the others are merged as ever. A row that one side deleted is there as a whole or not, so a
 * decision by columns leaves it in conflict.
 */
export async function settleThreeWay(state: MergeState, merge: ThreeWayTable, decided: TableResolutions['rows'], choices: Choices): Promise<void> {
  await settleColumns(state, merge, decided, choices)
  await settleDeletedHere(state, merge, choices)
  await settleDeletedThere(state, merge, choices)
}

async function settleColumns({ store }: MergeState, { table, verdicts }: ThreeWayTable, decided: TableResolutions['rows'], { sql: choices, otherwise }: Choices): Promise<void> {
  const place = { table: table.table.target.id }
  const open = sql`w.reason = 'both-changed'`
  // A column that is named is decided for good: what was chosen before is no conflict any more, and must not come back.
  const there = sql`(${open} OR (w.class IN ('changed', 'kept') AND w.ordinal IS NOT NULL))`
  const columns = comparedColumns(table)
  const letter = sql`CASE WHEN c.choice = 'theirs' THEN ${literal(MERGED.theirs)} ELSE ${literal(MERGED.ours)} END`
  for (const name of new Set(decided.flatMap(({ resolution }) => (typeof resolution === 'string' ? [] : Object.keys(resolution))))) {
    const at = columns.indexOf(name) + 1
    if (at === 0) continue
    await store.run(
      sql`UPDATE ${verdicts} AS w SET merged = substr(w.merged, 1, ${at - 1}) || ${letter} || substr(w.merged, ${at + 1}) FROM ${choices} c
        WHERE c.ordinal = w.ordinal AND c.field = ${literal(name)} AND ${there} AND substr(w.merged, ${at}, 1) <> ${literal(MERGED.same)}`,
      place,
    )
  }
  const fill = (side: Sql): Sql => sql`replace(w.merged, ${literal(MERGED.conflict)}, CASE WHEN ${side} = 'theirs' THEN ${literal(MERGED.theirs)} ELSE ${literal(MERGED.ours)} END)`
  // Columns that a decision by columns does not name stay ours.
  const whole = sql`(SELECT ordinal, min(CASE WHEN field = '' THEN choice ELSE 'ours' END) AS choice FROM ${choices} GROUP BY ordinal) c`
  await store.run(sql`UPDATE ${verdicts} AS w SET merged = ${fill(sql`c.choice`)} FROM ${whole} WHERE c.ordinal = w.ordinal AND ${open}`, place)
  if (otherwise !== null) await store.run(sql`UPDATE ${verdicts} AS w SET merged = ${fill(literal(otherwise))} WHERE ${open} AND w.merged LIKE ${literal(`%${MERGED.conflict}%`)}`, place)
  const taken = sql`w.merged LIKE ${literal(`%${MERGED.theirs}%`)}`
  await store.run(
    sql`UPDATE ${verdicts} AS w SET class = CASE WHEN ${taken} THEN 'changed' ELSE 'kept' END, action = CASE WHEN ${taken} THEN ${literal(ACTION.update)} ELSE ${literal(ACTION.none)} END, reason = NULL
      WHERE ${there} AND w.merged NOT LIKE ${literal(`%${MERGED.conflict}%`)} AND w.merged <> ${literal(allSame(table))}`,
    place,
  )
}

async function settleDeletedHere({ store }: MergeState, { table, verdicts }: ThreeWayTable, { sql: choices, otherwise }: Choices): Promise<void> {
  const place = { table: table.table.target.id }
  const open = sql`w.reason = 'deleted-here'`
  const become = (side: Sql): Sql => sql`class = CASE WHEN ${side} = 'theirs' THEN 'new' ELSE 'kept' END, action = CASE WHEN ${side} = 'theirs' THEN ${literal(ACTION.insert)} ELSE ${literal(ACTION.none)} END, reason = NULL`
  await store.run(sql`UPDATE ${verdicts} AS w SET ${become(sql`c.choice`)} FROM ${choices} c WHERE c.ordinal = w.ordinal AND c.field = '' AND ${open}`, place)
  if (otherwise === null) return
  await store.run(sql`UPDATE ${verdicts} AS w SET ${become(literal(otherwise))} WHERE ${open} AND NOT EXISTS (SELECT 1 FROM ${choices} c WHERE c.ordinal = w.ordinal)`, place)
}

/** Rows that the archive lacks are named by their keys. Two that look alike, as long keys are cut short, are none's to decide. */
async function settleDeletedThere(state: MergeState, { table, verdicts }: ThreeWayTable, { sql: choices, otherwise }: Choices): Promise<void> {
  const { store } = state
  const place = { table: table.table.target.id }
  const open = sql`w.reason = 'deleted-there'`
  if ((await store.rows(sql`SELECT 1 FROM ${verdicts} AS w WHERE ${open} LIMIT 1`, place)).length === 0) return
  const names = locatorNames(table)
  const lost = await store.tabulate(
    `holdall_lost_${table.number}`,
    sql`SELECT ${join(names.map((name) => sql`${V}.${name}`))}, ${store.asText(table.keyTextThere(keyColumns({ merge: table }), T))} AS row_key FROM ${verdicts} ${V} JOIN ${table.target} ${T} ON ${table.located(T, V)} WHERE ${V}.reason = 'deleted-there'`,
    place,
  )
  const counted = sql`(SELECT ${join(names)}, row_key, count(*) OVER (PARTITION BY row_key) AS n FROM ${lost}) g`
  const chosen = sql`(SELECT ${join(names.map((name) => sql`g.${name}`))}, g.n, c.field, COALESCE(c.choice, ${literal(otherwise ?? '')}) AS choice FROM ${counted} LEFT JOIN ${choices} c ON c.ordinal = 0 AND c.row_key = g.row_key) d`
  await store.run(
    sql`UPDATE ${verdicts} AS w SET class = CASE WHEN d.choice = 'theirs' THEN 'deleted' ELSE 'kept' END, action = CASE WHEN d.choice = 'theirs' THEN ${literal(ACTION.delete)} ELSE ${literal(ACTION.none)} END, reason = NULL
      FROM ${chosen} WHERE ${sameLocator(state, table, ident('w'), ident('d'))} AND ${open} AND d.choice <> '' AND (d.field IS NULL OR (d.field = '' AND d.n = 1))`,
    place,
  )
  // A row of the target alone that stays is none of the archive's: nothing is told of it.
  await store.run(sql`DELETE FROM ${verdicts} WHERE class = 'kept' AND ordinal IS NULL`, place)
}
