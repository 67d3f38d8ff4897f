import { literal, sql, type Sql } from '../sql.js'
import { V } from './aliases.js'
import type { Choices } from './choices.js'
import { judgedRows } from './judged-rows.js'
import { ACTION, type JudgedTable } from './judged-table.js'
import type { MergeState } from './merge-state.js'
import { sameRow } from './same-row.js'

/**
 * Settles conflicts as they were decided: `ours` leaves the target as it is, `theirs` overwrites the row that is there, and
 * inserts one whose identity says nothing or too much. A row whose key is taken can only be left out.
 */
export async function settleConflicts({ store }: MergeState, judged: Omit<JudgedTable, 'inserts' | 'updates' | 'deletes'>, { sql: choices, otherwise }: Choices): Promise<void> {
  const { verdicts, merge } = judged
  const place = { table: merge.table.target.id }
  const chosen = sql`COALESCE((SELECT c.choice FROM ${choices} c WHERE c.ordinal = w.ordinal AND c.field = ''), ${literal(otherwise ?? '')})`
  const open = sql`w.class = ${literal('conflicting')} AND w.ordinal IS NOT NULL`
  const exists = sql`w.reason = ${literal('exists')}`
  const guess = sql`w.reason IN (${literal('ambiguous')}, ${literal('identity-null')})`
  const become = async (condition: Sql, kind: string, action: string): Promise<void> => {
    await store.run(sql`UPDATE ${verdicts} AS w SET class = ${literal(kind)}, action = ${literal(action)}, reason = NULL WHERE ${open} AND ${condition}`, place)
  }
  // A row that is the same on both sides is a conflict only as long as nobody has said which it shall be.
  await store.run(
    sql`DELETE FROM ${verdicts} AS w WHERE ${open} AND ${exists} AND ${chosen} <> '' AND w.ordinal IN (SELECT ${V}.ordinal FROM ${judgedRows(judged)} WHERE ${sameRow(merge)})`,
    place,
  )
  await become(sql`${exists} AND ${chosen} = ${literal('theirs')}`, 'changed', ACTION.update)
  await become(sql`${guess} AND ${chosen} = ${literal('theirs')}`, 'new', ACTION.insert)
  await become(sql`${chosen} = ${literal('ours')}`, 'kept', ACTION.none)
}
