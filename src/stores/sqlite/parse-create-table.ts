import type { Deferrability } from '../../schema/schema.js'
import { TokenCursor } from './token-cursor.js'

/** What a CREATE TABLE says and no PRAGMA tells. Types, NOT NULL, defaults, keys and actions come from PRAGMAs. */
export interface ParsedTable {
  readonly columns: readonly ParsedColumn[]
  readonly primaryKey: { readonly name: string | null; readonly autoincrement: boolean } | null
  readonly uniques: readonly { readonly name: string | null; readonly columns: readonly string[] }[]
  /** Expressions verbatim, without the outer parentheses. */
  readonly checks: readonly { readonly name: string | null; readonly expression: string }[]
  /** In the order of the text, which is that of `PRAGMA foreign_key_list` backwards. */
  readonly references: readonly ParsedReference[]
}

export interface ParsedColumn {
  readonly name: string
  readonly collation: string | null
  /** Verbatim, without the outer parentheses. */
  readonly generated: string | null
}

export interface ParsedReference {
  readonly name: string | null
  readonly deferrability: Deferrability
}

interface Draft {
  columns: { name: string; collation: string | null; generated: string | null }[]
  primaryKey: { name: string | null; autoincrement: boolean } | null
  uniques: { name: string | null; columns: string[] }[]
  checks: { name: string | null; expression: string }[]
  references: { name: string | null; deferrability: Deferrability }[]
}

/** Words that cannot be part of a type name unquoted, so one of them ends it. */
const CONSTRAINT_WORDS = ['CONSTRAINT', 'DEFAULT', 'NULL', 'NOT', 'PRIMARY', 'UNIQUE', 'CHECK', 'REFERENCES', 'COLLATE', 'GENERATED', 'AS', 'DEFERRABLE'] as const
const TABLE_CONSTRAINT_WORDS = ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'] as const

/**
 * Reads the text of `sqlite_schema.sql` by SQLite's grammar (https://www.sqlite.org/lang_createtable.html), which also
 * lets commas between table constraints be left out and a `CONSTRAINT name` stand alone.
 * @throws UnparsableSql
 */
export function parseCreateTable(text: string): ParsedTable {
  const cursor = new TokenCursor(text)
  cursor.skipTo(() => cursor.atSymbol('('))
  cursor.expectSymbol('(')
  const draft: Draft = { columns: [], primaryKey: null, uniques: [], checks: [], references: [] }
  do {
    if (atAny(cursor, TABLE_CONSTRAINT_WORDS)) tableConstraint(cursor, draft)
    else column(cursor, draft)
    while (atAny(cursor, TABLE_CONSTRAINT_WORDS)) tableConstraint(cursor, draft)
  } while (cursor.takeSymbol(','))
  cursor.expectSymbol(')')
  return draft
}

function column(cursor: TokenCursor, draft: Draft): void {
  const column = { name: cursor.name(), collation: null as string | null, generated: null as string | null }
  draft.columns.push(column)
  const end = (): boolean => cursor.atSymbol(',') || cursor.atSymbol(')')
  cursor.skipTo(() => end() || atAny(cursor, CONSTRAINT_WORDS))
  let name: string | null = null
  while (!end()) {
    const named = name
    name = null
    if (cursor.takeWords('CONSTRAINT')) name = cursor.name()
    else if (cursor.takeWords('DEFAULT')) defaultValue(cursor)
    else if (cursor.takeWords('COLLATE')) column.collation = cursor.name()
    else if (cursor.takeWords('CHECK')) check(cursor, draft, named)
    else if (cursor.takeWords('GENERATED', 'ALWAYS', 'AS') || cursor.takeWords('AS')) {
      column.generated = cursor.group()
      if (!cursor.takeWords('STORED')) cursor.takeWords('VIRTUAL')
    } else if (cursor.takeWords('PRIMARY', 'KEY')) {
      if (!cursor.takeWords('ASC')) cursor.takeWords('DESC')
      onConflict(cursor)
      draft.primaryKey = { name: named, autoincrement: cursor.takeWords('AUTOINCREMENT') }
    } else if (cursor.takeWords('UNIQUE')) {
      draft.uniques.push({ name: named, columns: [column.name] })
      onConflict(cursor)
    } else if (cursor.takeWords('REFERENCES')) references(cursor, draft, named)
    else if (cursor.takeWords('NOT', 'NULL') || cursor.takeWords('NULL')) onConflict(cursor)
    else deferral(cursor, draft)
  }
}

