import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Schema, Table } from '../../../schema/schema.js'
import { begin, canonicalLine, importLines, schemaFrom, schemaOf, storedRows, tableIn } from '../../../../test/sqlite/importing.js'
import { databaseFile, scratchFolder } from '../../../../test/sqlite/scratch.js'

function objects(path: string): unknown[][] {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare<[], unknown[]>(`SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name`).raw().all()
  } finally {
    db.close()
  }
}

const RICH = `
  CREATE TABLE author (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE NOT NULL UNIQUE, boss INT REFERENCES author ON DELETE SET NULL);
  CREATE TABLE  "book"(isbn TEXT, part INT DEFAULT (1 + 1), author INT NOT NULL, price DECIMAL(10,2) CHECK (price >= 0), -- a comment
    title TEXT, lower_title TEXT GENERATED ALWAYS AS (lower(title)) VIRTUAL, PRIMARY KEY (isbn, part), FOREIGN KEY (author) REFERENCES author(id) DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID;
  CREATE TABLE tight (a INTEGER, b ANY) STRICT;
  CREATE UNIQUE INDEX book_title ON book (title COLLATE NOCASE, author) WHERE title <> '';
  CREATE INDEX book_lower ON book (lower(title));
  CREATE VIEW titles AS SELECT title FROM book;
  CREATE TRIGGER author_ai AFTER INSERT ON author BEGIN UPDATE author SET name = 'changed' WHERE id = NEW.id; END;
  CREATE TRIGGER titles_ii INSTEAD OF INSERT ON titles BEGIN SELECT 1; END;
  CREATE VIRTUAL TABLE own USING fts5(a);
  CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);
  CREATE VIRTUAL TABLE note_search USING fts5(body, content='note', content_rowid='id')`

test('a schema of SQLite is created word for word', async () => {
  const origin = databaseFile(RICH)
  const path = join(scratchFolder(), 'new.db')
  await importLines(path, { note: ['{"id":4,"body":"apple"}'], author: ['{"id":9,"name":"x","boss":null}'] }, { create: schemaOf(origin) })
  expect(objects(path)).toEqual(objects(origin))
  expect(storedRows(path, 'author')).toEqual([[9n, 'x', null]])
  const db = new Database(path)
  expect(db.prepare(`SELECT rowid FROM note_search WHERE note_search MATCH 'apple'`).pluck().all()).toEqual([4])
  expect(db.prepare(`INSERT INTO author (name) VALUES ('y') RETURNING id`).pluck().get()).toBe(10)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  db.close()
})

test('strings in double quotes, as old schemas have them, are kept as they stand', async () => {
  const origin = databaseFile('SELECT 1', (db) => {
    // An older SQLite took these; this build only reads them.
    db.unsafeMode(true)
    db.exec(`CREATE TABLE t (state TEXT DEFAULT 'open' CHECK (state IN ('open', 'it''s')), n INT); CREATE INDEX i ON t (n) WHERE state = 'open'; PRAGMA writable_schema = ON`)
    db.exec(`UPDATE sqlite_schema SET sql = 'CREATE TABLE t (state TEXT DEFAULT "open" CHECK (state IN ("open", "it''s")), n INT)' WHERE name = 't'; UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (n) WHERE state = "open"' WHERE name = 'i'; PRAGMA writable_schema = OFF`)
  })
  const path = join(scratchFolder(), 'new.db')
  await importLines(path, { t: [`{"state":"it's","n":1}`] }, { create: schemaOf(origin) })
  expect(objects(path)).toEqual(objects(origin))
  expect(storedRows(path, 't')).toEqual([["it's", 1n]])
  await expect(importLines(path, { t: [`{"state":"other","n":1}`] })).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED' })
})

test('what is there already is TARGET_NOT_EMPTY, whatever its case or kind', async () => {
  const path = databaseFile('CREATE TABLE AUTHOR (x); CREATE VIEW note AS SELECT 1')
  const target = await begin(path)
  await expect(target.create(schemaFrom(RICH))).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY', details: ['author', 'note'] })
  await target.end('rollback')
})

test('one name that is there already is said alone', async () => {
  const target = await begin(databaseFile('CREATE TABLE t (x)'))
  await expect(target.create(schemaFrom('CREATE TABLE T (a)'))).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY', message: 'T is there already', details: ['T'] })
  await target.end('rollback')
})

test('a trigger that cannot be created is left out and named', async () => {
  const schema = schemaFrom(`CREATE TABLE t (a); CREATE TABLE gone (a); CREATE TRIGGER x AFTER INSERT ON gone BEGIN SELECT 1; END; CREATE TRIGGER y AFTER INSERT ON t BEGIN SELECT 1; END`)
  const path = join(scratchFolder(), 'new.db')
  const target = await begin(path, { fresh: true })
  const leftOut = await target.create({ ...schema, tables: schema.tables.filter(({ id }) => id === 't') })
  expect(leftOut).toMatchObject([{ kind: 'trigger', name: 'x', reason: expect.stringContaining('no such table') as string }])
  await target.settle()
  await target.end('commit')
  expect(objects(path).map(([, name]) => name)).toEqual(['t', 'y'])
})

