import { ident, sql, type Sql } from '../sql.js'
import { all, M, S, T } from './aliases.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/** Conditions on staged rows `s` that hold no NULL in these columns. */
export function whole(table: MergeTable, columns: readonly string[]): readonly Sql[] {
  return columns.map((name) => sql`${S}.${table.column(name)} IS NOT NULL`)
}

/** Conditions on staged rows `s` that have, or will have, a place in the target: stubs and rows that are not written only where they are there. */
export function placed(state: MergeState, table: MergeTable): readonly Sql[] {
  const written = table.table.role === 'written'
  if (written && table.stubs === 0) return notGone(state, table)
  const there = matched(state, table)
  return [written ? sql`(NOT ${S}.${table.stub} OR ${there})` : there, ...notGone(state, table)]
}

/** Conditions on staged rows `s` that were not left out, or are in the target all the same. */
export function notGone({ unresolved }: MergeState, table: MergeTable): readonly Sql[] {
  const gone = unresolved.gone.get(table.table.target.id)
  return gone === undefined ? [] : [sql`NOT EXISTS (SELECT 1 FROM ${gone} g WHERE g.ordinal = ${S}.${table.ordinal})`]
}

/** The staged row `s` is a row of the target. */
export function matched({ matchings }: MergeState, table: MergeTable): Sql {
  const matching = matchings.get(table.table.target.id)
  if (matching === undefined) return sql`1 = 0`
  if (matching.matches !== null) return sql`EXISTS (SELECT 1 FROM ${matching.matches} ${M} WHERE ${M}.ordinal = ${S}.${table.ordinal})`
  return sql`EXISTS (SELECT 1 FROM ${table.target} ${T} WHERE ${all((matching.rule ?? []).map((name) => table.equal(name, S, T)))})`
}

/** Conditions on staged rows `s` that are not left out, whatever became of them. */
export function notLeftOut({ unresolved }: MergeState, table: MergeTable): readonly Sql[] {
  const leftOut = unresolved.leftOut.get(table.table.target.id)
  return leftOut === undefined ? [] : [sql`NOT EXISTS (SELECT 1 FROM ${leftOut} ${ident('w')} WHERE ${ident('w')}.ordinal = ${S}.${table.ordinal})`]
}
