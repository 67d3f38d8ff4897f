import { sql } from '../../sql.js'
import { readForeignKeys } from './foreign-key.js'
import { readIndexes } from './held-index.js'
import type { HeldStatements } from './held-statements.js'
import { lockTables } from './lock-tables.js'
import { takeReferencesAside, type HeldReference } from './references.js'
import type { Relation } from './relation.js'
import { databaseError, type Session } from './session.js'

/** A unique or exclusion constraint, or a unique index, that is out of the way until the rows are written. */
export interface HeldUnique extends HeldStatements {
  /** Foreign keys that stood on it. */
  readonly references: readonly HeldReference[]
}

/** Two rows that exchange unique values: the server checks after each row, so no order of updates is right. */
export function clashesInPassing(error: unknown): boolean {
  const state = databaseError(error)?.code
  return state === '23505' || state === '23P01'
}

/**
 * Takes the constraint that the error names out of the way. Null when the role may not, or when it is none of these tables'.
 */
export async function takeUniqueAside(session: Session, error: unknown, relations: readonly Relation[]): Promise<HeldUnique | null> {
  const cause = databaseError(error)
  const named = sql`i.indexrelid = (WITH RECURSIVE up(oid) AS (
      SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('i', 'I')
      UNION ALL SELECT i.inhparent FROM up JOIN pg_catalog.pg_inherits i ON i.inhrelid = up.oid)
    SELECT up.oid FROM up WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = up.oid))`
  const [found] = await readIndexes(session, named, [cause?.schema ?? '', cause?.constraint ?? ''])
  const relation = relations.find((each) => each.oid === found?.table)
  if (found === undefined || relation?.owned !== true) return null
  const dependents = (await readForeignKeys(session, [relation])).filter((key) => key.parent.imported === relation.id)
  const standing = new Set((await session.rows(sql`SELECT conname, conrelid FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conparentid = 0 AND conindid = $1::pg_catalog.oid`, [found.oid])).map((row) => JSON.stringify(row)))
  const onIt = dependents.filter((key) => standing.has(JSON.stringify([key.name, key.child.oid])))
  if (onIt.some((key) => !key.child.owned || key.asleep)) return null
  const references = await takeReferencesAside(session, onIt)
  await lockTables(session, [relation], 'all')
  await session.run(found.drop, { table: relation.id })
  return { label: relation.id, restore: found.restore, references }
}

/** @throws CONSTRAINT_VIOLATED when the rows as they are now are not unique */
export async function restoreUnique(session: Session, held: HeldUnique): Promise<void> {
  for (const statement of held.restore) await session.run(statement, { table: held.label })
}

