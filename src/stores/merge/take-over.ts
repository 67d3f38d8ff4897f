import { ident, join, sql, type Sql } from '../sql.js'
import { M, T } from './aliases.js'
import { forgetKeys } from './forget-keys.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/** The rows found give their surrogates; identities that lead to these rows were compared by other ids. */
export async function takeOver(state: MergeState, table: MergeTable, found: Sql): Promise<void> {
  const { store } = state
  const { id } = table.table.target
  const ids = state.ids.get(id)
  if (ids === undefined) return
  const { surrogates } = table.table.identity
  await store.run(sql`DELETE FROM ${ids} WHERE ordinal IN (SELECT ordinal FROM ${found})`, { table: id })
  const given = surrogates.map((_, index) => ident(`n${index}`))
  await store.run(
    sql`INSERT INTO ${ids} (ordinal, ${join(given)}) SELECT ${M}.ordinal, ${join(surrogates.map((name) => sql`${T}.${ident(name)}`))} FROM ${found} ${M} JOIN ${table.target} ${T} ON ${table.located(T, M)}`,
    { table: id },
  )
  forgetKeys(state, new Set([id]))
  state.moved.add(id)
}
