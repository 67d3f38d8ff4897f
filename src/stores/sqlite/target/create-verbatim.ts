import type Database from 'better-sqlite3'
import { HoldallError } from '../../../errors/holdall-error.js'
import { messageOf } from '../../../errors/message-of.js'
import { ident, literal, sql } from '../../sql.js'
import { sqliteCode } from '../map-error.js'
import { tokenize } from '../tokenize.js'
import type { HeldObject } from './session.js'

export interface SchemaObject {
  readonly kind: HeldObject['kind'] | 'table'
  readonly name: string
  readonly ddl: string
  /** In lower case: an index or trigger must be of one of these tables or views. Without it, of any. */
  readonly of?: ReadonlySet<string>
}

/** Modules whose virtual tables hold nothing but rows. */
const MODULES: ReadonlySet<string> = new Set(['fts3', 'fts4', 'fts5', 'rtree', 'rtree_i32', 'geopoly'])

const PREFIX: Readonly<Record<SchemaObject['kind'], RegExp>> = {
  table: /^\s*CREATE\s+TABLE\s+/i,
  'virtual-table': /^\s*CREATE\s+VIRTUAL\s+TABLE\s+/i,
  index: /^\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+/i,
  view: /^\s*CREATE\s+VIEW\s+/i,
  trigger: /^\s*CREATE\s+TRIGGER\s+/i,
}

/**
 * Creates one object from the text that another database's sqlite_schema held. The text comes from an archive, so it
 * must be one statement of the kind it says it is, and make just the object it says: what SQLite then keeps is compared.
 * @throws SCHEMA_UNSUPPORTED
 */
export function createVerbatim(db: Database.Database, object: SchemaObject): void {
  const { kind, name, ddl } = object
  if (!PREFIX[kind].test(ddl)) throw unsupported(object, `its definition is no CREATE ${kind.toUpperCase().replace('-', ' ')} statement`)
  if (kind === 'virtual-table') checkModule(object)
  try {
    run(db, ddl)
  } catch (error) {
    if (isDisks(error)) throw error
    const quoted = withStrings(ddl, error)
    if (quoted === null) throw unsupported(object, messageOf(error), error)
    createWithStrings(db, object, quoted)
  }
  const type = kind === 'virtual-table' ? 'table' : kind
  const kept = db.prepare<[string, string], { sql: string; owner: string }>(sql`SELECT sql, tbl_name AS owner FROM main.sqlite_schema WHERE type = ? AND name = ?`.text).get(type, name)
  if (kept === undefined || essence(kept.sql, kind) !== essence(ddl, kind)) throw unsupported(object, 'its definition makes something else than it says')
  if (object.of?.has(kept.owner.toLowerCase()) === false) throw unsupported(object, `it is of ${ident(kept.owner).text}, which is not of the archive`)
}

/** better-sqlite3 prepares one statement only. */
function run(db: Database.Database, ddl: string): void {
  const statement = db.prepare(ddl)
  if (statement.reader) throw new Error('the statement returns rows')
  statement.run()
}

function essence(ddl: string, kind: SchemaObject['kind']): string {
  return ddl.replace(PREFIX[kind], '').replace(/[\s;]+$/, '')
}

function checkModule(object: SchemaObject): void {
  const tokens = tokenize(object.ddl)
  const using = tokens.findIndex((token) => token.kind === 'word' && token.value.toUpperCase() === 'USING')
  const module = tokens[using + 1]?.value.toLowerCase() ?? ''
  if (!MODULES.has(module)) throw unsupported(object, `its module ${module} is not one that Holdall knows`)
}

/**
 * Old schemas write strings in double quotes, which SQLite still reads in a file but this build no longer accepts in a
 * new definition. It is created with single quotes where SQLite asks for them, and its own text is put back after.
 */
function createWithStrings(db: Database.Database, object: SchemaObject, first: string): void {
  let ddl = first
  for (;;) {
    try {
      run(db, ddl)
      break
    } catch (error) {
      if (isDisks(error)) throw error
      const next = withStrings(ddl, error)
      if (next === null) throw unsupported(object, messageOf(error), error)
      ddl = next
    }
  }
  db.unsafeMode(true)
  try {
    db.exec(sql`PRAGMA writable_schema = ON`.text)
    const type = object.kind === 'virtual-table' ? 'table' : object.kind
    db.prepare(sql`UPDATE main.sqlite_schema SET sql = ? WHERE type = ? AND name = ?`.text).run(object.ddl.trim(), type, object.name)
  } finally {
    db.exec(sql`PRAGMA writable_schema = OFF`.text)
    db.unsafeMode(false)
  }
}

/** A failure of the file, not of the definition: an index over many rows is where a disk fills up. */
function isDisks(error: unknown): boolean {
  return /^SQLITE_(?:FULL|IOERR|NOMEM|CORRUPT$|INTERRUPT|READONLY|CANTOPEN|BUSY|LOCKED)/.test(sqliteCode(error) ?? '')
}

/** The text with one more name turned into a string, as the error asks for; null when it asks for nothing. */
function withStrings(ddl: string, error: unknown): string | null {
  const [, name] = /^no such column: "(.*)" - should this be a string literal in single-quotes\?$/s.exec(messageOf(error)) ?? []
  if (name === undefined) return null
  let text = ddl
  for (const token of [...tokenize(ddl)].reverse()) {
    if (token.kind === 'quoted' && ddl[token.start] === '"' && token.value === name) text = text.slice(0, token.start) + literal(token.value).text + text.slice(token.end)
  }
  return text === ddl ? null : text
}

function unsupported(object: SchemaObject, reason: string, cause?: unknown): HoldallError {
  return new HoldallError('SCHEMA_UNSUPPORTED', { message: `${object.kind.replace('-', ' ')} ${ident(object.name).text} cannot be created: ${reason}`, table: object.name, cause })
}
