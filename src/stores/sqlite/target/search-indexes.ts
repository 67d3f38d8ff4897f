import { ident, literal, sql } from '../../sql.js'
import { mapError } from '../map-error.js'
import { parseVirtualTable } from '../parse-virtual-table.js'
import type { ImportSession } from './session.js'

interface SearchIndex {
  readonly name: string
  readonly module: string
  /** The table or view whose text it indexes; empty for a contentless one. */
  readonly content: string
}

/**
 * Full text over another table's rows is kept up by triggers. Where those were silenced, it is built anew, or it would
 * find what is no longer there. Returns what could not be.
 */
export function rebuildSearchIndexes(session: ImportSession, created: ReadonlySet<string>): readonly string[] {
  const notes: string[] = []
  const silenced = session.options.triggers === 'silence'
  for (const index of searchIndexes(session)) {
    if (created.has(index.name)) rebuild(session, index)
    else if (silenced && index.content !== '' && isStale(session, index)) rebuild(session, index)
    else if (silenced && index.content === '' && fedByTriggers(session, index)) {
      notes.push(`${index.name} is an index without content, kept up by triggers that were silenced: let the application fill it anew`)
    }
  }
  return notes
}

function searchIndexes({ db }: ImportSession): readonly SearchIndex[] {
  return db
    .prepare<[], { name: string; ddl: string }>(sql`SELECT name, sql AS ddl FROM main.sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%' ORDER BY rowid`.text)
    .all()
    .flatMap(({ name, ddl }) => {
      const { module, options } = parseVirtualTable(ddl)
      const content = options.get('content')
      return (module === 'fts4' || module === 'fts5') && content !== undefined ? [{ name, module, content }] : []
    })
}

/** A view may read any table. */
function isStale({ db, schema, written }: ImportSession, { content }: SearchIndex): boolean {
  const table = schema.tables.find(({ name }) => name.toLowerCase() === content.toLowerCase())
  if (table !== undefined) return written.has(table.id)
  return written.size > 0 && db.prepare(sql`SELECT 1 FROM main.sqlite_schema WHERE type = 'view' AND name = ? COLLATE NOCASE`.text).get(content) !== undefined
}

function fedByTriggers({ held }: ImportSession, { name }: SearchIndex): boolean {
  return held.some(({ kind, ddl }) => kind === 'trigger' && ddl.toLowerCase().includes(name.toLowerCase()))
}

function rebuild({ db, store }: ImportSession, { name, module }: SearchIndex): void {
  const table = sql`main.${ident(name)}`
  try {
    db.exec(sql`INSERT INTO ${table} (${ident(name)}) VALUES (${literal('rebuild')})`.text)
    db.exec((module === 'fts5' ? sql`INSERT INTO ${table} (${ident(name)}, rank) VALUES ('integrity-check', 1)` : sql`INSERT INTO ${table} (${ident(name)}) VALUES ('integrity-check')`).text)
  } catch (error) {
    throw mapError(error, { store, table: name })
  }
}
