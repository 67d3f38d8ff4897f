import { sql } from '../sql.js'
import { all, isFound, S } from './aliases.js'
import { beside } from './beside.js'
import { knownRows, type NewRows } from './base-known-rows.js'
import type { BaseState } from './base-state.js'
import { matchGroups } from './match-groups.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { resolution } from './resolution.js'

/**
 * Finds for every base row the row of the target that it is, else the new row of the archive, and so what a base key means in
 * the target. The archive's own rows are all matched. A table without an identity waits until it is judged.
 */
export async function matchBase(state: MergeState, base: BaseState): Promise<void> {
  if (base.staged.size === 0) return
  for (const [id, staged] of base.staged) {
    const table = state.tables.get(id)
    const { rules, surrogates } = staged.table.identity
    const columns = [...new Set([...rules.flatMap((rule) => rule.columns), ...surrogates])]
    base.merge.tables.set(id, table === undefined || rules.length === 0 ? staged : await knownRows(state, table, staged, columns, await newRows(state, table, columns)))
  }
  await matchGroups(base.merge)
}

async function newRows(state: MergeState, table: MergeTable, columns: readonly string[]): Promise<NewRows> {
  const references = await resolution(state, table, columns)
  const matching = state.matchings.get(table.table.target.id) ?? { rule: null, matches: null, odd: null }
  // The rule may compare references, which the staging table has in terms of the archive: there only the matches tell.
  const staged = beside(table, matching.matches === null ? matching : { ...matching, rule: null }, table.staged)
  const odd = matching.odd === null ? [] : [sql`NOT EXISTS (SELECT 1 FROM ${matching.odd} o WHERE o.ordinal = ${S}.${table.ordinal})`]
  return { from: sql`${staged}${references.joins}`, where: all([sql`NOT ${S}.${table.stub}`, sql`NOT (${isFound(table)})`, ...odd]), value: (name) => references.value(name) }
}
