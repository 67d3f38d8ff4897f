import { ident, join, sql, type Sql } from '../sql.js'
import { locatorNames, M, S, T } from './aliases.js'
import { matchWhole } from './match-whole.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { resolveRows } from './resolve-rows.js'
import { rewriteInner } from './rewrite-inner.js'
import { comparedColumns } from './same-row.js'
import { takeOver } from './take-over.js'

/**
 * Rows whose identity says nothing, or too much, are nobody's guess – but one that is there already with all it holds needs
 * none: it is the same, whatever ids both have. Of several alike the one with its very ids is meant. Rows of the target that
 * others match are out of reach. Says whether any was found.
 */
export async function settleOddRows(state: MergeState, table: MergeTable): Promise<boolean> {
  const { store, matchings } = state
  const { id } = table.table.target
  const { odd, matches } = matchings.get(id) ?? { odd: null, matches: null }
  if (odd === null || matches === null || (await store.rows(sql`SELECT 1 FROM ${odd} LIMIT 1`, { table: id })).length === 0) return false
  await rewriteInner(state, table)
  const { rows } = await resolveRows(state, table, isIn(odd, table))
  const same = table.table.identity.surrogates.length > 0 && (await settleEqual(state, table, { odd, matches, rows: withOwnIds(table, rows), columns: writtenColumns(table) }))
  return (await settleEqual(state, table, { odd, matches, rows, columns: comparedColumns(table) })) || same
}

interface Equal {
  readonly odd: Sql
  readonly matches: Sql
  readonly rows: Sql
  /** What is compared. */
  readonly columns: readonly string[]
}

async function settleEqual(state: MergeState, table: MergeTable, { odd, matches, rows, columns }: Equal): Promise<boolean> {
  const { store } = state
  const place = { table: table.table.target.id }
  const amongThere = sql`NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${M}.ordinal > 0 AND ${table.located(T, M)})`
  const found = await matchWhole(state, table, { purpose: 'equal', columns, rows, among: isIn(odd, table), amongThere })
  if ((await store.rows(sql`SELECT 1 FROM ${found} LIMIT 1`, place)).length === 0) return false
  await store.run(sql`INSERT INTO ${matches} SELECT ordinal, ${join(locatorNames(table))} FROM ${found}`, place)
  await store.run(sql`DELETE FROM ${odd} WHERE ordinal IN (SELECT ordinal FROM ${found})`, place)
  await takeOver(state, table, found)
  return true
}

const isIn = (odd: Sql, table: MergeTable): Sql => sql`EXISTS (SELECT 1 FROM ${odd} o WHERE o.ordinal = ${S}.${table.ordinal})`
const writtenColumns = ({ table }: MergeTable): readonly string[] => table.columns.map(({ target }) => target.name)

/** The rows with the surrogates that they have in the archive, for FROM. */
function withOwnIds(table: MergeTable, rows: Sql): Sql {
  const { surrogates } = table.table.identity
  const values = writtenColumns(table).map((name) => sql`${surrogates.includes(name) ? S : ident('r')}.${table.column(name)} AS ${table.column(name)}`)
  return sql`(SELECT ${join([sql`${S}.${table.ordinal} AS ${table.ordinal}`, ...values])} FROM ${rows} r JOIN ${table.staged} ${S} ON ${S}.${table.ordinal} = r.${table.ordinal})`
}
