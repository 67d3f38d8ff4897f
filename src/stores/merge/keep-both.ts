import { connectedComponents } from '../../schema/connected-components.js'
import { join, literal, sql, verbatim, type Sql } from '../sql.js'
import { isFound, S } from './aliases.js'
import { beside } from './beside.js'
import { marked, rowsToCopy, startCopying, type Copying } from './copying.js'
import { adoptCopies } from './adopt-copies.js'
import { findSame } from './find-same.js'
import { highestKnown } from './give-ids.js'
import { ACTION } from './judged-table.js'
import { markTaken } from './mark-taken.js'
import { COPY, type Copies, type MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { matchFreed, rematch } from './rematch.js'
import type { Pairing } from './pairing.js'

/**
 * Sets the rows that differ beside those of the target that they are. What refers to such a row in the archive follows the copy,
 * and may differ only for that. Tables of one cycle are worked on at once.
 */
export async function keepBoth(state: MergeState, tables: readonly MergeTable[]): Promise<void> {
  const group: Copying[] = []
  for (const table of inKeyOrder(tables)) {
    const started = await startCopying(state, table)
    if (started !== null) group.push(started)
  }
  let found = await findSame(state, group)
  while (await anyFreed(state, found)) found = await findSame(state, group)
  for (const pairing of found) await adoptCopies(state, pairing)
  for (const pairing of found) await copyDiffering(state, pairing)
  for (const pairing of found) {
    // A row whose key leads to a copy that is there may be there by it, and differ from that.
    if (await rematch(state, pairing.copying)) await copyDiffering(state, pairing)
    await markTaken(state, pairing.copying)
  }
}

async function anyFreed(state: MergeState, found: readonly Pairing[]): Promise<boolean> {
  let any = false
  for (const pairing of found) if (await matchFreed(state, pairing)) any = true
  return any
}

/** Tables whose keys are part of others' come first: by then it is known what these are. */
function inKeyOrder(tables: readonly MergeTable[]): readonly MergeTable[] {
  const order = connectedComponents(
    tables.map(({ table: { target, identity, references } }) => {
      const keys = new Set([...(target.primaryKey?.columns ?? []), ...target.uniques.flatMap(({ columns }) => columns), ...identity.rules.flatMap(({ columns }) => columns)])
      return { id: target.id, targets: references.filter(({ columns, place }) => place.kind === 'columns' && columns.some((name) => keys.has(name))).map(({ parent }) => parent) }
    }),
  )
  return order.flat().flatMap((id) => tables.find(({ table }) => table.target.id === id) ?? [])
}

/** Makes copies of the rows that are matched and were not found to be the same. */
async function copyDiffering(state: MergeState, { copying, pairs }: Pairing): Promise<void> {
  const { table, plan, copies, matches } = copying
  const { store } = state
  const rows = await rowsToCopy(state, copying)
  const done = sql`EXISTS (SELECT 1 FROM ${pairs} q WHERE q.ordinal = ${S}.${table.ordinal}) OR EXISTS (SELECT 1 FROM ${copies.sql} w WHERE w.ordinal = ${S}.${table.ordinal})`
  const differing = sql`FROM ${beside(table, { rule: null, matches, odd: null }, rows)} WHERE ${isFound(table)} AND NOT (${done})`
  if ((await store.rows(sql`SELECT 1 ${differing} LIMIT 1`)).length === 0) return
  // A key that holds references may be free by what they lead to now; any other row is marked at once.
  const first = plan.mayBeFree ? 0 : 1
  const values: Sql[] = []
  for (const { column, kind } of plan.fresh) {
    const number = async (): Promise<Sql> => sql`${verbatim(String(await highestKnown(state, table, column)))} + row_number() OVER (ORDER BY ${S}.${table.ordinal})`
    values.push(table.value(column, kind === 'uuid' ? store.randomUuid : await number()))
  }
  for (const column of plan.marks) values.push(marked(table, column, sql`${first}`))
  await store.run(sql`INSERT INTO ${copies.sql} SELECT ${join([sql`${S}.${table.ordinal}`, sql`${first}`, sql`${COPY.fresh}`, ...values])} ${differing}`, { table: table.table.target.id })
}

/** Verdicts on copies: inserted beside the row they differ from, there already, or in want of a key. */
export async function judgeCopies({ store }: MergeState, verdicts: Sql, copies: Copies): Promise<void> {
  const add = async (kind: string, action: string, reason: Sql, state: number): Promise<void> => {
    await store.run(sql`INSERT INTO ${verdicts} (ordinal, class, action, reason) SELECT ordinal, ${literal(kind)}, ${literal(action)}, ${reason} FROM ${copies.sql} WHERE state = ${state}`)
  }
  await store.run(sql`DELETE FROM ${verdicts} WHERE ordinal IN (SELECT ordinal FROM ${copies.sql})`)
  await add('new', ACTION.insert, sql`NULL`, COPY.fresh)
  await add('conflicting', ACTION.none, literal('key-taken'), COPY.impossible)
}
