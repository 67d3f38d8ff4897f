import { present } from '../../../errors/present.js'
import { ident, sql, verbatim, type Sql } from '../../sql.js'
import type { Relation } from './relation.js'
import type { Session } from './session.js'

/**
 * A table whose generated values or checks call functions in a language that can read tables: however such a function is
 * declared, what it gives depends on rows that must be there first, and nothing says which.
 */
export interface Lookup {
  readonly relation: Relation
  /** Its stored columns that such a function computes. */
  readonly columns: readonly ComputedColumn[]
}

export interface ComputedColumn {
  readonly name: string
  readonly sql: Sql
  /** What the server computes it by, of the column's own type. */
  readonly expression: Sql
  /** A column it is computed from and that the role may write: writing that one computes it again. Null: there is none. */
  readonly from: Sql | null
}

/** By `Table.id`. */
export async function readLookups(session: Session, relations: Iterable<Relation>): Promise<ReadonlyMap<string, Lookup>> {
  const byOid = new Map([...relations].map((relation) => [relation.oid, relation]))
  // Before PostgreSQL 15 it is the column, not its expression, that depends on the function.
  const rows = await session.rows(
    sql`WITH reads(classid, objid, objsubid) AS (
          SELECT d.classid, d.objid, d.objsubid FROM pg_catalog.pg_depend d
            LEFT JOIN pg_catalog.pg_operator o ON d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND o.oid = d.refobjid
            JOIN pg_catalog.pg_proc f ON f.oid = o.oprcode OR (d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND f.oid = d.refobjid)
            JOIN pg_catalog.pg_language l ON l.oid = f.prolang AND l.lanname NOT IN ('internal', 'c'))
        SELECT e.adrelid, a.attname, pg_catalog.pg_get_expr(e.adbin, e.adrelid), pg_catalog.format_type(a.atttypid, a.atttypmod),
          (SELECT b.attname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute b ON b.attrelid = d.refobjid AND b.attnum = d.refobjsubid
            WHERE ((d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = e.oid) OR (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = e.adrelid AND d.objsubid = e.adnum))
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = e.adrelid AND b.attnum > 0 AND b.attgenerated = '' AND b.attidentity <> 'a'
              AND pg_catalog.has_column_privilege(e.adrelid, b.attnum, 'UPDATE')
            ORDER BY b.attnum LIMIT 1)
        FROM pg_catalog.pg_attrdef e JOIN pg_catalog.pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum
        WHERE e.adrelid = ANY ($1::pg_catalog.oid[]) AND a.attgenerated = 's'
          AND EXISTS (SELECT FROM reads r WHERE (r.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND r.objid = e.oid)
            OR (r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND r.objid = e.adrelid AND r.objsubid = e.adnum))
        UNION ALL
        SELECT k.conrelid, NULL, NULL, NULL, NULL FROM pg_catalog.pg_constraint k
        WHERE k.conrelid = ANY ($1::pg_catalog.oid[]) AND k.contype = 'c'
          AND EXISTS (SELECT FROM reads r WHERE r.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND r.objid = k.oid)`,
    [[...byOid.keys()]],
  )
  const found = new Map<string, { readonly relation: Relation; readonly columns: ComputedColumn[] }>()
  for (const [oid, name, expression, type, from] of rows) {
    const relation = present(byOid.get(present(oid)))
    const lookup = found.get(relation.id) ?? { relation, columns: [] }
    found.set(relation.id, lookup)
    if (typeof name !== 'string') continue
    const typed = sql`(${verbatim(present(expression))})::${verbatim(present(type))}`
    lookup.columns.push({ name, sql: ident(name), expression: typed, from: typeof from === 'string' ? ident(from) : null })
  }
  return found
}
