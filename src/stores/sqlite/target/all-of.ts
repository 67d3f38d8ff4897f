import { sql, type Sql } from '../../sql.js'

/** All conditions together, as a balanced tree: SQLite allows no expression deeper than 1,000, and a table 2,000 columns. */
export function allOf(conditions: readonly Sql[]): Sql {
  const [first, second] = conditions
  if (first === undefined) return sql`TRUE`
  if (second === undefined) return first
  const half = conditions.length >> 1
  return sql`(${allOf(conditions.slice(0, half))} AND ${allOf(conditions.slice(half))})`
}
