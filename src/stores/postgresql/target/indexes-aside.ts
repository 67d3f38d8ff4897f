import { sql } from '../../sql.js'
import { readIndexes, type HeldIndex } from './held-index.js'
import type { HeldStatements } from './held-statements.js'
import { lockTables } from './lock-tables.js'
import type { Relation } from './relation.js'
import { databaseError, type Session } from './session.js'

/** From so many rows on, building the indexes of an empty table once is faster than keeping them at every row. */
export const LARGE_LOAD = 20_000

/**
 * Takes the indexes of an empty table, those of its keys included, out of the way of a large load, until `settle`: a third
 * of the time. What cannot be made again as it was stays: an index that something depends on, one with
 * more to it than its definition says, and all of a partitioned table.
 */
export async function takeIndexesAside(session: Session, relation: Relation): Promise<readonly HeldStatements[]> {
  if (!relation.owned || relation.partitioned) return []
  const found = await readIndexes(session, sql`i.indrelid = $1::pg_catalog.oid`, [relation.oid])
  if (found.length === 0) return []
  await lockTables(session, [relation], 'all')
  const held: HeldStatements[] = []
  for (const index of found) if (!index.special && (await dropped(session, relation, index))) held.push({ label: relation.id, restore: index.restore })
  return held
}

async function dropped(session: Session, relation: Relation, { drop }: HeldIndex): Promise<boolean> {
  try {
    await session.attempt(async () => session.run(drop, { table: relation.id }))
    return true
  } catch (error) {
    // 2BP01, dependent objects still exist: a view grouped by the key, a rule, a foreign key of another table.
    if (databaseError(error)?.code === '2BP01') return false
    throw error
  }
}
