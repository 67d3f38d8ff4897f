import { present } from '../../../errors/present.js'
import type { ConflictRow, ImportTable, RejectedRow, Verdict } from '../../import-table.js'
import { createMerge, type Merge } from '../../merge/merge.js'
import type { JudgeOptions, RowsAgain } from '../../store.js'
import { mergeStore } from './merge-store.js'
import { mergeTable } from './merge-table.js'
import type { ImportSession } from './session.js'

/** Hands all that is staged over to the merge. @throws ROW_REFUSED, SCHEMA_UNSUPPORTED, INTERRUPTED */
export async function matchTables(session: ImportSession, groups: readonly (readonly ImportTable[])[], again: RowsAgain | null): Promise<void> {
  session.again = again
  session.merge = createMerge(mergeStore(session), session.options.unresolved)
  for (const staged of session.staged.values()) session.merge.add(mergeTable(session, staged))
  for (const staged of session.bases.values()) session.merge.addBase(mergeTable(session, staged))
  for (const [id, bad] of session.bad) await session.merge.reject(id, bad)
  await session.merge.match(groups)
}

/** @throws REFERENCE_UNRESOLVED, INTERRUPTED */
export async function judgeTable(session: ImportSession, table: ImportTable, options: JudgeOptions): Promise<Verdict> {
  return mergeOf(session, table).judge(table.target.id, options)
}

export function conflictsOf(session: ImportSession, table: ImportTable): AsyncIterable<ConflictRow> {
  return mergeOf(session, table).conflicts(table.target.id)
}

export async function tallyOf(session: ImportSession, table: ImportTable, examples: number): Promise<Verdict> {
  return mergeOf(session, table).tally(table.target.id, examples)
}

export function rejectsOf(session: ImportSession, table: ImportTable): AsyncIterable<RejectedRow> {
  return mergeOf(session, table).rejects(table.target.id)
}

function mergeOf({ merge }: ImportSession, table: ImportTable): Merge {
  return present(merge, 'nothing was matched yet', { table: table.target.id })
}
