import { HoldallError } from '../../../errors/holdall-error.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { sameIdentity } from './column-facts.js'
import type { ForeignKey, Side } from './foreign-key.js'
import type { PendingWrite } from './pending-write.js'
import type { Session } from './session.js'
import { absentRows } from './staged-table.js'

const S = ident('s')
const T = ident('t')
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
    const vanishing: Sql[] = []
    if (parent.deletes > 0 && DRAGGING.includes(key.onDelete)) vanishing.push(deletedKeys(key, parent))
    const changed = DRAGGING.includes(key.onUpdate) ? changedKeys(key, parent) : null
    if (changed !== null) vanishing.push(changed)
    for (const each of vanishing) {
      const count = await draggedRows(session, key, each, writes)
      if (count > 0) throw dragged(session, key, count)
    }
  }
}

/** Values of the referenced columns, as k0, k1, …, that deleted rows take away. */
function deletedKeys(key: ForeignKey, parent: PendingWrite): Sql {
  const absent = absentRows(parent.staged)
  const from = absent.from.text === '' ? sql`` : sql`, ${absent.from}`
  return sql`(SELECT ${keyColumns(key.parent, T)} FROM ${parent.staged.relation.only} t${from} WHERE ${absent.where}) gone`
}

/** The same for rows whose referenced columns change; null when none of them is written. */
function changedKeys(key: ForeignKey, { staged, match, updates }: PendingWrite): Sql | null {
  if (updates === 0 || match === null || staged.identity === null) return null
  const moving = staged.columns.filter((column) => key.parent.columns.includes(column.name) && !staged.identity?.includes(column))
  if (moving.length === 0) return null
  const differ = join(moving.map((column) => sql`s.${column.sql} <> t.${column.sql}`), ' OR ')
  return sql`(SELECT ${keyColumns(key.parent, T)} FROM ${match} m JOIN ${staged.staging.sql} s ON s.${staged.staging.ordinal} = m.ordinal
    JOIN ${staged.relation.only} t ON ${sameIdentity(staged.identity, S, T)} WHERE m.class = 'c' AND (${differ})) gone`
}

/** Rows of the child, as they will be, that hold a vanishing value. */
async function draggedRows(session: Session, key: ForeignKey, vanishing: Sql, writes: ReadonlyMap<string, PendingWrite>): Promise<number> {
  const child = writes.get(key.child.imported ?? '')
  const points = (alias: Sql): Sql => sql`EXISTS (SELECT FROM ${vanishing} WHERE ${join(key.child.columns.map((column, index) => sql`gone.k${index} = ${alias}.${ident(column)}`), ' AND ')})`
  const staying = child === undefined ? [] : outOfReach(child)
  const counts = [sql`(SELECT pg_catalog.count(*) FROM ${key.child.only} c WHERE ${join([points(ident('c')), ...staying], ' AND ')})`]
  if (child !== undefined && child.inserts + child.updates > 0) counts.push(sql`(SELECT pg_catalog.count(*) FROM ${comingRows(child)} WHERE ${comesWith(key, child) ? points(S) : sql`EXISTS (SELECT FROM ${vanishing})`})`)
  const [row] = await session.rows(sql`SELECT ${join(counts, ' + ')}`)
  return Number(row?.[0] ?? 0)
}

/** Rows `c` of an imported child that the import itself deletes or rewrites are not dragged. */
function outOfReach({ staged, match, deletes, updates }: PendingWrite): readonly Sql[] {
  const C = ident('c')
  const conditions: Sql[] = []
  if (staged.identity === null) {
    if (deletes === 0) return []
    const absent = absentRows(staged)
    return [sql`NOT EXISTS (SELECT FROM ${absent.from} WHERE absent.place = c.ctid AND absent.part = c.tableoid)`]
  }
  if (deletes > 0) conditions.push(sql`EXISTS (SELECT FROM ${staged.staging.sql} s WHERE ${sameIdentity(staged.identity, S, C)})`)
  if (updates > 0 && match !== null) {
    conditions.push(
      sql`NOT EXISTS (SELECT FROM ${staged.staging.sql} s JOIN ${match} m ON m.ordinal = s.${staged.staging.ordinal} WHERE m.class = 'c' AND ${sameIdentity(staged.identity, S, C)})`,
    )
  }
  return conditions
}

function comingRows({ staged, match, updates }: PendingWrite): Sql {
  if (match === null) return sql`${staged.staging.sql} s`
  const classes = updates > 0 ? sql`('n', 'c')` : sql`('n')`
  return sql`(SELECT s.* FROM ${staged.staging.sql} s JOIN ${match} m ON m.ordinal = s.${staged.staging.ordinal} WHERE m.class IN ${classes}) s`
}

/** False for a referencing column that the target generates: its coming value is not known here. */
function comesWith(key: ForeignKey, child: PendingWrite): boolean {
  return key.child.columns.every((name) => child.staged.columns.some((column) => column.name === name))
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