describe('definitions are not trusted', () => {
  const forged = (change: Partial<Table>): Schema => {
    const schema = schemaFrom('CREATE TABLE t (a); CREATE INDEX i ON t (a); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END')
    return { ...schema, tables: schema.tables.map((table) => ({ ...table, ...change })) }
  }
  test.each<[string, Schema]>([
    ['two statements', forged({ ddl: 'CREATE TABLE t (a); DROP TABLE kept' })],
    ['another kind', forged({ ddl: 'DROP TABLE kept' })],
    ['another name', forged({ ddl: 'CREATE TABLE u (a)' })],
    ['a temporary table', forged({ ddl: 'CREATE TEMP TABLE t (a)' })],
    ['a table made by a query', forged({ ddl: 'CREATE TABLE t AS SELECT * FROM kept' })],
    ['an unknown module', forged({ ddl: `CREATE VIRTUAL TABLE t USING dbstat`, traits: ['virtual'] })],
    ['a module of a comment', forged({ ddl: `CREATE VIRTUAL TABLE t /* USING fts5 */ USING dbstat`, traits: ['virtual'] })],
  ])('%s is SCHEMA_UNSUPPORTED', async (_name, schema) => {
    const path = databaseFile('CREATE TABLE kept (a)')
    const target = await begin(path)
    await expect(target.create(schema)).rejects.toMatchObject({ code: 'SCHEMA_UNSUPPORTED', place: { table: 't' } })
    await target.end('rollback')
    expect(objects(path).map(([, name]) => name)).toEqual(['kept'])
  })

  test('an index or trigger that is something else is left out', async () => {
    const path = databaseFile('CREATE TABLE kept (a)')
    const schema = forged({})
    const target = await begin(path)
    const leftOut = await target.create({
      ...schema,
      tables: schema.tables.map((table) => ({ ...table, indexes: table.indexes.map((index) => ({ ...index, ddl: 'CREATE INDEX other ON kept (a)' })) })),
      statements: [{ kind: 'trigger', name: 'g', table: 't', ddl: 'CREATE TRIGGER h AFTER INSERT ON kept BEGIN DELETE FROM kept; END' }, { kind: 'view', name: 'v', table: null, ddl: 'DELETE FROM kept' }],
    })
    expect(leftOut.map(({ kind, name }) => [kind, name])).toEqual([['index', 'i'], ['trigger', 'g'], ['view', 'v']])
    await target.settle()
    await target.end('commit')
    expect(objects(path).map(([, name]) => name)).toEqual(['kept', 't'])
  })
})

test('a schema that another engine described is created from the model', async () => {
  const model = schemaFrom(RICH)
  const schema: Schema = {
    ...model,
    tables: model.tables
      .filter(({ traits }) => !traits.includes('virtual'))
      .map((table) => ({ ...table, ddl: null, indexes: table.indexes.map((index) => ({ ...index, ddl: '' })) })),
    statements: [],
  }
  const path = join(scratchFolder(), 'new.db')
  await importLines(path, { author: [canonicalLine(tableIn(schema, 'author'), [5n, 'x', 5n])] }, { create: schema })
  const made = schemaOf(path)
  const essence = (from: Schema): unknown =>
    from.tables
      .filter(({ traits }) => !traits.includes('virtual'))
      .map(({ ddl: _ddl, ...table }) => ({ ...table, checks: table.checks.map(({ expression }) => expression), columns: table.columns.map((column) => ({ ...column, default: column.default?.replace(/^\((.*)\)$/, '$1') ?? null })), indexes: table.indexes.map(({ ddl: _text, ...index }) => index) }))
  expect(essence(made)).toEqual(essence(model))
  expect(storedRows(path, 'author')).toEqual([[5n, 'x', 5n]])
})

test('a check or default that SQLite does not understand is left out of a model and named', async () => {
  const model = schemaFrom(`CREATE TABLE t (a INT DEFAULT 5 CHECK (a > 0), b TEXT)`)
  const schema: Schema = {
    ...model,
    tables: model.tables.map((table) => ({
      ...table,
      ddl: null,
      checks: [...table.checks, { name: 'odd', expression: `b ~ '^x'`, validated: true }],
      columns: table.columns.map((column) => (column.name === 'b' ? { ...column, default: 'gen_random_uuid()::text' } : column)),
    })),
  }
  const path = join(scratchFolder(), 'new.db')
  const target = await begin(path, { fresh: true })
  expect((await target.create(schema)).map(({ kind, name }) => [kind, name])).toEqual([['check', 't: odd'], ['default', 't.b']])
  await target.end('commit')
  const [table] = schemaOf(path).tables
  expect(table?.checks.map(({ expression }) => expression)).toEqual(['a > 0'])
  expect(table?.columns.map((column) => column.default?.replace(/^\((.*)\)$/, '$1') ?? null)).toEqual(['5', null])
})
