import { mapError } from '../map-error.js'
import { checkReferences } from './broken-references.js'
import { createVerbatim } from './create-verbatim.js'
import { putKeysBack } from './keys-aside.js'
import { moveSequences } from './move-sequences.js'
import { rebuildSearchIndexes } from './search-indexes.js'
import { nextTurn, throwIfAborted, type HeldObject, type ImportSession } from './session.js'

/**
 * Puts back what was held until the rows were there, then checks. Returns what the user should know, one sentence each.
 * @throws REFERENCE_UNRESOLVED, CONSTRAINT_VIOLATED, INTERRUPTED
 */
export async function settleImport(session: ImportSession): Promise<readonly string[]> {
  const of = (...kinds: readonly HeldObject['kind'][]): readonly HeldObject[] => session.held.filter(({ kind }) => kinds.includes(kind))
  for (const keys of session.keysAside) {
    throwIfAborted(session)
    putKeysBack(session, keys)
    await nextTurn()
  }
  for (const index of of('index')) {
    throwIfAborted(session)
    createHeld(session, index)
    await nextTurn()
  }
  const searches = of('virtual-table')
  for (const search of searches) createHeld(session, search)
  const stale = rebuildSearchIndexes(session, new Set(searches.map(({ name }) => name)))
  for (const object of of('view', 'trigger')) createHeld(session, object)
  moveSequences(session)
  await nextTurn()
  throwIfAborted(session)
  return [...(session.merge?.notes() ?? []), ...stale, ...checkReferences(session)]
}

function createHeld(session: ImportSession, object: HeldObject): void {
  try {
    createVerbatim(session.db, object)
  } catch (error) {
    throw mapError(error, { store: session.store })
  }
}
