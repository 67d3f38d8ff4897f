import type Database from 'better-sqlite3'
import type { ImportTable } from '../../import-table.js'
import { ident, sql, type Sql } from '../../sql.js'
import { readTableIndexes } from '../table-indexes.js'

/** How a target's unique keys compare: 'a' and 'A' are one row where the index says so. */
export interface UniqueKeys {
  /** By what the values of a column are compared when they make out a row. */
  collation(column: string): Sql
  /** No two rows of the target have the same values in these columns, and none of those that make them differ is NULL. */
  isKey(columns: readonly string[]): boolean
}

/** Collations of a unique index without condition over plain columns, by column in lower case. */
type UniqueIndex = ReadonlyMap<string, string>

const BINARY = 'BINARY'

export function uniqueKeys(db: Database.Database, { target, identity }: ImportTable): UniqueKeys {
  const columns = new Map(target.columns.map((column) => [column.name.toLowerCase(), column]))
  const indexes = uniqueIndexes(db, target.name)
  // What an index over just these columns says goes before what the column says of itself.
  const keys = [...identity.rules.map((rule) => rule.columns), target.primaryKey?.columns ?? [], ...identity.surrogates.map((name) => [name])]
  const chosen = new Map<string, string>()
  for (const key of keys) {
    const index = coarsest(indexes.filter((each) => each.size === key.length && key.every((name) => each.has(name.toLowerCase()))))
    for (const [name, collation] of index ?? []) if (!chosen.has(name)) chosen.set(name, collation)
  }
  const collation = (name: string): string => chosen.get(name.toLowerCase()) ?? columns.get(name.toLowerCase())?.collation ?? BINARY
  // A column of a primary key may hold NULL in SQLite; mostly it does not, and the target is locked.
  const full = (name: string): boolean =>
    columns.get(name)?.nullable === false || db.prepare(sql`SELECT 1 FROM main.${ident(target.name)} WHERE ${ident(name)} IS NULL LIMIT 1`.text).get() === undefined
  const tells = (index: UniqueIndex, wanted: ReadonlySet<string>): boolean =>
    [...index].every(([name, own]) => wanted.has(name) && (same(own, collation(name)) || same(collation(name), BINARY))) && [...index.keys()].every(full)
  return Object.freeze({
    collation: (name: string) => ident(collation(name)),
    isKey: (names: readonly string[]) => {
      const wanted = new Set(names.map((name) => name.toLowerCase()))
      const rowid = target.columns.find((column) => column.identity?.kind === 'rowid')
      return (rowid !== undefined && wanted.has(rowid.name.toLowerCase())) || indexes.some((index) => tells(index, wanted))
    },
  })
}

function uniqueIndexes(db: Database.Database, table: string): readonly UniqueIndex[] {
  return readTableIndexes(db, table).flatMap(({ unique, partial, parts }) => {
    const columns = parts.flatMap(({ column, collation }) => (column === null ? [] : [[column.toLowerCase(), collation] as const]))
    return !unique || partial || columns.length < parts.length ? [] : [new Map(columns)]
  })
}

/** Where two indexes differ in what they call equal, the one that calls more equal has the last word. */
function coarsest(indexes: readonly UniqueIndex[]): UniqueIndex | undefined {
  return indexes.find((index) => [...index.values()].some((collation) => !same(collation, BINARY))) ?? indexes[0]
}

function same(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase()
}
