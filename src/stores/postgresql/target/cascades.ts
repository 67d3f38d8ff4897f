import { HoldallError } from '../../../errors/holdall-error.js'
import { texts } from '../../texts.js'
import { ACTION } from '../../merge/judged-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { differs } from './column-facts.js'
import type { ForeignKey, Side } from './foreign-key.js'
import { keysMeet } from './key-equality.js'
import { rowsOf, S, T, V, verdictsOf, type PendingWrite } from './pending-write.js'
import type { Session } from './session.js'

const C = ident('c')
const DRAGGING = 'cnd'

/** True when a value that references point to is deleted or changed by these writes. */
export async function movesReferencedKeys(session: Session, keys: readonly ForeignKey[], writes: ReadonlyMap<string, PendingWrite>): Promise<boolean> {
  for (const key of keys) {
    const parent = writes.get(key.parent.imported ?? '')
    if (parent === undefined) continue
    if (parent.deletes > 0) return true
    const changed = changedKeys(key, parent)
    if (changed !== null && (await session.rows(sql`SELECT FROM ${changed} LIMIT 1`)).length > 0) return true
  }
  return false
}

/**
 * With foreign keys in place a deleted or changed row drags others along (CASCADE, SET NULL, SET DEFAULT): rows of
 * tables that are no part of the import, and rows that the archive says stay. Either would be a silent loss.
 * @throws CONFLICT naming the table and how many of its rows
 */
export async function refuseCascades(session: Session, keys: readonly ForeignKey[], writes: ReadonlyMap<string, PendingWrite>): Promise<void> {
  for (const key of keys) {
    const parent = writes.get(key.parent.imported ?? '')
    if (parent === undefined || key.asleep) continue
    const deleted = DRAGGING.includes(key.onDelete) ? deletedKeys(key, parent) : null
    const changed = DRAGGING.includes(key.onUpdate) ? changedKeys(key, parent) : null
    for (const each of [deleted, changed]) {
      if (each === null) continue
      const count = await draggedRows(session, key, each, writes)
      if (count > 0) throw dragged(session, key, count)
    }
  }
}

/** Values of the referenced columns, as k0, k1, …, that deleted rows take away; null when none is deleted. */
function deletedKeys(key: ForeignKey, { relation, deletes, judged }: PendingWrite): Sql | null {
  if (deletes === 0 || judged === null) return null
  return sql`(SELECT ${keyColumns(key.parent, T)} FROM ${verdictsOf(judged, ACTION.delete)} JOIN ${relation.only} t ON ${judged.merge.located(T, V)}) gone`
}

/** The same for rows whose referenced columns change; null when none of them is written. */
function changedKeys(key: ForeignKey, write: PendingWrite): Sql | null {
  const { relation, columns, updates, judged } = write
  const moving = columns.filter((column) => key.parent.columns.includes(column.name))
  if (updates === 0 || judged === null || moving.length === 0) return null
  return sql`(SELECT ${keyColumns(key.parent, T)} FROM ${rowsOf(write, ACTION.update)} JOIN ${relation.only} t ON ${judged.merge.located(T, V)}
    WHERE ${join(moving.map((column) => differs(column, S, T)), ' OR ')}) gone`
}

/** Rows of the child, as they will be, that hold a vanishing value. */
async function draggedRows(session: Session, key: ForeignKey, vanishing: Sql, writes: ReadonlyMap<string, PendingWrite>): Promise<number> {
  const child = writes.get(key.child.imported ?? '')
  const points = (alias: Sql): Sql => sql`EXISTS (SELECT FROM ${vanishing} WHERE ${keysMeet(key, key.child.columns.map((_, index) => sql`gone.k${index}`), alias)})`
  const staying = [points(C)]
  // Rows of an imported child that the import itself deletes or rewrites are not dragged.
  if (child !== undefined && child.judged !== null) staying.push(sql`NOT EXISTS (SELECT FROM ${verdictsOf(child.judged, ACTION.delete, ACTION.update)} WHERE ${child.judged.merge.located(C, V)})`)
  const counts = [sql`(SELECT pg_catalog.count(*) FROM ${key.child.only} c WHERE ${join(staying, ' AND ')})`]
  if (child !== undefined && child.inserts + child.updates > 0) {
    counts.push(sql`(SELECT pg_catalog.count(*) FROM ${rowsOf(child, ACTION.insert, ACTION.update)} WHERE ${comesWith(key, child) ? points(S) : sql`EXISTS (SELECT FROM ${vanishing})`})`)
  }
  const [row] = await session.rows(sql`SELECT ${join(counts, ' + ')}`)
  return Number(texts(row, 1)[0])
}

/** False for a referencing column that the target generates: its coming value is not known here. */
function comesWith(key: ForeignKey, child: PendingWrite): boolean {
  return key.child.columns.every((name) => child.columns.some((column) => column.name === name))
}

function keyColumns(side: Side, alias: Sql): Sql {
  return join(side.columns.map((column, index) => sql`${alias}.${ident(column)} AS k${index}`))
}

function dragged(session: Session, key: ForeignKey, count: number): HoldallError {
  return new HoldallError('CONFLICT', {
    store: session.store,
    table: key.child.label,
    message: `${count} ${count === 1 ? 'row refers' : 'rows refer'} to rows of ${key.parent.label} that the import deletes or changes; the foreign key ${key.name} would drag ${count === 1 ? 'it' : 'them'} along`,
    hint: `Include ${key.child.label} in the import with the same strategy, or choose --strategy merge.`,
  })
}
