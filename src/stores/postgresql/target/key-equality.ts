import { present } from '../../../errors/present.js'
import { ident, join, sql, verbatim, type Sql } from '../../sql.js'
import { DEFAULT_EQUALITY, operator } from './default-equality.js'
import type { Session } from './session.js'

/** How the server compares a column of a referenced key with the one that refers to it. */
export interface KeyEquality {
  readonly operator: Sql
  /** Types that the operator takes; null: it takes any. */
  readonly parentAs: Sql | null
  readonly childAs: Sql | null
}

/** For SELECT about a constraint `f`; `constraintEquality` reads it. */
export const CONSTRAINT_EQUALITY: Sql = sql`(SELECT pg_catalog.json_agg(pg_catalog.json_build_array(n.nspname, o.oprname,
      CASE WHEN l.typtype <> 'p' THEN pg_catalog.format_type(l.oid, -1) END, CASE WHEN r.typtype <> 'p' THEN pg_catalog.format_type(r.oid, -1) END) ORDER BY k.place)
    FROM pg_catalog.unnest(f.conpfeqop) WITH ORDINALITY k(oid, place)
      JOIN pg_catalog.pg_operator o ON o.oid = k.oid JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
      JOIN pg_catalog.pg_type l ON l.oid = o.oprleft JOIN pg_catalog.pg_type r ON r.oid = o.oprright)::pg_catalog.text`

export function constraintEquality(found: string): readonly KeyEquality[] {
  const parts = JSON.parse(found) as [string, string, string | null, string | null][]
  return parts.map(([namespace, name, parentAs, childAs]) =>
    Object.freeze({
      operator: sql`OPERATOR(${ident(namespace)}.${verbatim(name)})`,
      parentAs: parentAs === null ? null : verbatim(parentAs),
      childAs: childAs === null ? null : verbatim(childAs),
    }),
  )
}

/** What the server will choose for a key that is not there yet: the equality of the referenced columns' own types. */
export async function expectedEquality(session: Session, parent: { readonly table: Sql; readonly columns: readonly string[] }): Promise<readonly KeyEquality[]> {
  const rows = await session.rows(
    sql`WITH RECURSIVE base(name, type) AS (
          SELECT a.attname, a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1::pg_catalog.regclass AND a.attname = ANY ($2::pg_catalog.text[])
          UNION ALL
          SELECT b.name, d.typbasetype FROM base b JOIN pg_catalog.pg_type d ON d.oid = b.type AND d.typtype = 'd')
        SELECT b.name, e.nspname, e.oprname FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.type AND t.typtype <> 'd' LEFT JOIN LATERAL ${DEFAULT_EQUALITY} e ON true`,
    [parent.table.text, parent.columns],
  )
  const found = new Map(rows.map(([name, namespace, equality]) => [name, operator(namespace, equality)]))
  return parent.columns.map((name) => Object.freeze({ operator: found.get(name) ?? sql`=`, parentAs: null, childAs: null }))
}

/** The key `child` refers by meets the values of the referenced columns. */
export function keysMeet({ child, equals }: { readonly child: { readonly columns: readonly string[] }; readonly equals: readonly KeyEquality[] }, parent: readonly Sql[], alias: Sql): Sql {
  const as = (value: Sql, type: Sql | null): Sql => (type === null ? value : sql`${value}::${type}`)
  return join(
    child.columns.map((column, index) => {
      const { parentAs, operator, childAs } = present(equals[index])
      return sql`${as(present(parent[index]), parentAs)} ${operator} ${as(sql`${alias}.${ident(column)}`, childAs)}`
    }),
    ' AND ',
  )
}