function tableConstraint(cursor: TokenCursor, draft: Draft): void {
  const name = cursor.takeWords('CONSTRAINT') ? cursor.name() : null
  if (cursor.takeWords('CHECK')) check(cursor, draft, name)
  else if (cursor.takeWords('PRIMARY', 'KEY')) {
    draft.primaryKey = { name, autoincrement: keyColumns(cursor).autoincrement }
    onConflict(cursor)
  } else if (cursor.takeWords('UNIQUE')) {
    draft.uniques.push({ name, columns: keyColumns(cursor).columns })
    onConflict(cursor)
  } else if (cursor.takeWords('FOREIGN', 'KEY')) {
    cursor.group()
    cursor.expectWords('REFERENCES')
    references(cursor, draft, name)
  }
}

/** `(a COLLATE x DESC, b AUTOINCREMENT)`; SQLite allows only columns here. */
function keyColumns(cursor: TokenCursor): { columns: string[]; autoincrement: boolean } {
  const columns: string[] = []
  let autoincrement = false
  cursor.expectSymbol('(')
  do {
    columns.push(cursor.name())
    cursor.skipTo(() => {
      autoincrement ||= cursor.atWords('AUTOINCREMENT')
      return cursor.atSymbol(',') || cursor.atSymbol(')')
    })
  } while (cursor.takeSymbol(','))
  cursor.next()
  return { columns, autoincrement }
}

function check(cursor: TokenCursor, draft: Draft, name: string | null): void {
  draft.checks.push({ name, expression: cursor.group() })
  onConflict(cursor)
}

function defaultValue(cursor: TokenCursor): void {
  if (cursor.atSymbol('(')) {
    cursor.group()
    return
  }
  if (!cursor.takeSymbol('-')) cursor.takeSymbol('+')
  cursor.next()
}

function onConflict(cursor: TokenCursor): void {
  if (cursor.takeWords('ON', 'CONFLICT')) cursor.next()
}

function references(cursor: TokenCursor, draft: Draft, name: string | null): void {
  cursor.name()
  if (cursor.atSymbol('(')) cursor.group()
  for (;;) {
    if (cursor.takeWords('MATCH')) cursor.name()
    else if (cursor.takeWords('ON')) {
      cursor.next()
      if (cursor.takeWords('SET') || cursor.takeWords('NO')) cursor.next()
      else cursor.next()
    } else break
  }
  draft.references.push({ name, deferrability: 'not-deferrable' })
  if (cursor.atWords('DEFERRABLE') || cursor.atWords('NOT', 'DEFERRABLE')) deferral(cursor, draft)
}

/** Belongs to the last reference; on a column it may also stand by itself. */
function deferral(cursor: TokenCursor, draft: Draft): void {
  const not = cursor.takeWords('NOT')
  cursor.expectWords('DEFERRABLE')
  const deferred = cursor.takeWords('INITIALLY', 'DEFERRED')
  if (!deferred) cursor.takeWords('INITIALLY', 'IMMEDIATE')
  const last = draft.references.at(-1)
  if (last !== undefined) last.deferrability = not ? 'not-deferrable' : deferred ? 'initially-deferred' : 'initially-immediate'
}

function atAny(cursor: TokenCursor, words: readonly string[]): boolean {
  return words.some((word) => cursor.atWords(word))
}
