import { identityOrder } from '../../schema/identity-order.js'
import type { Sql } from '../sql.js'
import { join, sql } from '../sql.js'
import { S } from './aliases.js'
import { giveIds, takeIds } from './give-ids.js'
import { alikeColumns, isAlike, matchAlike, refuseAlikeInCircle } from './match-alike.js'
import { forgetKeys } from './forget-keys.js'
import { matchByKey, ruleMatcher, type IdentityRows, type RuleMatcher } from './match-table.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { keyMap, resolution } from './resolution.js'

/**
 * Matches all staged tables in the order in which their identities need each other, and gives every new row its ids. A table
 * without an identity waits for its references: the whole row is compared.
 */
export async function matchGroups(state: MergeState): Promise<void> {
  const nodes = [...state.tables.values()].map((table) => ({
    id: table.table.target.id,
    rules: isAlike(table) ? [{ columns: alikeColumns(state, table) }] : table.table.identity.rules,
    references: table.table.references.filter(({ place }) => place.kind === 'columns'),
  }))
  for (const { tables, byLevel } of identityOrder(nodes)) {
    const group = tables.flatMap((id) => state.tables.get(id) ?? []).filter(({ table }) => table.identity.rules.length > 0)
    if (byLevel) refuseAlikeInCircle(group)
    if (byLevel) await matchByLevel(state, group)
    else for (const table of group) await matchAtOnce(state, table)
  }
}

/** A table whose identity needs none of its own rows. */
export async function matchAtOnce(state: MergeState, table: MergeTable): Promise<void> {
  const rows = await identityRows(state, table, new Set())
  let matching = isAlike(table) ? await matchAlike(state, table, rows) : await matchByKey(state, table, rows)
  if (matching === null) {
    const matcher = await ruleMatcher(state, table)
    await matcher.match(rows.rows, 0)
    matching = await matcher.finish()
  }
  state.matchings.set(table.table.target.id, matching)
  await giveIds(state, table, matching)
}

/**
 * Identities that need rows of the group itself: first the rows that need none, then those that need these, until no more is
 * found. A row whose identity leads to a new row is new.
 */
async function matchByLevel(state: MergeState, group: readonly MergeTable[]): Promise<void> {
  const ids = new Set(group.map(({ table }) => table.target.id))
  const matchers = new Map<MergeTable, RuleMatcher>()
  for (const table of group) {
    const matcher = await ruleMatcher(state, table)
    matchers.set(table, matcher)
    await matcher.matchLoops()
    await takeIds(state, table, { rule: null, matches: matcher.matches, odd: null }, 0)
  }
  for (let round = 1; ; round += 1) {
    let found = 0
    for (const [table, matcher] of matchers) found += await matcher.match((await identityRows(state, table, ids)).rows, round)
    if (found === 0) break
    forgetKeys(state, ids)
    for (const [table, matcher] of matchers) await takeIds(state, table, { rule: null, matches: matcher.matches, odd: null }, round)
  }
  forgetKeys(state, ids)
  for (const [table, matcher] of matchers) {
    const matching = await matcher.finish()
    state.matchings.set(table.table.target.id, matching)
    await giveIds(state, table, matching)
  }
}

/** `strict`: tables whose keys are not all known yet. A reference that leads nowhere counts as none, unless such keys are kept as they are. */
export async function identityRows(state: MergeState, table: MergeTable, strict: ReadonlySet<string>): Promise<IdentityRows> {
  const { rules, surrogates } = table.table.identity
  const columns = [...new Set(isAlike(table) ? [...alikeColumns(state, table), ...surrogates] : rules.flatMap((rule) => rule.columns))]
  const { mode } = state.unresolved
  const references = await resolution(state, table, columns, { strict: mode === 'keep' ? strict : new Set(state.tables.keys()), checked: mode === 'null', before: true })
  if (references.links.length === 0 && references.checks.length === 0) return { rows: table.staged, resolved: false, former: false }
  const values = columns.map((name): Sql => sql`${references.value(name)} AS ${table.column(name)}`)
  const rows = await state.store.tabulate(
    `holdall_identity_${table.number}_${(state.made.count += 1)}`,
    sql`SELECT ${S}.${table.ordinal} AS ${table.ordinal}, ${S}.${table.stub} AS ${table.stub}, ${join(values)} FROM ${table.staged} ${S}${references.joins}`,
    { table: table.table.target.id },
  )
  let former = false
  for (const { reference, map } of references.links) {
    const parent = state.tables.get(reference.parent)
    if (parent !== undefined && (await keyMap(state, parent, reference.parentColumns)) !== map) former = true
  }
  return { rows, resolved: true, former }
}
