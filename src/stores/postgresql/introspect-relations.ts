import type pg from 'pg'
import { tableId } from '../../schema/table-id.js'
import { literal, sql } from '../sql.js'
import { catalogue, collationName, ofNoExtension, userNamespace } from './catalogue.js'
import { groupBy } from './group-by.js'

/** An ordinary or partitioned table of the user's; a partition is part of its table and not one of its own. */
export interface Relation {
  readonly oid: string
  readonly id: string
  readonly namespace: string
  readonly name: string
  readonly partitionedBy: string | null
  readonly partitions: number
  readonly unlogged: boolean
  readonly parents: readonly string[]
  readonly attributes: ReadonlyMap<number, Attribute>
}

export interface Attribute {
  readonly table: string
  readonly number: number
  readonly name: string
  readonly type: string
  readonly declared: string
  readonly notNull: boolean
  readonly identity: '' | 'a' | 'd'
  readonly generated: '' | 's' | 'v'
  readonly expression: string | null
  readonly collation: string | null
  /** The sequence that an identity owns or that the default's nextval() names by a constant. */
  readonly sequence: string | null
}

interface RelationRow {
  readonly oid: string
  readonly namespace: string
  readonly name: string
  readonly partitionedBy: string | null
  readonly partitions: number
  readonly unlogged: boolean
  readonly parents: readonly string[]
}

const relations = sql`
  SELECT c.oid, n.nspname AS namespace, c.relname AS name, c.relpersistence = 'u' AS unlogged,
    CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partitionedBy",
    CASE WHEN c.relkind = 'p' THEN (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = c.oid) ELSE 0 END AS partitions,
    CASE WHEN c.relkind = 'r' THEN (SELECT coalesce(json_agg(i.inhparent::regclass::text ORDER BY i.inhseqno), '[]') FROM pg_inherits i WHERE i.inhrelid = c.oid) ELSE '[]' END AS parents
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND ${userNamespace}
    AND ${ofNoExtension(literal('pg_class'), sql`c.oid`)}`

const attributes = sql`
  SELECT a.attrelid AS table, a.attnum AS number, a.attname AS name, a.atttypid AS type, format_type(a.atttypid, a.atttypmod) AS declared,
    a.attnotnull AS "notNull", a.attidentity AS identity, a.attgenerated AS generated, pg_get_expr(d.adbin, d.adrelid) AS expression,
    ${collationName(sql`a.attcollation`, sql`t.typcollation`)} AS collation,
    coalesce(
      (SELECT s.objid FROM pg_depend s WHERE a.attidentity <> '' AND s.classid = 'pg_class'::regclass AND s.deptype = 'i'
        AND s.refclassid = 'pg_class'::regclass AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum LIMIT 1),
      (SELECT s.refobjid FROM pg_depend s JOIN pg_class sc ON sc.oid = s.refobjid AND sc.relkind = 'S'
        WHERE s.classid = 'pg_attrdef'::regclass AND s.objid = d.oid AND s.refclassid = 'pg_class'::regclass LIMIT 1)
    ) AS sequence
  FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND ${userNamespace}
    AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`

/** Every table of the user's, by object id. */
export async function introspectRelations(client: pg.ClientBase): Promise<ReadonlyMap<string, Relation>> {
  const found = await catalogue<RelationRow>(client, relations)
  const columns = groupBy(await catalogue<Attribute>(client, attributes), (attribute) => attribute.table)
  return new Map(
    found.map((row) => {
      const ofTable = new Map((columns.get(row.oid) ?? []).map((attribute) => [attribute.number, attribute]))
      return [row.oid, { ...row, id: tableId(row.namespace, row.name), attributes: ofTable }]
    }),
  )
}
