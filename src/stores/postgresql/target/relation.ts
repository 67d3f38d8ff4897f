import { HoldallError } from '../../../errors/holdall-error.js'
import { texts } from '../../texts.js'
import type { Table } from '../../../schema/schema.js'
import { ident, sql, type Sql } from '../../sql.js'
import type { Session } from './session.js'
import { namespaceOf } from '../namespace-of.js'

/** A table of the target as the server sees it. */
export interface Relation {
  /** `Table.id` */
  readonly id: string
  readonly oid: string
  readonly sql: Sql
  /** For FROM, UPDATE and DELETE: the table without tables that inherit from it, but with its partitions. */
  readonly only: Sql
  readonly partitioned: boolean
  /** The role may alter it. */
  readonly owned: boolean
  /** Oids of the table and of all its partitions. */
  readonly members: readonly string[]
}

/** Looks the tables up, by `Table.id`. @throws TABLE_NOT_FOUND */
export async function readRelations(session: Session, tables: readonly Table[]): Promise<ReadonlyMap<string, Relation>> {
  const found = await session.rows(
    sql`SELECT n.nspname, c.relname, c.oid, c.relkind = 'p', pg_catalog.pg_has_role(c.relowner, 'USAGE'),
          (WITH RECURSIVE member(oid) AS (
             SELECT c.oid
             UNION ALL
             SELECT i.inhrelid FROM member JOIN pg_catalog.pg_inherits i ON i.inhparent = member.oid
               JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid AND p.relispartition)
           SELECT pg_catalog.string_agg(oid::pg_catalog.text, ',') FROM member)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          JOIN ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) wanted(nsp, rel) ON wanted.nsp = n.nspname AND wanted.rel = c.relname
        WHERE c.relkind IN ('r', 'p')`,
    [tables.map((table) => namespaceOf(table)), tables.map((table) => table.name)],
  )
  const byName = new Map(found.map((row) => [JSON.stringify([row[0], row[1]]), row]))
  const relations = new Map<string, Relation>()
  for (const table of tables) {
    const row = byName.get(JSON.stringify([namespaceOf(table), table.name]))
    if (row === undefined) throw new HoldallError('TABLE_NOT_FOUND', { store: session.store, table: table.id, message: 'the table is not in the target' })
    const [namespace, tableName, oid, partitioned, owned, members] = texts(row, 6)
    const name = ident(namespace, tableName)
    relations.set(table.id, Object.freeze({
      id: table.id,
      oid,
      sql: name,
      only: partitioned === 't' ? name : sql`ONLY ${name}`,
      partitioned: partitioned === 't',
      owned: owned === 't',
      members: Object.freeze(members.split(',')),
    }))
  }
  return relations
}
