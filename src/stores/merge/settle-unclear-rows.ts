import { sql, type Sql } from '../sql.js'
import { all, any, S } from './aliases.js'
import { matchMore } from './match-more.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { nulledColumns } from './nulled-columns.js'
import { matched } from './placed-rows.js'
import { resolution } from './resolution.js'
import { settleOddRows } from './settle-odd-rows.js'

/**
 * Rows whose match is anybody's guess are looked for by all that is in them: those of a table and of all it is in a circle with,
 * until no more is found, for each that is found tells what others refer to.
 */
export async function settleUnclearRows(state: MergeState, id: string): Promise<void> {
  const group = state.groups.find((ids) => ids.includes(id)) ?? [id]
  const tables = group.flatMap((each) => (state.judged.has(each) ? [] : (state.tables.get(each) ?? []))).filter(({ table }) => table.role === 'written')
  const seen = new Map<MergeTable, number>()
  let finds = 0
  for (let before = -1; before < finds; ) {
    before = finds
    for (const table of tables) {
      if ((seen.get(table) ?? 0) < finds && (await matchMore(state, table))) finds += 1
      seen.set(table, finds)
      const odd = state.matchings.get(table.table.target.id)?.odd ?? null
      if (odd !== null && (await settleTable(state, table, odd))) finds += 1
    }
  }
}

/**
 * So are rows whose identity says nothing because a reference in it was set to NULL; but they are no riddle: one that is not
 * there is new. Says whether any row was found.
 */
async function settleTable(state: MergeState, table: MergeTable, odd: Sql): Promise<boolean> {
  const place = { table: table.table.target.id }
  const nulled = await nulledRows(state, table)
  if (nulled !== null) await state.store.run(sql`INSERT INTO ${odd} SELECT q.ordinal, 'identity-null' FROM (${nulled}) q WHERE NOT EXISTS (SELECT 1 FROM ${odd} o WHERE o.ordinal = q.ordinal)`, place)
  const found = await settleOddRows(state, table)
  if (nulled !== null) await state.store.run(sql`DELETE FROM ${odd} WHERE reason = 'identity-null' AND ordinal IN (${nulled})`, place)
  return found
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
