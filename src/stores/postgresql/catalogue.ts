import type pg from 'pg'
import { texts } from '../texts.js'
import { sql, type Sql } from '../sql.js'

/**
 * Rows of a catalogue query as plain values: the server makes JSON of them, because the session reads no types. Object
 * ids come as strings; `Row` must say what the query selects.
 */
export async function catalogue<Row>(client: pg.ClientBase, query: Sql): Promise<readonly Row[]> {
  const { rows } = await client.query<[string]>({ text: sql`SELECT coalesce(json_agg(q), '[]')::text FROM (${query}) q`.text, rowMode: 'array' })
  return JSON.parse(texts(rows[0], 1)[0]) as Row[]
}

/** Holds for schemas that are the user's own; `n` is pg_namespace. */
export const userNamespace: Sql = sql`n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`

/** Holds for objects that no extension brought; `catalogueName` is the system table that `oid` is of. */
export function ofNoExtension(catalogueName: Sql, oid: Sql): Sql {
  return sql`NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = ${catalogueName}::regclass AND e.objid = ${oid} AND e.deptype = 'e')`
}

/** A quoted, qualified collation where it is not the type's own, else null. `own` is an oid, `ofType` the type's. */
export function collationName(own: Sql, ofType: Sql): Sql {
  return sql`(SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
    WHERE co.oid = ${own} AND ${own} <> 0 AND ${own} <> ${ofType})`
}
