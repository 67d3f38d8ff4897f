import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, verbatim, type Sql } from '../../sql.js'
import type { Relation } from './relation.js'
import type { Session } from './session.js'

/** What comparing and writing a column of the target depends on. */
export interface ColumnFacts {
  readonly name: string
  readonly sql: Sql
  /** Two values that the type calls equal are the same value, so its own `=` may compare them. */
  readonly exact: boolean
  /** The type's own `=`, qualified where it is not the server's: the search path need not lead to it. */
  readonly equals: Sql
  /** What the column is cast to for comparing: a domain over an enum has no operators of its own. */
  readonly comparedAs: Sql | null
  readonly notNull: boolean
  /** GENERATED ALWAYS AS IDENTITY: no UPDATE may set it. */
  readonly always: boolean
  /** Any identity: INSERT needs OVERRIDING SYSTEM VALUE to keep the archive's value. */
  readonly identity: boolean
}

/** numeric, citext, float and the like call values equal that are not the same; json has no `=` at all. */
const EXACT = ['int2', 'int4', 'int8', 'oid', 'bool', 'text', 'varchar', 'name', 'char', 'uuid', 'bytea', 'date', 'time', 'timetz', 'timestamp', 'timestamptz']

/** The written columns, in order. */
export async function readColumnFacts(session: Session, table: ImportTable, relation: Relation): Promise<readonly ColumnFacts[]> {
  const rows = await session.rows(
    sql`WITH RECURSIVE base(name, type, "collation", "notNull", identity) AS (
          SELECT a.attname, a.atttypid, a.attcollation, a.attnotnull, a.attidentity FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped
          UNION ALL
          SELECT b.name, d.typbasetype, b."collation", b."notNull", b.identity FROM base b
            JOIN pg_catalog.pg_type d ON d.oid = b.type AND d.typtype = 'd')
        SELECT b.name, b."notNull", b.identity,
          (t.typtype = 'e' OR (t.typtype = 'b' AND t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace AND t.typname = ANY ($2::pg_catalog.text[])))
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_collation o WHERE o.oid = b."collation" AND NOT o.collisdeterministic),
          CASE WHEN t.typtype = 'e' THEN pg_catalog.format_type(t.oid, NULL) END, e.nspname, e.oprname
        FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.type AND t.typtype <> 'd'
          LEFT JOIN LATERAL (SELECT n.nspname, o.oprname FROM pg_catalog.pg_opclass c
            JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod AND m.amname = 'btree'
            JOIN pg_catalog.pg_amop s ON s.amopfamily = c.opcfamily AND s.amoplefttype = c.opcintype AND s.amoprighttype = c.opcintype AND s.amopstrategy = 3
            JOIN pg_catalog.pg_operator o ON o.oid = s.amopopr JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
            WHERE c.opcintype = t.oid AND c.opcdefault LIMIT 1) e ON true`,
    [relation.oid, EXACT],
  )
  const facts = new Map(
    rows.map(([name, notNull, identity, exact, as, namespace, operator]) => {
      const equals = typeof namespace === 'string' && typeof operator === 'string' ? sql`OPERATOR(${ident(namespace)}.${verbatim(operator)})` : sql`=`
      const comparedAs = typeof as === 'string' ? verbatim(as) : null
      return [name, { notNull: notNull === 't', identity: identity !== '', always: identity === 'a', exact: exact === 't', equals, comparedAs }]
    }),
  )
  return table.columns.map(({ target }) => {
    const found = facts.get(target.name) ?? { notNull: false, identity: false, always: false, exact: false, equals: sql`=`, comparedAs: null }
    return Object.freeze({ name: target.name, sql: ident(target.name), ...found })
  })
}

/**
 * Several values of one row as the text the server prints for them, never NULL: `ROW(…)::text` goes through the types'
 * output functions as COPY does (a cast to text would strip the blanks of char(n) and go by a type's own casts) and
 * tells NULL from '' and from a composite of NULLs.
 */
export function rowText(alias: Sql, columns: readonly ColumnFacts[]): Sql {
  return sql`ROW(${join(columns.map((column) => sql`${alias}.${column.sql}`))})::pg_catalog.text`
}

/** True where the column differs between two rows; never NULL. */
export function differs(column: ColumnFacts, left: Sql, right: Sql): Sql {
  if (column.exact) return sql`(${compared(column, left)} IS DISTINCT FROM ${compared(column, right)})`
  return sql`(${rowText(left, [column])} OPERATOR(pg_catalog.<>) ${rowText(right, [column])})`
}

/** True where the identity is the same. Where it may be NULL, two NULLs are the same. */
export function sameIdentity(columns: readonly ColumnFacts[], left: Sql, right: Sql): Sql {
  return join(
    columns.map((column) => {
      const equal = sql`${compared(column, left)} ${column.equals} ${compared(column, right)}`
      if (column.notNull) return equal
      // The text can be hashed; `=` OR both NULL cannot.
      if (column.exact) return sql`${rowText(left, [column])} = ${rowText(right, [column])}`
      return sql`(${equal} OR (${rowText(left, [column])} = '()' AND ${rowText(right, [column])} = '()'))`
    }),
    ' AND ',
  )
}

function compared(column: ColumnFacts, alias: Sql): Sql {
  return column.comparedAs === null ? sql`${alias}.${column.sql}` : sql`${alias}.${column.sql}::${column.comparedAs}`
}
