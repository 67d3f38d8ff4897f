import { HoldallError } from '../../../errors/holdall-error.js'
import { texts } from '../../texts.js'
import { sql, verbatim, type Sql } from '../../sql.js'
import { LOCK_HOLDERS } from '../lock-holders.js'
import { databaseError, type Session } from './session.js'

/** `writers` lets readers go on; `all` is what altering a table takes. */
export type LockScope = 'writers' | 'all'

export interface Lockable {
  readonly id: string
  readonly oid: string
  readonly sql: Sql
}

const MODE = { writers: verbatim('SHARE ROW EXCLUSIVE'), all: verbatim('ACCESS EXCLUSIVE') } as const

/** Lock modes that keep ours from being granted (PostgreSQL, "Explicit Locking", table of conflicts). */
const CONFLICTING = {
  writers: ['RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'],
  all: ['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'],
} as const

/**
 * Locks the tables, always in the order of their oids, so that two imports never wait for each other in a circle.
 * @throws STORE_LOCKED naming who holds the lock, STORE_NOT_PERMITTED
 */
export async function lockTables(session: Session, tables: readonly Lockable[], scope: LockScope): Promise<void> {
  const ordered = [...tables].sort((a, b) => Number(a.oid) - Number(b.oid))
  for (const table of ordered) {
    try {
      await session.attempt(async () => session.run(sql`LOCK TABLE ${table.sql} IN ${MODE[scope]} MODE`, { table: table.id }))
    } catch (error) {
      const state = databaseError(error)?.code
      if (state === '55P03' || state === '40P01') throw await lockedError(session, table, scope, error)
      if (state === '42501') throw cannotLock(session, table, error)
      throw error
    }
  }
}

async function lockedError(session: Session, table: Lockable, scope: LockScope, cause: unknown): Promise<HoldallError> {
  const holders = await session.rows(LOCK_HOLDERS, [[table.oid], [...CONFLICTING[scope]]])
  const details = holders.map((row) => texts(row, 3)[2])
  return new HoldallError('STORE_LOCKED', {
    store: session.store,
    table: table.id,
    message: details.length === 0 ? 'the table was locked by another transaction, which has ended since' : `the table is locked by ${details[0] ?? ''}`,
    details,
    cause,
  })
}

function cannotLock(session: Session, table: Lockable, cause: unknown): HoldallError {
  return new HoldallError('STORE_NOT_PERMITTED', {
    store: session.store,
    table: table.id,
    message: 'the role may not lock the table against other writers',
    hint: `Use a role that owns the table, or: GRANT SELECT, INSERT, UPDATE ON ${table.sql.text} TO the role.`,
    cause,
  })
}
