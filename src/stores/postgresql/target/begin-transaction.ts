import { sql } from '../../sql.js'
import type { TargetOptions } from '../../store.js'
import type { Session } from './session.js'

/** Begins the import's transaction; what is set here ends with it. */
export async function beginTransaction(session: Session, options: TargetOptions): Promise<void> {
  await session.run(sql`BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE NOT DEFERRABLE`)
  // 0 would wait for ever.
  await setting(session, 'lock_timeout', String(Math.max(1, Math.round(options.lockTimeout))))
  // A policy that hides rows is an error: what is hidden could not be compared.
  await setting(session, 'row_security', 'off')
  await setting(session, 'client_min_messages', 'warning')
  await raise(session, 'work_mem', '64MB')
  await raise(session, 'maintenance_work_mem', '256MB')
}

async function setting(session: Session, name: string, value: string): Promise<void> {
  await session.rows(sql`SELECT pg_catalog.set_config($1, $2, true)`, [name, value])
}

/** Sorting and building indexes in memory is what makes a restore fast; a server that allows more keeps it. */
async function raise(session: Session, name: string, value: string): Promise<void> {
  await session.rows(
    sql`SELECT pg_catalog.set_config($1, $2, true) WHERE pg_catalog.pg_size_bytes(pg_catalog.current_setting($1)) < pg_catalog.pg_size_bytes($2)`,
    [name, value],
  )
}
