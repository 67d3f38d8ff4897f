import pg from 'pg'
import { HoldallError } from '../../errors/holdall-error.js'
import { tableId } from '../../schema/table-id.js'
import { ident, join, sql } from '../sql.js'
import { catalogue, userNamespace } from './catalogue.js'
import { LOCK_HOLDERS } from './lock-holders.js'

/** How often tables may vanish while their locks are taken, before that is an error. */
const ATTEMPTS = 5

/** As imports wait unless they are told otherwise. */
const LOCK_WAIT = 10_000

export interface ReadingProps {
  /** For people. */
  readonly store: string
  /** Milliseconds to wait for whoever alters a table. */
  readonly lockTimeout?: number | undefined
}

interface Readable {
  readonly oid: string
  readonly namespace: string
  readonly name: string
}

/**
 * Begins the transaction of a snapshot. Tables that the role may read are locked against being altered, dropped or
 * truncated, before the snapshot is taken: a catalogue is never read at a snapshot, so rows and schema could part else.
 * @throws STORE_LOCKED naming who holds a table, after `lockTimeout` milliseconds
 */
export async function beginReading(client: pg.ClientBase, { store, lockTimeout = LOCK_WAIT }: ReadingProps): Promise<void> {
  // Workers that read one table beside each other would give its rows in another order each time.
  await client.query(sql`SET lock_timeout TO ${lockTimeout}; SET max_parallel_workers_per_gather TO 0`.text)
  for (let attempt = 1; ; attempt += 1) {
    const tables = await catalogue<Readable>(client, readable)
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    if (tables.length === 0) return
    try {
      await client.query(sql`LOCK TABLE ${join(tables.map((table) => sql`ONLY ${ident(table.namespace, table.name)}`))} IN ACCESS SHARE MODE`.text)
      return
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? error.code : undefined
      if (code === '55P03') {
        await client.query('ROLLBACK')
        throw await lockedError(client, store, tables, error)
      }
      if ((code !== '42P01' && code !== '3F000') || attempt === ATTEMPTS) throw error
      await client.query('ROLLBACK')
    }
  }
}

async function lockedError(client: pg.ClientBase, store: string, tables: readonly Readable[], cause: unknown): Promise<HoldallError> {
  const { rows } = await client.query<[string, string, string]>({ text: LOCK_HOLDERS.text, values: [tables.map(({ oid }) => oid), ['AccessExclusiveLock']], rowMode: 'array' })
  const [first] = rows
  return new HoldallError('STORE_LOCKED', {
    store,
    ...(first === undefined ? {} : { table: tableId(first[0], first[1]) }),
    message: first === undefined ? 'a table was locked by another transaction, which has ended since' : `the table is locked by ${first[2]}`,
    details: rows.map(([namespace, name, holder]) => `${tableId(namespace, name)}: ${holder}`),
    hint: 'Wait until it has ended, and try again.',
    cause,
  })
}

const readable = sql`
  SELECT c.oid, n.nspname AS namespace, c.relname AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${userNamespace}
    AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  ORDER BY c.oid`
