import type Database from 'better-sqlite3'
import { present } from '../../errors/present.js'
import type { Reference, ReferenceAction } from '../../schema/schema.js'
import { tableId } from '../../schema/table-id.js'
import type { ParsedReference } from './parse-create-table.js'

interface Row {
  readonly id: number
  readonly parent: string
  readonly column: string
  readonly target: string | null
  readonly onUpdate: string
  readonly onDelete: string
}

const ACTIONS: Readonly<Record<string, ReferenceAction>> = Object.freeze({
  'NO ACTION': 'no-action',
  RESTRICT: 'restrict',
  CASCADE: 'cascade',
  'SET NULL': 'set-null',
  'SET DEFAULT': 'set-default',
})

/** Names of tables as they are, by lower case, with the columns of their primary keys: what a reference may leave out. */
export type Parents = ReadonlyMap<string, { readonly name: string; readonly columns: readonly string[]; readonly key: readonly string[] }>

/**
 * In the order of the text. `foreign_key_list` counts the other way, so ids and parsed references meet from both ends.
 * SQLite reads MATCH and ignores it: every reference behaves as MATCH SIMPLE.
 */
export function readReferences(db: Database.Database, table: string, parsed: readonly ParsedReference[], parents: Parents): readonly Reference[] {
  const rows = db
    .prepare<[string], Row>(
      `SELECT id, "table" AS parent, "from" AS "column", "to" AS target, on_update AS onUpdate, on_delete AS onDelete
       FROM pragma_foreign_key_list(?, 'main') ORDER BY id DESC, seq`,
    )
    .all(table)
  const groups = new Map<number, Row[]>()
  for (const row of rows) groups.set(row.id, [...(groups.get(row.id) ?? []), row])
  return [...groups.values()].map((group, position) => {
    const first = present(group[0])
    const parent = parents.get(first.parent.toLowerCase())
    const named = group.map((row) => row.target).filter((target) => target !== null)
    return Object.freeze<Reference>({
      name: parsed[position]?.name ?? null,
      columns: group.map((row) => row.column),
      table: tableId(null, parent?.name ?? first.parent),
      targetColumns: named.length === 0 ? (parent?.key ?? []) : named.map((target) => sameColumn(parent?.columns ?? [], target)),
      onUpdate: present(ACTIONS[first.onUpdate]),
      onDelete: present(ACTIONS[first.onDelete]),
      match: 'simple',
      deferrability: parsed[position]?.deferrability ?? 'not-deferrable',
      validated: true,
    })
  })
}

/** Names of columns are compared without case: the parent's own spelling. */
function sameColumn(columns: readonly string[], name: string): string {
  return columns.find((column) => column.toLowerCase() === name.toLowerCase()) ?? name
}
