import { ident, join, sql, type Sql } from '../sql.js'
import { forgetKeys } from './forget-keys.js'
import { locatorNames, M, S, T } from './aliases.js'
import type { Matching, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { matchWhole } from './match-whole.js'

/**
 * Rows whose identity says nothing, or too much, are nobody's guess – but one that is there already with all it holds needs
 * none: it is the same, whatever ids both have. Rows of the target that others match are out of reach.
 */
export async function settleOddRows(state: MergeState, table: MergeTable, matching: Matching, rows: Sql): Promise<void> {
  const { surrogates } = table.table.identity
  await settleEqual(state, table, matching, rows, table.table.columns.map(({ target }) => target.name).filter((name) => !surrogates.includes(name)))
}

async function settleEqual(state: MergeState, table: MergeTable, { odd, matches }: Matching, rows: Sql, columns: readonly string[]): Promise<void> {
  if (odd === null || matches === null) return
  const { store } = state
  const { id } = table.table.target
  const place = { table: id }
  if ((await store.rows(sql`SELECT 1 FROM ${odd} LIMIT 1`, place)).length === 0) return
  const found = await matchWhole(state, table, {
    purpose: 'equal',
    columns,
    rows,
    among: sql`EXISTS (SELECT 1 FROM ${odd} o WHERE o.ordinal = ${S}.${table.ordinal})`,
    amongThere: sql`NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${table.located(T, M)})`,
  })
  if ((await store.rows(sql`SELECT 1 FROM ${found} LIMIT 1`, place)).length === 0) return
  await store.run(sql`INSERT INTO ${matches} SELECT ordinal, ${join(locatorNames(table))} FROM ${found}`, place)
  await store.run(sql`DELETE FROM ${odd} WHERE ordinal IN (SELECT ordinal FROM ${found})`, place)
  await takeOver(state, table, found)
}

/** The rows found give their surrogates; identities that lead to these rows were compared by other ids. */
async function takeOver(state: MergeState, table: MergeTable, found: Sql): Promise<void> {
  const { store } = state
  const { id } = table.table.target
  const ids = state.ids.get(id)
  if (ids === undefined) return
  const { surrogates } = table.table.identity
  await store.run(sql`DELETE FROM ${ids} WHERE ordinal IN (SELECT ordinal FROM ${found})`, { table: id })
  const given = surrogates.map((_, index) => ident(`g${index}`))
  await store.run(
    sql`INSERT INTO ${ids} (ordinal, ${join(given)}) SELECT ${M}.ordinal, ${join(surrogates.map((name) => sql`${T}.${ident(name)}`))} FROM ${found} ${M} JOIN ${table.target} ${T} ON ${table.located(T, M)}`,
    { table: id },
  )
  forgetKeys(state, new Set([id]))
  state.moved.add(id)
}
