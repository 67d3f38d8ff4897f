import type Database from 'better-sqlite3'
import { HoldallError } from '../../errors/holdall-error.js'
import { UnparsableSql } from './token-cursor.js'

/** An object of the main database: a row of `sqlite_schema` with what `PRAGMA table_list` adds. */
export interface SchemaRow {
  readonly kind: 'table' | 'index' | 'view' | 'trigger'
  readonly name: string
  /** The table an index or a trigger is on; its own name for a table or view. */
  readonly table: string
  readonly ddl: string
  readonly virtual: boolean
  /** Owned by a virtual table, as far as its module is there to say so. */
  readonly shadow: boolean
  readonly strict: boolean
  readonly withoutRowid: boolean
}

interface ListedTable {
  readonly type: string
  readonly wr: number
  readonly strict: number
}

/** In creation order, without SQLite's own tables (`sqlite_sequence`, statistics) and the indexes constraints own. */
export function readSchemaRows(db: Database.Database): readonly SchemaRow[] {
  const list = db.prepare<[], ListedTable & { name: string }>(`SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'`).all()
  const listed = new Map(list.map((row): [string, ListedTable] => [row.name.toLowerCase(), row]))
  const rows = db
    .prepare<[], { kind: unknown; name: unknown; table: unknown; ddl: unknown }>(
      `SELECT type AS kind, name, tbl_name AS "table", sql AS ddl FROM main.sqlite_schema ORDER BY rowid`,
    )
    .all()
  return rows.flatMap(({ kind, name, table, ddl }) => {
    if (typeof name === 'string' && /^sqlite_/i.test(name)) return []
    if (!isKind(kind) || typeof name !== 'string' || typeof table !== 'string' || typeof ddl !== 'string') throw malformed(String(name), 'its row in sqlite_schema holds no definition')
    const more = kind === 'table' ? listed.get(name.toLowerCase()) : undefined
    return [{ kind, name, table, ddl, virtual: more?.type === 'virtual', shadow: more?.type === 'shadow', strict: more?.strict === 1, withoutRowid: more?.wr === 1 }]
  })
}

/** Runs a parser over the definition of an object. @throws STORE_UNREADABLE naming the object */
export function parsed<T>(row: SchemaRow, parse: (text: string) => T): T {
  try {
    return parse(row.ddl)
  } catch (error) {
    if (error instanceof UnparsableSql) throw malformed(row.name, error.message)
    throw error
  }
}

function isKind(kind: unknown): kind is SchemaRow['kind'] {
  return kind === 'table' || kind === 'index' || kind === 'view' || kind === 'trigger'
}

function malformed(name: string, reason: string): HoldallError {
  return new HoldallError('STORE_UNREADABLE', {
    message: `the definition of ${JSON.stringify(name)} cannot be read: ${reason}`,
    hint: 'See what `PRAGMA integrity_check` says, and correct or remove the object.',
  })
}
