import { HoldallError } from '../../../errors/holdall-error.js'
import { present } from '../../../errors/present.js'
import type { ImportTable } from '../../import-table.js'
import { openAlways } from './always-identity.js'
import { movesReferencedKeys, refuseCascades } from './cascades.js'
import type { PendingWrite } from './pending-write.js'
import type { Prepared } from './prepare.js'
import type { HeldStatements } from './held-statements.js'
import type { Relation } from './relation.js'
import type { Session } from './session.js'
import { clashesInPassing, restoreUnique, takeUniqueAside, type HeldUnique } from './uniques-aside.js'
import { expectedCounts, writeStatement } from './write-statement.js'

export interface Applied {
  /** To be undone in `settle`. */
  readonly uniques: readonly HeldUnique[]
  readonly identities: readonly HeldStatements[]
}

/**
 * Writes what is pending, group by group in the order given. Where rows that references point to are deleted or change
 * their keys while the references stay in place, all groups are one statement: the server then looks at the end only.
 * @throws CONSTRAINT_VIOLATED, REFERENCE_UNRESOLVED, CONFLICT
 */
export async function applyWrites(session: Session, prepared: Prepared, groups: readonly (readonly PendingWrite[])[], whole: boolean, onTable: (table: ImportTable) => void): Promise<Applied> {
  const writes = new Map(groups.flat().map((write) => [write.relation.id, write]))
  const { references } = prepared
  let together = whole
  if (references.how === 'in-place') {
    await refuseCascades(session, references.keys, writes)
    together ||= await movesReferencedKeys(session, references.keys, writes)
  }
  const identities: HeldStatements[] = []
  const opened: PendingWrite[][] = []
  for (const group of groups) {
    const each: PendingWrite[] = []
    for (const write of group) {
      const { write: open, held } = await openAlways(session, write)
      if (held !== null) identities.push(held)
      each.push(open)
    }
    opened.push(each)
  }
  const statements = together ? [opened.flat()] : opened
  const uniques: HeldUnique[] = []
  for (;;) {
    try {
      await session.attempt(async () => {
        for (const group of statements) await write(session, prepared, group)
      })
      break
    } catch (error) {
      const held = clashesInPassing(error) ? await takeUniqueAside(session, error, exchanging(opened.flat())) : null
      if (held === null) throw error
      uniques.push(held)
    }
  }
  for (const each of opened.flat()) onTable(each.table)
  return { uniques, identities }
}

export async function undoApplied(session: Session, applied: Applied): Promise<void> {
  for (const held of applied.uniques) await restoreUnique(session, held)
  for (const held of applied.identities) for (const statement of held.restore) await session.run(statement, { table: held.label })
}

/** Only among updated rows of one table can a value pass from one to another and stand twice on the way. */
function exchanging(writes: readonly PendingWrite[]): readonly Relation[] {
  return writes.filter((write) => write.updates > 1).map((write) => write.relation)
}

async function write(session: Session, prepared: Prepared, group: readonly PendingWrite[]): Promise<void> {
  const statement = writeStatement(group)
  if (statement === null) return
  const [only, ...others] = group
  const place = only === undefined || others.length > 0 ? {} : { table: only.relation.id }
  const [row] = await session.rows(statement, [], place)
  // A trigger that fires may well keep a row from being written.
  if (prepared.firing) return
  const expected = expectedCounts(group)
  const written = present(row).map(Number)
  if (expected.some((count, index) => written[index] !== count)) {
    throw new HoldallError('VERIFICATION_FAILED', { store: session.store, ...place, message: `${expected.join(', ')} rows were to be deleted, updated and inserted, the database did ${written.join(', ')}` })
  }
}
