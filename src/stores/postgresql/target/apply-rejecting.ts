import { present } from '../../../errors/present.js'
import { badRow, isRowError } from '../../merge/is-row-error.js'
import { ACTION, type Action, type JudgedTable } from '../../merge/judged-table.js'
import type { Merge } from '../../merge/merge.js'
import type { BadRow } from '../../merge/reject-rows.js'
import { literal, sql, verbatim } from '../../sql.js'
import type { PendingWrite } from './pending-write.js'
import { databaseError, type Session } from './session.js'
import { writeStatement } from './write-statement.js'

export interface Applying {
  readonly apply: () => Promise<void>
  /** What is pending by now, group by group. */
  readonly writes: () => readonly (readonly PendingWrite[])[]
}

/**
 * Applies, leaving out the rows that cannot be written. Where one fails, all is taken back, the failing rows are found by halving,
 * and it begins again without them and without what refers to them.
 * @throws what no row is to blame for
 */
export async function applyRejecting(session: Session, merge: Merge, { apply, writes }: Applying): Promise<void> {
  await merge.rejectConflicts()
  for (;;) {
    try {
      await session.attempt(apply)
      return
    } catch (error) {
      if (!isRowError(error)) throw error
      let found = 0
      for (const [id, bad] of await failingRows(session, writes().flat(), error.place.table)) {
        await merge.reject(id, bad)
        found += bad.length
      }
      if (found === 0) throw error
    }
  }
}

class TakenBack extends Error {}

/** Every row that fails by itself, of the table named or of all, with the rows of its table before it written. */
async function failingRows(session: Session, writes: readonly PendingWrite[], id: string | undefined): Promise<ReadonlyMap<string, readonly BadRow[]>> {
  const found = new Map<string, readonly BadRow[]>()
  const suspects = writes.filter(({ relation }) => id === undefined || relation.id === id)
  for (const write of suspects.length > 0 ? suspects : writes) {
    const { judged, relation } = write
    if (judged === null) continue
    const bad: BadRow[] = []
    await session
      .attempt(async () => {
        if (judged.deletes > 0) await tryRange(session, { ...write, updates: 0, inserts: 0 }, judged, null)
        for (const action of [ACTION.update, ACTION.insert]) bad.push(...(await halve(session, write, judged, action, null)))
        throw new TakenBack()
      })
      .catch((error: unknown) => {
        if (!(error instanceof TakenBack)) throw error
      })
    if (bad.length > 0) found.set(relation.id, bad)
  }
  return found
}

interface Range {
  readonly from: bigint
  readonly to: bigint
}

async function halve(session: Session, write: PendingWrite, judged: JudgedTable, action: Action, within: Range | null): Promise<readonly BadRow[]> {
  const bounds = within === null ? sql`` : sql` AND ordinal BETWEEN ${verbatim(String(within.from))} AND ${verbatim(String(within.to))}`
  const [row] = await session.rows(sql`SELECT pg_catalog.min(ordinal), pg_catalog.max(ordinal), pg_catalog.count(*) FROM ${judged.verdicts} WHERE action = ${literal(action)}${bounds}`)
  const [first, last, count] = present(row)
  if (typeof first !== 'string' || typeof last !== 'string') return []
  const range = { from: BigInt(first), to: BigInt(last) }
  const part = action === ACTION.update ? { deletes: 0, inserts: 0, updates: Number(count) } : { deletes: 0, updates: 0, inserts: Number(count) }
  const error = await tryRange(session, { ...write, ...part }, judged, range)
  if (error === null) return []
  if (range.from === range.to) return [badRow(Number(range.from), error)]
  const middle = (range.from + range.to) / 2n
  const lower = await halve(session, write, judged, action, { from: range.from, to: middle })
  return [...lower, ...(await halve(session, write, judged, action, { from: middle + 1n, to: range.to }))]
}

/** What keeps the rows of the range from being written; null: they are. A reference that is checked while its row is still to come says nothing. */
async function tryRange(session: Session, write: PendingWrite, judged: JudgedTable, range: Range | null): Promise<Parameters<typeof badRow>[1] | null> {
  const verdicts = range === null ? judged.verdicts : sql`(SELECT * FROM ${judged.verdicts} WHERE ordinal BETWEEN ${verbatim(String(range.from))} AND ${verbatim(String(range.to))}) part`
  const statement = writeStatement([{ ...write, judged: { ...judged, verdicts } }])
  if (statement === null) return null
  try {
    await session.attempt(async () => session.rows(statement, [], { table: write.relation.id }))
    return null
  } catch (error) {
    if (databaseError(error)?.code === '23503') return null
    if (!isRowError(error)) throw error
    return error
  }
}
