import { texts } from '../../texts.js'
import { ident, join, sql, verbatim, type Sql } from '../../sql.js'
import { CONSTRAINT_EQUALITY, constraintEquality, type KeyEquality } from './key-equality.js'
import type { Relation } from './relation.js'
import type { Session } from './session.js'

type Action = 'a' | 'r' | 'c' | 'n' | 'd'

/** A foreign key of the target that touches a table of the import, on either side. */
export interface ForeignKey {
  readonly name: string
  readonly child: Side
  readonly parent: Side
  readonly onDelete: Action
  readonly onUpdate: Action
  readonly deferrable: boolean
  readonly validated: boolean
  readonly matchFull: boolean
  readonly equals: readonly KeyEquality[]
  /** As the server prints it: what ADD CONSTRAINT needs to make the same again. */
  readonly definition: string
  readonly comment: string | null
  /** The server does not check it: NOT ENFORCED, or its triggers are disabled. It stays as it is. */
  readonly asleep: boolean
  /** It compares periods, not only equal values (PostgreSQL 18). */
  readonly temporal: boolean
}

export interface Side {
  readonly oid: string
  /** `Table.id` of the import's table that this is or is a partition of; null: no part of the import. */
  readonly imported: string | null
  readonly sql: Sql
  readonly only: Sql
  /** For people. */
  readonly label: string
  readonly columns: readonly string[]
  readonly owned: boolean
}

export async function readForeignKeys(session: Session, relations: Iterable<Relation>): Promise<readonly ForeignKey[]> {
  const members = new Map<string, string>()
  for (const relation of relations) for (const member of relation.members) members.set(member, relation.id)
  const columns = (key: string, of: string): Sql =>
    sql`(SELECT pg_catalog.json_agg(a.attname ORDER BY k.place) FROM pg_catalog.unnest(f.${verbatim(key)}) WITH ORDINALITY k(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = f.${verbatim(of)} AND a.attnum = k.number)::pg_catalog.text`
  const side = (alias: string): Sql =>
    join(['{}.oid', '{n}.nspname', '{}.relname', '{}.relkind', "pg_catalog.pg_has_role({}.relowner, 'USAGE')"].map((text) => verbatim(text.replace('{n}', `${alias}n`).replace('{}', alias))))
  const rows = await session.rows(
    sql`SELECT f.conname, f.confdeltype, f.confupdtype, f.condeferrable, f.convalidated, f.confmatchtype = 'f',
          pg_catalog.pg_get_constraintdef(f.oid),
          pg_catalog.pg_get_constraintdef(f.oid) ~ ' NOT ENFORCED$'
            OR EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgconstraint = f.oid AND t.tgenabled IN ('D', 'R')),
          pg_catalog.pg_get_constraintdef(f.oid) ~ ', PERIOD ',
          ${columns('conkey', 'conrelid')}, ${columns('confkey', 'confrelid')}, ${CONSTRAINT_EQUALITY}, ${side('c')}, ${side('p')}, pg_catalog.obj_description(f.oid, 'pg_constraint')
        FROM pg_catalog.pg_constraint f
          JOIN pg_catalog.pg_class c ON c.oid = f.conrelid JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
          JOIN pg_catalog.pg_class p ON p.oid = f.confrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE f.contype = 'f' AND f.conparentid = 0 AND (f.conrelid = ANY ($1::pg_catalog.oid[]) OR f.confrelid = ANY ($1::pg_catalog.oid[]))
        ORDER BY cn.nspname, c.relname, f.conname`,
    [[...members.keys()]],
  )
  return rows.map((row) => {
    const [name, onDelete, onUpdate, deferrable, validated, full, definition, asleep, temporal, childColumns, parentColumns, equals] = texts(row, 12)
    const toSide = (from: number, names: string): Side => {
      const [oid, namespace, table, kind, owned] = texts(row.slice(from), 5)
      const quoted = ident(namespace, table)
      const label = namespace === 'public' ? table : `${namespace}.${table}`
      return Object.freeze({ oid, imported: members.get(oid) ?? null, sql: quoted, only: kind === 'p' ? quoted : sql`ONLY ${quoted}`, label, columns: JSON.parse(names) as string[], owned: owned === 't' })
    }
    return Object.freeze({
      name,
      child: toSide(12, childColumns),
      parent: toSide(17, parentColumns),
      onDelete: onDelete as Action,
      onUpdate: onUpdate as Action,
      deferrable: deferrable === 't',
      validated: validated === 't',
      matchFull: full === 't',
      equals: constraintEquality(equals),
      definition,
      comment: row[22] ?? null,
      asleep: asleep === 't',
      temporal: temporal === 't',
    })
  })
}
