import { texts } from '../../texts.js'
import { ident, literal, sql, verbatim, type Sql } from '../../sql.js'
import type { Session } from './session.js'

/** An index, or the constraint that it stands for, with all it takes to drop it and make the same again. */
export interface HeldIndex {
  readonly oid: string
  /** Oid of its table. */
  readonly table: string
  readonly drop: Sql
  readonly restore: readonly Sql[]
  /** It has what no definition says: a tablespace, statistics targets, an extension that it depends on. */
  readonly special: boolean
}

/** Indexes by a condition on `i` (pg_index), `c` (its pg_class) and `n` (its namespace), in the order they were made. */
export async function readIndexes(session: Session, condition: Sql, values: readonly (string | readonly string[])[]): Promise<readonly HeldIndex[]> {
  const rows = await session.rows(
    sql`SELECT i.indexrelid, i.indrelid, c.relname, n.nspname, t.relname, coalesce(pg_catalog.pg_get_constraintdef(k.oid), pg_catalog.pg_get_indexdef(i.indexrelid)), i.indisreplident, i.indisclustered,
          c.reltablespace <> 0 OR NOT i.indisvalid
            OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0)
            OR EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid AND d.deptype IN ('e', 'x')),
          k.conname, pg_catalog.obj_description(i.indexrelid, 'pg_class'), pg_catalog.obj_description(k.oid, 'pg_constraint')
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
          LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
        WHERE ${condition} ORDER BY i.indexrelid`,
    values,
  )
  return rows.map((row) => {
    const [oid, table, name, namespace, relation, definition, identity, clustered, special] = texts(row, 9)
    const [constraint = null, indexComment = null, constraintComment = null] = row.slice(9)
    const on = ident(namespace, relation)
    const index = ident(namespace, name)
    const restore: Sql[] = []
    if (constraint !== null) {
      restore.push(sql`ALTER TABLE ${on} ADD CONSTRAINT ${ident(constraint)} ${verbatim(definition)}`)
      if (constraintComment !== null) restore.push(sql`COMMENT ON CONSTRAINT ${ident(constraint)} ON ${on} IS ${literal(constraintComment)}`)
    } else restore.push(verbatim(definition))
    if (indexComment !== null) restore.push(sql`COMMENT ON INDEX ${index} IS ${literal(indexComment)}`)
    if (identity === 't') restore.push(sql`ALTER TABLE ${on} REPLICA IDENTITY USING INDEX ${ident(name)}`)
    if (clustered === 't') restore.push(sql`ALTER TABLE ${on} CLUSTER ON ${ident(name)}`)
    const drop = constraint === null ? sql`DROP INDEX ${index}` : sql`ALTER TABLE ${on} DROP CONSTRAINT ${ident(constraint)}`
    return Object.freeze({ oid, table, drop, restore: Object.freeze(restore), special: special === 't' })
  })
}
