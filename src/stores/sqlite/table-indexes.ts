import type Database from 'better-sqlite3'

/** A row of `PRAGMA index_list` with its key columns of `PRAGMA index_xinfo`. */
export interface TableIndex {
  readonly name: string
  readonly unique: boolean
  /** Made by PRIMARY KEY, by UNIQUE, or by CREATE INDEX. */
  readonly origin: 'pk' | 'u' | 'c'
  readonly partial: boolean
  readonly parts: readonly TableIndexPart[]
}

export interface TableIndexPart {
  /** Null for an expression and for the rowid. */
  readonly column: string | null
  readonly descending: boolean
  readonly collation: string
}

/** In the order the indexes were made. */
export function readTableIndexes(db: Database.Database, table: string): readonly TableIndex[] {
  const list = db
    .prepare<[string], { name: string; unique: number; origin: 'pk' | 'u' | 'c'; partial: number }>(
      `SELECT name, "unique", origin, partial FROM pragma_index_list(?, 'main') ORDER BY seq DESC`,
    )
    .all(table)
  const parts = db.prepare<[string], { column: string | null; descending: number; collation: string }>(
    `SELECT name AS "column", "desc" AS descending, coll AS collation FROM pragma_index_xinfo(?, 'main') WHERE "key" = 1 ORDER BY seqno`,
  )
  return list.map((index) => ({
    name: index.name,
    unique: index.unique === 1,
    origin: index.origin,
    partial: index.partial === 1,
    parts: parts.all(index.name).map((part) => ({ ...part, descending: part.descending === 1 })),
  }))
}
