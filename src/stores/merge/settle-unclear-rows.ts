import { sql, type Sql } from '../sql.js'
import { all, any, S } from './aliases.js'
import type { Matching, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { nulledColumns } from './nulled-columns.js'
import { matched } from './placed-rows.js'
import { resolution } from './resolution.js'
import { settleOddRows } from './settle-odd-rows.js'

/**
 * Rows whose match is anybody's guess are looked for by all that is in them. So are those whose identity says nothing because a
 * reference in it was set to NULL; but they are no riddle: one that is not there is new.
 */
export async function settleUnclearRows(state: MergeState, table: MergeTable, matching: Matching, rows: Sql): Promise<void> {
  const { odd } = matching
  const nulled = odd === null ? null : await nulledRows(state, table)
  if (odd === null || nulled === null) return settleOddRows(state, table, matching, rows)
  const place = { table: table.table.target.id }
  await state.store.run(sql`INSERT INTO ${odd} SELECT q.ordinal, 'identity-null' FROM (${nulled}) q WHERE NOT EXISTS (SELECT 1 FROM ${odd} o WHERE o.ordinal = q.ordinal)`, place)
  await settleOddRows(state, table, matching, rows)
  await state.store.run(sql`DELETE FROM ${odd} WHERE reason = 'identity-null' AND ordinal IN (${nulled})`, place)
}

/** Rows that no row of the target is, with a reference in their identity that was set to NULL; null where there is no such reference. */
async function nulledRows(state: MergeState, table: MergeTable): Promise<Sql | null> {
  if (state.unresolved.mode !== 'null') return null
  const columns = [...new Set(table.table.identity.rules.flatMap((rule) => rule.columns))]
  const { joins, checks } = await resolution(state, table, columns, { checked: true })
  const nulled = checks.filter(({ reference }) => nulledColumns(table, reference).some((name) => columns.includes(name)))
  if (nulled.length === 0) return null
  const conditions = all([sql`NOT ${S}.${table.stub}`, any(nulled.map(({ lost }) => lost)), sql`NOT ${matched(state, table)}`])
  return sql`SELECT ${S}.${table.ordinal} AS ordinal FROM ${table.staged} ${S}${joins} WHERE ${conditions}`
}
