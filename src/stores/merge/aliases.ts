import { ident, join, sql, type Sql } from '../sql.js'
import type { MergeTable } from './merge-table.js'

/** Aliases of every query of the merge: a staged row, the row of the target it is, its match, its ids, its verdict, its copy. */
export const S = ident('s')
export const T = ident('t')
export const M = ident('m')
export const I = ident('i')
export const V = ident('v')
export const C = ident('c')

/** `l0`, `l1`, …: where the locator of a target's row stands in temporary tables. */
export const locatorNames = ({ locator }: MergeTable): readonly Sql[] => locator.map((_, index) => ident(`l${index}`))

/** The locator of `t` under those names. */
export function locatorOf(table: MergeTable): Sql {
  return join(table.locator.map((column, index) => sql`${T}.${column} AS ${ident(`l${index}`)}`))
}

/** True where a row of the target was found. */
export function isFound(table: MergeTable): Sql {
  return sql`${T}.${table.locator[0] ?? ident('ctid')} IS NOT NULL`
}

/** All conditions together, as a balanced tree: SQLite allows no expression deeper than 1,000, and a table 2,000 columns. */
export function all(conditions: readonly Sql[]): Sql {
  return tree(conditions, sql`AND`, sql`1 = 1`)
}

/** At least one of the conditions. */
export function any(conditions: readonly Sql[]): Sql {
  return tree(conditions, sql`OR`, sql`1 = 0`)
}

/** Texts one behind the other, as a balanced tree for the same reason. */
export function concatenated(texts: readonly Sql[]): Sql {
  return tree(texts, sql`||`, sql`''`)
}

function tree(conditions: readonly Sql[], operator: Sql, nothing: Sql): Sql {
  const [first, second] = conditions
  if (first === undefined) return nothing
  if (second === undefined) return first
  const half = conditions.length >> 1
  return sql`(${tree(conditions.slice(0, half), operator, nothing)} ${operator} ${tree(conditions.slice(half), operator, nothing)})`
}
