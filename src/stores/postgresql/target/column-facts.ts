import { HoldallError } from '../../../errors/holdall-error.js'
import { present } from '../../../errors/present.js'
import { texts } from '../../texts.js'
import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, verbatim, type Sql } from '../../sql.js'
import { DEFAULT_EQUALITY, operator } from './default-equality.js'
import type { Relation } from './relation.js'
import type { Session } from './session.js'

/** What comparing and writing a column of the target depends on. */
export interface ColumnFacts {
  readonly name: string
  readonly sql: Sql
  /** Two values that the type calls equal are the same value, so its own `=` may compare them. */
  readonly exact: boolean
  /** The type's own `=`, qualified where it is not the server's; null: it has none, so its texts are compared. */
  readonly equals: Sql | null
  /** What the column is cast to for comparing: a domain over an enum has no operators of its own. */
  readonly comparedAs: Sql | null
  /**
   * The column's type, a domain's being the one it rests on, without its limits: an explicit cast would cut a value to fit,
   * where writing it is refused.
   */
  readonly type: Sql
  readonly collation: Sql | null
  readonly composite: boolean
  /** By the column itself, so that also an outer join gives no NULL that came from here. */
  readonly notNull: boolean
  /** By the column or by its domain. */
  readonly nullable: boolean
  /** GENERATED ALWAYS AS IDENTITY: no UPDATE may set it. */
  readonly always: boolean
  /** Any identity: INSERT needs OVERRIDING SYSTEM VALUE to keep the archive's value. */
  readonly identity: boolean
}

/** numeric, citext, float and the like call values equal that are not the same; json has no `=` at all. */
const EXACT = ['int2', 'int4', 'int8', 'oid', 'bool', 'text', 'varchar', 'name', 'char', 'uuid', 'bytea', 'date', 'time', 'timetz', 'timestamp', 'timestamptz']

/** The written columns, in order. */
export async function readColumnFacts(session: Session, table: ImportTable, relation: Relation): Promise<readonly ColumnFacts[]> {
  // Polymorphic operators compare enums, arrays, ranges and composites: those are the server's, so `=` finds them.
  const rows = await session.rows(
    sql`WITH RECURSIVE base(name, type, "collation", "notNull", filled, identity) AS (
          SELECT a.attname, a.atttypid, a.attcollation,
            a.attnotnull AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND NOT k.convalidated),
            a.attnotnull, a.attidentity FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped
          UNION ALL
          SELECT b.name, d.typbasetype, b."collation", b."notNull", b.filled OR d.typnotnull, b.identity FROM base b
            JOIN pg_catalog.pg_type d ON d.oid = b.type AND d.typtype = 'd')
        SELECT b.name, b."notNull", NOT b.filled, b.identity,
          (t.typtype = 'e' OR (t.typtype = 'b' AND t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace AND t.typname = ANY ($2::pg_catalog.text[])))
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_collation o WHERE o.oid = b."collation" AND NOT o.collisdeterministic),
          pg_catalog.format_type(t.oid, -1), t.typtype, t.typcategory, o.nspname, o.collname, e.nspname, e.oprname
        FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.type AND t.typtype <> 'd' LEFT JOIN LATERAL ${DEFAULT_EQUALITY} e ON true
          LEFT JOIN LATERAL (SELECT n.nspname, c.collname FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = b."collation") o ON true`,
    [relation.oid, EXACT],
  )
  const facts = new Map(
    rows.map((row) => {
      const [name, notNull, nullable, identity, exact, printed, kind, category] = texts(row, 8)
      const [space, collation, namespace, equality] = row.slice(8)
      const type = verbatim(printed)
      const polymorphic = category === 'A' || ['e', 'r', 'm', 'c'].includes(kind)
      return [
        name,
        {
          notNull: notNull === 't',
          nullable: nullable === 't',
          identity: identity !== '',
          always: identity === 'a',
          exact: exact === 't',
          equals: operator(namespace, equality) ?? (polymorphic ? sql`=` : null),
          comparedAs: kind === 'e' ? type : null,
          type,
          collation: typeof collation === 'string' ? ident(present(space), collation) : null,
          composite: kind === 'c',
        },
      ]
    }),
  )
  return table.columns.map(({ target }) => {
    const found = facts.get(target.name)
    if (found === undefined) throw new HoldallError('COLUMN_NOT_FOUND', { store: session.store, table: relation.id, column: target.name, message: 'the column is not in the target' })
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
  if (!column.exact) return sql`(${rowText(left, [column])} OPERATOR(pg_catalog.<>) ${rowText(right, [column])})`
  const [one, other] = [compared(column, sql`${left}.${column.sql}`), compared(column, sql`${right}.${column.sql}`)]
  return sql`(${one} IS DISTINCT FROM ${other})`
}

/** True where two values of the column are equal as its keys compare them, not true where one is NULL. It can be hashed. */
export function equalValues(column: ColumnFacts, left: Sql, right: Sql): Sql {
  if (column.equals !== null) return sql`${compared(column, left)} ${column.equals} ${compared(column, right)}`
  return sql`${grouped(column, left)} = ROW(${right})::pg_catalog.text`
}

/** What GROUP BY puts together just where `equalValues` is true. */
export function grouped(column: ColumnFacts, value: Sql): Sql {
  return column.equals === null ? sql`NULLIF(ROW(${value})::pg_catalog.text, '()')` : value
}

function compared(column: ColumnFacts, value: Sql): Sql {
  return column.comparedAs === null ? value : sql`${value}::${column.comparedAs}`
}
