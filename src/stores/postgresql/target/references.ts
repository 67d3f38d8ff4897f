import { HoldallError } from '../../../errors/holdall-error.js'
import { ident, literal, sql, verbatim, type Sql } from '../../sql.js'
import type { ForeignKey } from './foreign-key.js'
import { lockTables } from './lock-tables.js'
import { referenceViolation, type CheckedReference } from './reference-violations.js'
import { databaseError, type Session } from './session.js'

/** A foreign key to be added once the rows are there. */
export interface HeldReference extends CheckedReference {
  readonly table: Sql
  /** `CONSTRAINT n FOREIGN KEY …` or, without a name, `FOREIGN KEY …` */
  readonly definition: Sql
  readonly comment: string | null
  /**
   * Rows of a table outside the import that deleted or changed rows would have dragged along: with the key out of the
   * way nothing is dragged, so such a row refers to nothing, and that is a conflict of the strategy, not of the archive.
   */
  readonly drags: boolean
  /** Ids of the import's tables on either side, null for one outside of it. */
  readonly childId: string | null
  readonly parentId: string | null
}

/** Drops the foreign keys. The tables of both sides are locked against readers until the end. */
export async function takeReferencesAside(session: Session, keys: readonly ForeignKey[]): Promise<readonly HeldReference[]> {
  const sides = new Map(keys.flatMap((key) => [key.child, key.parent]).map((side) => [side.oid, { id: side.imported ?? side.label, oid: side.oid, sql: side.sql }]))
  await lockTables(session, [...sides.values()], 'all')
  for (const key of keys) await session.run(sql`ALTER TABLE ${key.child.sql} DROP CONSTRAINT ${ident(key.name)}`, { table: key.child.label })
  return keys.map((key) => ({
    name: key.name,
    child: key.child,
    parent: key.parent,
    matchFull: key.matchFull,
    equals: key.equals,
    temporal: key.temporal,
    table: key.child.sql,
    definition: sql`CONSTRAINT ${ident(key.name)} ${verbatim(key.definition)}`,
    comment: key.comment,
    drags: 'cnd'.includes(key.onDelete) || 'cnd'.includes(key.onUpdate),
    childId: key.child.imported,
    parentId: key.parent.imported,
  }))
}

/** Adds one foreign key, which checks every row. `replaced`: ids of tables whose rows outside the archive were deleted. @throws REFERENCE_UNRESOLVED with the rows, CONFLICT */
export async function addReference(session: Session, held: HeldReference, replaced: ReadonlySet<string>): Promise<void> {
  const place = { table: held.child.label }
  try {
    await session.attempt(async () => session.run(sql`ALTER TABLE ${held.table} ADD ${held.definition}`, place))
  } catch (error) {
    if (databaseError(error)?.code !== '23503') throw error
    throw violation(await referenceViolation(session, held, error), held, replaced) ?? error
  }
  if (held.comment !== null) await session.run(sql`COMMENT ON CONSTRAINT ${ident(held.name)} ON ${held.table} IS ${literal(held.comment)}`, place)
}

/** What the server did not check, because it was told to be silent. @throws REFERENCE_UNRESOLVED */
export async function checkReferences(session: Session, keys: readonly ForeignKey[]): Promise<void> {
  for (const key of keys) {
    // Rows that break a key which was never validated may be older than this import.
    if (key.asleep || !key.validated) continue
    const found = await referenceViolation(session, key)
    if (found !== null) throw found
  }
}

function violation(found: HoldallError | null, held: HeldReference, replaced: ReadonlySet<string>): HoldallError | null {
  if (found === null || !held.drags || !replaced.has(held.parentId ?? '') || replaced.has(held.childId ?? '')) return found
  return new HoldallError('CONFLICT', {
    ...found.place,
    message: `${found.message}; the import would delete or change rows that rows outside of it refer to`,
    hint: `Include ${held.child.label} in the import, or choose --strategy merge.`,
    details: found.details,
    cause: found.cause,
  })
}
