import type pg from 'pg'
import type { Index, IndexPart, Key, LeftOut } from '../../schema/schema.js'
import { sql } from '../sql.js'
import { catalogue } from './catalogue.js'
import { groupBy } from './group-by.js'
import type { Relation } from './introspect-relations.js'

export interface TableIndexes {
  readonly indexes: readonly Index[]
  /** Unique indexes over plain columns without a condition: keys in all but name. Each is among `indexes` too, by its name. */
  readonly keys: readonly Key[]
  readonly leftOut: readonly LeftOut[]
}

interface IndexRow {
  readonly table: string
  readonly name: string
  readonly unique: boolean
  readonly valid: boolean
  readonly nullsNotDistinct: boolean
  readonly method: string
  readonly parts: readonly { readonly number: number; readonly expression: string; readonly descending: boolean }[]
  readonly condition: string | null
  readonly ddl: string
}

const indexes = sql`
  SELECT i.indrelid AS table, c.relname AS name, i.indisunique AS unique, i.indisvalid AS valid, m.amname AS method,
    pg_get_indexdef(i.indexrelid) ~ '\\) NULLS NOT DISTINCT' AS "nullsNotDistinct",
    (SELECT json_agg(json_build_object('number', p.number, 'expression', pg_get_indexdef(i.indexrelid, p.place::int, false), 'descending', (p.option & 1) = 1) ORDER BY p.place)
      FROM unnest(i.indkey::int2[], i.indoption::int2[]) WITH ORDINALITY p (number, option, place) WHERE p.place <= i.indnkeyatts) AS parts,
    pg_get_expr(i.indpred, i.indrelid) AS condition, pg_get_indexdef(i.indexrelid) AS ddl
  FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_am m ON m.oid = c.relam
  WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  ORDER BY i.indrelid, i.indexrelid`

/** Indexes that no constraint owns, by the table's object id, in the order in which they were made. */
export async function introspectIndexes(client: pg.ClientBase, relations: ReadonlyMap<string, Relation>): Promise<ReadonlyMap<string, TableIndexes>> {
  const found = groupBy(await catalogue<IndexRow>(client, indexes), (row) => row.table)
  return new Map([...relations].map(([oid, relation]) => [oid, tableIndexes(relation, found.get(oid) ?? [])]))
}

function tableIndexes(relation: Relation, rows: readonly IndexRow[]): TableIndexes {
  const valid = rows.filter((row) => row.valid)
  const invalid = rows.filter((row) => !row.valid)
  return {
    indexes: valid.map((row) => index(relation, row)),
    keys: valid.flatMap((row) => key(relation, row) ?? []),
    leftOut: invalid.map((row) => ({ kind: 'index', name: `${relation.id}.${row.name}`, reason: 'it is invalid: its creation failed or is not finished' })),
  }
}

function index(relation: Relation, row: IndexRow): Index {
  const parts = row.parts.map((part): IndexPart => {
    const column = relation.attributes.get(part.number)
    return column === undefined ? { expression: part.expression, descending: part.descending } : { column: column.name, descending: part.descending }
  })
  return { name: row.name, unique: row.unique, method: row.method, parts, condition: row.condition, ddl: row.ddl }
}

function key(relation: Relation, row: IndexRow): Key | null {
  if (!row.unique || row.condition !== null) return null
  const columns: string[] = []
  for (const part of row.parts) {
    const column = relation.attributes.get(part.number)
    if (column === undefined) return null
    columns.push(column.name)
  }
  return { name: row.name, columns, deferrability: 'not-deferrable', nullsNotDistinct: row.nullsNotDistinct }
}
