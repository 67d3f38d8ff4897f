import type { Schema, Sequence } from '../../../schema/schema.js'
import { addDomainChecks } from '../ddl/create-type.js'
import { tableName } from '../ddl/create-table.js'
import { finishTable, referenceDefinition } from '../ddl/finish-table.js'
import { sql } from '../../sql.js'
import { undoApplied, type Applied } from './apply.js'
import { checkDeferrableKeys } from './deferrable-keys.js'
import type { HeldStatements } from './held-statements.js'
import type { PendingWrite } from './pending-write.js'
import type { Prepared } from './prepare.js'
import { recompute } from './recompute.js'
import { referenceViolation } from './reference-violations.js'
import { addReference, checkReferences, type HeldReference } from './references.js'
import { planSequences, type Floor, type SequencePlan } from './sequences.js'
import { databaseError, type Session } from './session.js'
import { wake } from './triggers.js'
import { namespaceOf } from '../namespace-of.js'

export interface Settling {
  /** What `create` made bare; null when it was not called. */
  readonly created: Schema | null
  /** Tables that references of `created` may point to without being in it. */
  readonly there: Schema
  readonly prepared: Prepared
  readonly applied: readonly Applied[]
  /** What was written from staging tables, by table. */
  readonly written: ReadonlyMap<string, PendingWrite>
  /** Indexes that were out of the way of large loads. */
  readonly indexes: readonly HeldStatements[]
  /** Sequences of the archive. */
  readonly sequences: readonly Sequence[]
}

/**
 * Puts back what was out of the way, checks what was not checked, and works out where sequences have to stand.
 * @throws REFERENCE_UNRESOLVED, CONSTRAINT_VIOLATED, CONFLICT, SCHEMA_UNSUPPORTED, STORE_NOT_PERMITTED
 */
export async function settleTarget(session: Session, settling: Settling): Promise<SequencePlan> {
  const { created, prepared, applied, written } = settling
  // First: no table can be altered while a check of it is waiting.
  await checkDeferred(session, prepared)
  // While triggers are silent, and before keys are made that may hold such a column.
  const notes = await recompute(session, prepared.lookups, written, prepared.firing)
  for (const each of applied) await undoApplied(session, each)
  for (const { label, restore } of settling.indexes) for (const statement of restore) await session.run(statement, { table: label })
  if (created !== null) {
    for (const table of created.tables) await finishTable(session, table)
    for (const type of created.types) await addDomainChecks(session, type)
  }
  const references = [
    ...createdReferences(settling),
    ...applied.flatMap((each) => each.uniques.flatMap((held) => held.references)),
    ...(prepared.references.how === 'aside' ? prepared.references.held : []),
  ]
  for (const held of references) await addReference(session, held, prepared.replaced)
  if (prepared.references.how === 'unchecked') await checkReferences(session, prepared.references.keys)
  if (prepared.silenced.how === 'replica') await checkDeferrableKeys(session, prepared.written.values())
  await wake(session, prepared.silenced)
  const oids = [...prepared.written.values()].flatMap((relation) => relation.members)
  const plan = await planSequences(session, oids, floors(settling))
  return { ...plan, notes: [...notes, ...plan.notes] }
}

async function checkDeferred(session: Session, prepared: Prepared): Promise<void> {
  try {
    await session.attempt(async () => session.run(sql`SET CONSTRAINTS ALL IMMEDIATE`))
  } catch (error) {
    const cause = databaseError(error)
    const keys = prepared.references.how === 'in-place' ? prepared.references.keys : []
    const broken = cause?.code === '23503' ? keys.filter((key) => key.name === cause.constraint) : []
    for (const key of broken) {
      const found = await referenceViolation(session, key, error)
      if (found !== null) throw found
    }
    throw error
  }
}

function createdReferences({ created, there }: Settling): readonly HeldReference[] {
  if (created === null) return []
  const tables = new Map([...there.tables, ...created.tables].map((table) => [table.id, table]))
  return created.tables.flatMap((table) =>
    table.references.flatMap((reference) => {
      const target = tables.get(reference.table)
      if (target === undefined) return []
      const name = reference.name ?? reference.columns.join('_')
      return {
        name,
        table: tableName(table),
        child: { only: tableName(table), label: table.id, columns: reference.columns },
        parent: { sql: tableName(target), only: tableName(target), label: target.id, columns: reference.targetColumns },
        matchFull: reference.match === 'full',
        equals: null,
        temporal: false,
        definition: referenceDefinition(reference, tableName(target)),
        comment: null,
        drags: false,
        childId: null,
        parentId: null,
      }
    }),
  )
}

/** `last` of the archive binds what was created or was empty; a table in use goes on counting where it is. */
function floors({ created, prepared, sequences }: Settling): readonly Floor[] {
  const found: Floor[] = []
  for (const sequence of sequences) {
    if (sequence.last === null) continue
    if (created !== null) {
      found.push({ last: sequence.last, of: { namespace: namespaceOf(sequence), sequence: sequence.name } })
      continue
    }
    const owner = sequence.ownedBy
    const table = prepared.tables.find((each) => each.source.id === owner?.table)
    const column = table?.columns.find((each) => each.source.name === owner?.column)
    const relation = table === undefined ? undefined : prepared.written.get(table.target.id)
    if (column !== undefined && relation !== undefined && prepared.counts.get(relation.id) === 0) found.push({ last: sequence.last, of: { table: relation.oid, column: column.target.name } })
  }
  return found
}
