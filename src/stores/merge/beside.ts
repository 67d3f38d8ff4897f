import { sql, type Sql } from '../sql.js'
import { all, M, S, T } from './aliases.js'
import type { Matching } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/** FROM item that sets rows `s` of the staging table's shape beside the rows `t` of the target that they are, or NULLs. */
export function beside(table: MergeTable, { rule, matches }: Matching, rows: Sql): Sql {
  if (rule !== null) return sql`${rows} ${S} LEFT JOIN ${table.target} ${T} ON ${all(rule.map((name) => table.equal(name, S, T)))}`
  return sql`${rows} ${S} LEFT JOIN ${matches ?? sql``} ${M} ON ${M}.ordinal = ${S}.${table.ordinal} LEFT JOIN ${table.target} ${T} ON ${table.located(T, M)}`
}
