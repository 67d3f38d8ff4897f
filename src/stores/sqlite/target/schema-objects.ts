import type Database from 'better-sqlite3'
import { ident, sql } from '../../sql.js'
import type { HeldObject } from './session.js'

/** The triggers on a table, as sqlite_schema has them, in creation order. Names are compared as SQLite does. */
export function triggersOf(db: Database.Database, table: string): readonly HeldObject[] {
  return db
    .prepare<[string], { name: string; ddl: string }>(
      sql`SELECT name, sql AS ddl FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY rowid`.text,
    )
    .all(table)
    .map(({ name, ddl }) => ({ kind: 'trigger', name, ddl }))
}

/** Takes an object out of the schema; `settle` creates it again from the same text. */
export function takeAway(db: Database.Database, object: HeldObject, held: HeldObject[]): void {
  db.exec(object.kind === 'index' ? sql`DROP INDEX main.${ident(object.name)}`.text : sql`DROP TRIGGER main.${ident(object.name)}`.text)
  held.push(object)
}
