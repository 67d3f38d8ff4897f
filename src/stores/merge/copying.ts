import { ident, join, sql, type Sql } from '../sql.js'
import { all, isFound, locatorNames, locatorOf, S } from './aliases.js'
import { beside } from './beside.js'
import { copyPlan, type CopyPlan } from './copy-plan.js'
import { forgetKeys } from './forget-keys.js'
import { COPY, type Copies, type Matching, type MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { notLeftOut } from './placed-rows.js'
import { resolveRows } from './resolve-rows.js'

/** A table whose differing rows are set beside those of the target. */
export interface Copying {
  readonly table: MergeTable
  readonly plan: CopyPlan
  readonly copies: Copies
  /** Every row with the row of the target that it is now: at first the one it matched, later the copy it was found to be. */
  readonly matches: Sql
}

/** Null for a table without an identity: its rows never differ from one they are. */
export async function startCopying(state: MergeState, table: MergeTable): Promise<Copying | null> {
  const { store } = state
  const id = table.table.target.id
  const matching = state.matchings.get(id)
  if (matching === undefined) return null
  const plan = copyPlan(table)
  const values = [...plan.fresh.map(({ column }) => sql`${S}.${table.column(column)}`), ...plan.marks.map((column) => marked(table, column, sql`1`))]
  const columns = [sql`${S}.${table.ordinal} AS ordinal`, sql`1 AS n`, sql`${COPY.fresh} AS state`, ...values.map((value, index) => sql`${value} AS ${ident(`v${index}`)}`)]
  const name = `holdall_copies_${table.number}`
  const made = await store.tabulate(name, sql`SELECT ${join(columns)} FROM ${table.staged} ${S} WHERE 1 = 0`)
  await store.index(name, [ident('ordinal')])
  const matches = matching.matches ?? (await writeMatches(state, table, matching))
  state.matchings.set(id, { rule: null, matches, odd: matching.odd })
  const copies = { sql: made, moving: [...plan.fresh.map(({ column }) => column), ...plan.marks] }
  state.copies.set(id, copies)
  return { table, plan, copies, matches }
}

/** From here on rows move, so what they match by a rule is written down. */
async function writeMatches(state: MergeState, table: MergeTable, matching: Matching): Promise<Sql> {
  const name = `holdall_matched_${table.number}`
  const matches = await state.store.tabulate(name, sql`SELECT ${S}.${table.ordinal} AS ordinal, ${locatorOf(table)} FROM ${beside(table, matching, (await resolveRows(state, table)).rows)} WHERE ${isFound(table)}`)
  await state.store.index(name, [ident('ordinal')])
  await state.store.index(name, locatorNames(table))
  return matches
}

/** The text of `s` with the mark of the copy's number. */
export function marked(table: MergeTable, column: string, n: Sql): Sql {
  return table.value(column, sql`${S}.${table.column(column)} || CASE WHEN ${n} = 0 THEN '' WHEN ${n} = 1 THEN ' (imported)' ELSE ' (imported ' || ${n} || ')' END`)
}

/** The rows that may be copied, in terms of the target as far as it is known by now. */
export async function rowsToCopy(state: MergeState, { table }: Copying): Promise<Sql> {
  forgetKeys(state, new Set(state.copies.keys()))
  const conditions = notLeftOut(state, table)
  return (await resolveRows(state, table, conditions.length === 0 ? undefined : all(conditions))).rows
}
