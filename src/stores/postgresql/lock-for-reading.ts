import pg from 'pg'
import { ident, join, sql } from '../sql.js'
import { catalogue, userNamespace } from './catalogue.js'

/** How often tables may vanish while their locks are taken, before that is an error. */
const ATTEMPTS = 5

/**
 * Begins the transaction of a snapshot. Tables that the role may read are locked against being altered, dropped or
 * truncated, before the snapshot is taken: a catalogue is never read at a snapshot, so rows and schema could part else.
 */
export async function beginReading(client: pg.ClientBase): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const tables = await catalogue<{ readonly namespace: string; readonly name: string }>(client, readable)
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    if (tables.length === 0) return
    try {
      await client.query(sql`LOCK TABLE ${join(tables.map((table) => sql`ONLY ${ident(table.namespace, table.name)}`))} IN ACCESS SHARE MODE`.text)
      return
    } catch (error) {
      const vanished = error instanceof pg.DatabaseError && (error.code === '42P01' || error.code === '3F000')
      if (!vanished || attempt === ATTEMPTS) throw error
      await client.query('ROLLBACK')
    }
  }
}

const readable = sql`
  SELECT n.nspname AS namespace, c.relname AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${userNamespace}
    AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  ORDER BY c.oid`
