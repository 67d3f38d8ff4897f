import type Database from 'better-sqlite3'
import { affinityOf, type Affinity } from '../../../schema/affinity.js'
import type { Column, Table } from '../../../schema/schema.js'
import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { nameDuplicate } from './name-duplicate.js'
import type { ImportSession, KeysAside } from './session.js'

const TYPES: Readonly<Record<Affinity, Sql>> = { integer: sql`INT`, text: sql`TEXT`, blob: sql`BLOB`, real: sql`REAL`, numeric: sql`NUMERIC` }

/**
 * Lets a table of a new file forget its unique keys until its rows are there, for their indexes take rows in any order but the
 * rows' own: building them at once halves the load. Its records stay what they are; docs/adr/0007 says why this is safe.
 */
export function takeKeysAside({ db, keysAside, options }: ImportSession, { target, columns }: ImportTable): void {
  if (!options.fresh || columns.length !== target.columns.length) return
  const bare = bareDefinition(target)
  const definition = db.prepare<[string], string>(sql`SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?`.text).pluck().get(target.name)
  const indexes = db
    .prepare<[string], { name: string; rootpage: bigint }>(sql`SELECT name, rootpage FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NULL ORDER BY rowid`.text)
    .safeIntegers()
    .all(target.name)
  if (bare === null || definition === undefined || indexes.length === 0) return
  rewriteSchema(db, () => {
    db.prepare(sql`DELETE FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NULL`.text).run(target.name)
    define(db, target.name, bare.text)
  })
  keysAside.push({ table: target.name, definition, indexes })
}

/** Gives every table its keys back and builds their indexes. @throws CONSTRAINT_VIOLATED naming a key that is there twice */
export function putKeysBack(session: ImportSession, { table, definition, indexes }: KeysAside): void {
  const { db } = session
  rewriteSchema(db, () => {
    const insert = db.prepare(sql`INSERT INTO main.sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('index', ?, ?, ?, NULL)`.text)
    for (const { name, rootpage } of indexes) insert.run(name, table, rootpage)
    define(db, table, definition)
  })
  try {
    db.exec(sql`REINDEX main.${ident(table)}`.text)
  } catch (error) {
    throw nameDuplicate(session, table, error)
  }
}

function define(db: Database.Database, table: string, definition: string): void {
  db.prepare(sql`UPDATE main.sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?`.text).run(definition, table)
}

function rewriteSchema(db: Database.Database, rewrite: () => void): void {
  db.unsafeMode(true)
  try {
    db.exec(sql`PRAGMA writable_schema = ON`.text)
    rewrite()
    // What SQLite has read of the schema is read again.
    db.exec(sql`PRAGMA writable_schema = RESET`.text)
  } finally {
    db.unsafeMode(false)
  }
}

/** The same records without unique keys; null where a table has more to it than columns. */
function bareDefinition({ name, traits, columns, checks }: Table): Sql | null {
  if (traits.some((trait) => trait !== 'strict') || checks.length > 0 || columns.some(({ generated }) => generated !== null)) return null
  const strict = traits.includes('strict')
  return sql`CREATE TABLE ${ident(name)} (${join(columns.map((column) => bareColumn(column, strict)))})${strict ? sql` STRICT` : sql``}`
}

function bareColumn({ name, type, nullable, identity }: Column, strict: boolean): Sql {
  if (identity?.kind === 'rowid') return sql`${ident(name)} INTEGER PRIMARY KEY${identity.autoincrement ? sql` AUTOINCREMENT` : sql``}`
  const affinity = affinityOf(type.declared, strict)
  const declared = strict && affinity === 'blob' && /any/i.test(type.declared) ? sql`ANY` : TYPES[affinity]
  return sql`${ident(name)} ${declared}${nullable ? sql`` : sql` NOT NULL`}`
}
