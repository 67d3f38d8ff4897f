import { present } from '../../errors/present.js'
import { sql, type Sql } from '../sql.js'
import { all, M, S, T } from './aliases.js'
import type { Matching, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/**
 * How resolved rows are found by their surrogates, where all of them have their final ones: those of the row that they are, or such as no row of
 * the target has. Numbers are found faster than natural keys, and mostly lie in the order of the rows.
 */
export function byIds({ ids, copies }: MergeState, table: MergeTable, matching: Matching): Matching {
  const { id } = table.table.target
  const { surrogates } = table.table.identity
  const known = matching.rule !== null && matching.matches === null && ids.has(id) && !copies.has(id) && table.isKey(surrogates)
  return known ? { ...matching, rule: surrogates } : matching
}

/** FROM item that sets rows `s` of the staging table's shape beside the rows `t` of the target that they are, or NULLs. */
export function beside(table: MergeTable, { rule, matches }: Matching, rows: Sql): Sql {
  if (rule !== null) return sql`${rows} ${S} LEFT JOIN ${table.target} ${T} ON ${all(rule.map((name) => table.equal(name, S, T)))}`
  return sql`${rows} ${S} LEFT JOIN ${present(matches)} ${M} ON ${M}.ordinal = ${S}.${table.ordinal} LEFT JOIN ${table.target} ${T} ON ${table.located(T, M)}`
}
