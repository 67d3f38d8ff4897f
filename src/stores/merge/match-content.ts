import { sql, type Sql } from '../sql.js'
import { holdFormer } from './hold-former.js'
import { matchWhole } from './match-whole.js'
import type { Matching, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { resolveRows } from './resolve-rows.js'

/** A table without an identity: the whole row is compared, now that its references are in terms of the target. */
export async function matchByContent(state: MergeState, table: MergeTable, rows: Sql): Promise<Matching> {
  const matching = await compare(state, table, rows)
  const former = state.formers.get(table.table.target.id)
  if (former !== undefined) await holdFormer(state, table, former, matching)
  return matching
}

/**
 * A row that refers to one with a copy beside it follows the copy, and is another row by that. The one it was stays beside it, so it has to
 * be known before any copy is made where rows are deleted that the archive lacks.
 */
export async function matchFormer(state: MergeState): Promise<void> {
  for (const table of state.tables.values()) {
    const { target, identity, references, strategy, prune, role } = table.table
    const follows = references.some(({ parent }) => state.tables.get(parent)?.table.strategy === 'keep-both')
    if (identity.rules.length > 0 || role !== 'written' || !follows || (strategy !== 'replace' && !prune)) continue
    state.formers.set(target.id, await compare(state, table, (await resolveRows(state, table)).rows))
  }
  // The keys that were looked up are not the last word.
  if (state.formers.size > 0) state.keyMaps.clear()
}

async function compare(state: MergeState, table: MergeTable, rows: Sql): Promise<Matching> {
  const always = sql`1 = 1`
  const columns = table.table.columns.map(({ target }) => target.name)
  return { rule: null, matches: await matchWhole(state, table, { purpose: 'match', columns, rows, among: always, amongThere: always }), odd: null }
}
