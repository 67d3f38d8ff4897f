import { ident, join, sql, type Sql } from '../sql.js'
import { all, S } from './aliases.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { resolution, type Check } from './resolution.js'

/** Staged rows without stubs in terms of the target's ids. */
export interface ResolvedRows {
  /** For FROM; the staging table itself where nothing moves. */
  readonly rows: Sql
  /** References that may lead nowhere. */
  readonly checks: readonly Check[]
  /** The temporary table of `ordinal` and, as `lost0`, `lost1`, …, 1 where the row refers by that check to nothing; null: there is no check. */
  readonly lost: Sql | null
}

/**
 * What differs from the staging table is written down, narrow as it is, and set beside it: the wide columns are not copied.
 * `among`: a condition on `s`, when only some rows are wanted.
 */
export async function resolveRows(state: MergeState, table: MergeTable, among?: Sql): Promise<ResolvedRows> {
  const columns = table.table.columns.map(({ target }) => target.name)
  const references = await resolution(state, table, columns, { checked: state.unresolved.mode !== 'skip' })
  const wanted = all([sql`NOT ${S}.${table.stub}`, ...(among === undefined ? [] : [among])])
  if (references.joins.text === '') return { rows: table.stubs === 0 && among === undefined ? table.staged : sql`(SELECT * FROM ${table.staged} ${S} WHERE ${wanted})`, checks: [], lost: null }
  const values = new Map(columns.map((name) => [name, references.value(name)]))
  const moved = columns.filter((name) => values.get(name)?.text !== sql`${S}.${table.column(name)}`.text)
  const lost = references.checks.map((check, index) => sql`CASE WHEN ${check.lost} THEN 1 ELSE 0 END AS ${ident(`lost${index}`)}`)
  const name = `holdall_resolved_${table.number}_${(state.made.count += 1)}`
  const fresh = moved.map((column) => sql`${values.get(column) ?? sql`NULL`} AS ${table.column(column)}`)
  const query = sql`SELECT ${join([sql`${S}.${table.ordinal} AS ordinal`, ...fresh, ...lost])} FROM ${table.staged} ${S}${references.joins} WHERE ${wanted}`
  const narrow = await state.store.tabulateRows(name, query, { table: table.table.target.id })
  const shown = columns.map((column) => sql`${moved.includes(column) ? N : S}.${table.column(column)} AS ${table.column(column)}`)
  return {
    rows: sql`(SELECT ${join([...[table.ordinal, table.stub].map((each) => sql`${S}.${each} AS ${each}`), ...shown])} FROM ${narrow} ${N} JOIN ${table.staged} ${S} ON ${S}.${table.ordinal} = ${N}.ordinal)`,
    checks: references.checks,
    lost: lost.length === 0 ? null : narrow,
  }
}

const N = ident('narrow')
