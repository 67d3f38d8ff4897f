import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { databaseFile, linesOf, snapshotOf, tableOf } from '../../../test/sqlite/scratch.js'
import type { Schema, Table } from '../../schema/schema.js'
import { introspect } from './introspect.js'

function schemaOf(sql: string): Schema {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = off')
  db.exec(sql)
  return introspect(db)
}

function table(schema: Schema, id: string): Table {
  return schema.tables.find((each) => each.id === id)!
}

const family = (schema: Schema, id: string): string[] => table(schema, id).columns.map(({ type }) => type.encoding.family)

test('families follow affinity, and every column is dynamic', () => {
  const schema = schemaOf(`
    CREATE TABLE t (a INTEGER, b "unsigned big int", c VARCHAR(10), d CLOB, e BLOB, f REAL, g "double precision", h NUMERIC, i, j BOOLEAN, k DATETIME, l "FLOATING POINT");
    CREATE TABLE s (a INT, b INTEGER, c TEXT, d REAL, e BLOB, f ANY) STRICT`)
  expect(family(schema, 't')).toEqual(['integer', 'integer', 'text', 'text', 'bytes', 'real', 'real', 'any', 'any', 'any', 'any', 'integer'])
  expect(family(schema, 's')).toEqual(['integer', 'integer', 'text', 'real', 'bytes', 'any'])
  expect(schema.tables.flatMap(({ columns }) => columns).every(({ type }) => type.dynamic)).toBe(true)
  expect(table(schema, 's').traits).toEqual(['strict'])
  expect(schema).toMatchObject({ engine: 'sqlite', engineVersion: expect.stringMatching(/^3\.\d+\.\d+$/) as string })
})

test.each([
  ['id INTEGER PRIMARY KEY', { kind: 'rowid', autoincrement: false }, false],
  ['id INTEGER PRIMARY KEY AUTOINCREMENT', { kind: 'rowid', autoincrement: true }, false],
  ['id INTEGER PRIMARY KEY ASC', { kind: 'rowid', autoincrement: false }, false],
  ['id INTEGER, PRIMARY KEY (id DESC)', { kind: 'rowid', autoincrement: false }, false],
  ['id INTEGER PRIMARY KEY DESC', null, true],
  ['id INT PRIMARY KEY', null, true],
  ['id TEXT PRIMARY KEY', null, true],
  ['id TEXT PRIMARY KEY NOT NULL', null, false],
])('%s', (columns, identity, nullable) => {
  const [column] = table(schemaOf(`CREATE TABLE t (${columns})`), 't').columns
  expect(column).toMatchObject({ identity, nullable })
})

test('WITHOUT ROWID has no rowid identity and no nullable key', () => {
  const t = table(schemaOf('CREATE TABLE t (a INTEGER, b TEXT, v, CONSTRAINT k PRIMARY KEY (b, a)) WITHOUT ROWID'), 't')
  expect(t.traits).toEqual(['without-rowid'])
  expect(t.primaryKey).toMatchObject({ name: 'k', columns: ['b', 'a'] })
  expect(t.columns.map(({ nullable, identity }) => [nullable, identity])).toEqual([[false, null], [false, null], [true, null]])
})

test('defaults are expressions: a bare name is the string SQLite takes it for', () => {
  const { columns } = table(schemaOf(`CREATE TABLE t (a DEFAULT draft, b DEFAULT 'it''s', c DEFAULT (1 + 2), d DEFAULT -5, e DEFAULT "dq", f DEFAULT true, g DEFAULT current_timestamp, h DEFAULT NULL, i DEFAULT x'00ff', j)`), 't')
  expect(columns.map((column) => column.default)).toEqual(["'draft'", "'it''s'", '1 + 2', '-5', "'dq'", 'true', 'current_timestamp', 'NULL', "x'00ff'", null])
})

test('generated columns carry their expression', () => {
  const { columns } = table(schemaOf('CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * (2 + 1)) STORED, c TEXT COLLATE NOCASE AS (upper(a)))'), 't')
  expect(columns.map(({ generated, collation }) => [generated, collation])).toEqual([
    [null, null],
    [{ expression: 'a * (2 + 1)', stored: true }, null],
    [{ expression: 'upper(a)', stored: false }, 'NOCASE'],
  ])
})

test('a reference without columns means the primary key; names are compared without case; the parent may be missing', () => {
  const schema = schemaOf(`
    CREATE TABLE "Parent" ("A" INT, b INT, u TEXT UNIQUE, PRIMARY KEY (b, "A"));
    CREATE TABLE child (x INT, y INT, z TEXT CONSTRAINT zu REFERENCES PARENT (U) ON DELETE SET NULL ON UPDATE CASCADE, bead REFERENCES beads (id), self REFERENCES child,
      id INTEGER PRIMARY KEY, FOREIGN KEY (x, y) REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`)
  const shape = table(schema, 'child').references.map(({ name, columns, table: to, targetColumns, onDelete, onUpdate, deferrability }) => [name, columns, to, targetColumns, onDelete, onUpdate, deferrability])
  expect(shape).toEqual([
    ['zu', ['z'], 'Parent', ['u'], 'set-null', 'cascade', 'not-deferrable'],
    [null, ['bead'], 'beads', ['id'], 'no-action', 'no-action', 'not-deferrable'],
    [null, ['self'], 'child', ['id'], 'no-action', 'no-action', 'not-deferrable'],
    [null, ['x', 'y'], 'Parent', ['b', 'A'], 'no-action', 'no-action', 'initially-deferred'],
  ])
  expect(schema.tables.map(({ id }) => id)).toEqual(['Parent', 'child'])
})

test('a column added later keeps its constraints and its reference', () => {
  const schema = schemaOf(`CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT CHECK (a > 0), UNIQUE (a));
    ALTER TABLE t ADD COLUMN "b c" TEXT COLLATE NOCASE DEFAULT 'x' CONSTRAINT nb CHECK (length("b c") < 9);
    ALTER TABLE t ADD COLUMN p INT REFERENCES p ON DELETE CASCADE; ALTER TABLE t RENAME COLUMN a TO "A-1"; ALTER TABLE t RENAME TO "new (t";
    CREATE TABLE copy AS SELECT * FROM "new (t"`)
  const t = table(schema, 'new (t')
  expect(t.columns.map(({ name, collation }) => [name, collation])).toEqual([['A-1', null], ['b c', 'NOCASE'], ['p', null]])
  expect(t.checks).toEqual([{ name: null, expression: '"A-1" > 0', validated: true }, { name: 'nb', expression: 'length("b c") < 9', validated: true }])
  expect(t.uniques.map(({ columns }) => columns)).toEqual([['A-1']])
  expect(t.references).toMatchObject([{ columns: ['p'], table: 'p', targetColumns: ['id'], onDelete: 'cascade' }])
  expect(table(schema, 'copy').columns.map(({ name, type }) => [name, type.declared])).toEqual([['A-1', 'INT'], ['b c', 'TEXT'], ['p', 'INT']])
})

test('uniques are of plain columns without a condition; every CREATE INDEX is an index', () => {
  const t = table(
    schemaOf(`CREATE TABLE t (a TEXT, b TEXT COLLATE NOCASE, c, CONSTRAINT abc UNIQUE (a, b));
      CREATE UNIQUE INDEX i1 ON t (c DESC); CREATE UNIQUE INDEX i2 ON t (a) WHERE c IS NOT NULL; CREATE UNIQUE INDEX i3 ON t (lower(a)); CREATE UNIQUE INDEX i4 ON t (b COLLATE BINARY);
      CREATE INDEX "i 5" ON t (a, length(c) + 1 DESC)`),
    't',
  )
  expect(t.uniques.map(({ name, columns }) => [name, columns])).toEqual([['abc', ['a', 'b']], ['i1', ['c']]])
  expect(t.indexes.map(({ name, unique, parts, condition }) => [name, unique, parts, condition])).toEqual([
    ['i1', true, [{ column: 'c', descending: true }], null],
    ['i2', true, [{ column: 'a', descending: false }], 'c IS NOT NULL'],
    ['i3', true, [{ expression: 'lower(a)', descending: false }], null],
    ['i4', true, [{ column: 'b', descending: false }], null],
    ['i 5', false, [{ column: 'a', descending: false }, { expression: 'length(c) + 1', descending: true }], null],
  ])
  expect(t.indexes[4]?.ddl).toBe('CREATE INDEX "i 5" ON t (a, length(c) + 1 DESC)')
})

test('AUTOINCREMENT counters are sequences, used or not', () => {
  const schema = schemaOf(`CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE "B c" (id INTEGER PRIMARY KEY AUTOINCREMENT);
    INSERT INTO "B c" VALUES (9007199254740993); DELETE FROM "B c"`)
  expect(schema.sequences.map(({ ownedBy, last }) => [ownedBy, last])).toEqual([
    [{ table: 'a', column: 'id' }, null],
    [{ table: 'B c', column: 'id' }, '9007199254740993'],
  ])
})

test('views and triggers are statements in creation order, and views are named as left out', () => {
  const schema = schemaOf(`CREATE TABLE "T" (a); CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;
    CREATE VIEW w AS SELECT * FROM v; CREATE TRIGGER iv INSTEAD OF INSERT ON V BEGIN SELECT 1; END; CREATE VIEW broken AS SELECT * FROM nowhere`)
  expect(schema.statements.map(({ kind, name, table: on }) => [kind, name, on])).toEqual([['view', 'v', null], ['trigger', 'tr', 'T'], ['view', 'w', null], ['trigger', 'iv', 'v'], ['view', 'broken', null]])
  expect(schema.leftOut.map(({ kind, name }) => [kind, name])).toEqual([['view', 'v'], ['view', 'w'], ['view', 'broken']])
  expect(schema.statements[0]?.ddl).toBe('CREATE VIEW v AS SELECT a FROM t')
})

test('virtual tables: own content is a table, external content a statement, what holds no text is left out', async () => {
  const path = databaseFile(`
    CREATE TABLE docs (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO docs VALUES (1, 'one');
    CREATE VIRTUAL TABLE note USING fts5(title, body UNINDEXED, tokenize = "porter ascii"); INSERT INTO note (rowid, title, body) VALUES (9, 'nine', x'00'), (-3, 'three', 2.5);
    CREATE VIRTUAL TABLE docs_fts USING fts5(body, content='DOCS', content_rowid='id');
    CREATE VIRTUAL TABLE bare USING fts5(body, content='');
    CREATE VIRTUAL TABLE old USING fts4(a, languageid="lid"); INSERT INTO old (docid, a, lid) VALUES (5, 'x', 2);
    CREATE VIRTUAL TABLE box USING rtree(id, minX, maxX, +label TEXT); INSERT INTO box VALUES (7, 1.5, 2.5, 'b'), (2, 0, 1, NULL);
    CREATE VIRTUAL TABLE words USING fts5vocab(note, row)`)
  const snapshot = await snapshotOf(path)
  const { schema } = snapshot
  expect(schema.tables.map(({ id, traits }) => [id, traits])).toEqual([['box', ['virtual']], ['docs', []], ['note', ['virtual']], ['old', ['virtual']]])
  expect(schema.statements).toMatchObject([{ kind: 'virtual-table', name: 'docs_fts', table: 'docs' }])
  expect(schema.leftOut).toMatchObject([
    { kind: 'virtual table', name: 'bare', reason: expect.stringContaining('contentless') as string },
    { kind: 'virtual table', name: 'words', reason: expect.stringContaining('fts5vocab') as string },
  ])
  expect(tableOf(snapshot, 'note').columns[0]).toMatchObject({ name: 'rowid', identity: { kind: 'rowid' } })
  expect(await linesOf(snapshot, 'note')).toEqual(['{"rowid":-3,"title":"three","body":2.5}', '{"rowid":9,"title":"nine","body":{"$bytes":"00"}}'])
  expect(await linesOf(snapshot, 'old')).toEqual(['{"rowid":5,"a":"x","lid":2}'])
  expect(await linesOf(snapshot, 'box')).toEqual(['{"id":2,"minX":0.0,"maxX":1.0,"label":null}', '{"id":7,"minX":1.5,"maxX":2.5,"label":"b"}'])
})

test('a virtual table whose module is not here is left out with its shadow tables, and the rest is read', () => {
  const db = new Database(':memory:')
  db.unsafeMode(true)
  db.exec(`CREATE TABLE mine (a); CREATE TABLE vec_chunks (c); CREATE TABLE vec_notes (c); PRAGMA writable_schema = on;
    INSERT INTO sqlite_schema VALUES ('table', 'vec', 'vec', 0, 'CREATE VIRTUAL TABLE vec USING vec0(x float[3])'); PRAGMA writable_schema = reset`)
  const schema = introspect(db)
  expect(schema.tables.map(({ id }) => id)).toEqual(['mine', 'vec_notes'])
  expect(schema.leftOut).toEqual([{ kind: 'virtual table', name: 'vec', reason: 'its module vec0 cannot read it here: no such module: vec0' }])
})

test('a virtual table with a column called rowid is left out: its rows cannot be told apart', () => {
  const db = new Database(':memory:')
  db.exec('CREATE VIRTUAL TABLE notes USING fts4(a, b); CREATE VIRTUAL TABLE shape USING geopoly(name)')
  expect(introspect(db).tables.map(({ id }) => id)).toEqual(['notes', 'shape'])
  db.unsafeMode(true)
  db.exec(`CREATE VIRTUAL TABLE odd USING fts4("rowid", b)`)
  expect(introspect(db).leftOut).toEqual([{ kind: 'virtual table', name: 'odd', reason: 'a column of its own is called rowid, so its rows cannot be told apart' }])
})

test.each(['CREATE TABLE t (a', 'CREATE TABLE t (a CHECK ((a))', 'CREATE TABLE t'])('the definition %s is an error naming the object', (ddl) => {
  const db = new Database(':memory:')
  db.unsafeMode(true)
  db.exec('CREATE TABLE t (a); PRAGMA writable_schema = on')
  db.prepare(`UPDATE sqlite_schema SET sql = ? WHERE name = 't'`).run(ddl)
  expect(() => introspect(db)).toThrow(expect.objectContaining({ code: 'STORE_UNREADABLE', message: expect.stringContaining('"t"') as string }) as Error)
})

test('names of any kind', async () => {
  const odd = ['order', 'a.b', 'say "hi"', "it's", 'with space', 'ÄÖ ключ 表', '[x]', '`', '-- x', 'select']
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
  const path = databaseFile(odd.map((name) => `CREATE TABLE ${quoted(name)} (${odd.map(quoted).join(', ')}, "" TEXT PRIMARY KEY); INSERT INTO ${quoted(name)} ("") VALUES (1)`).join(';'))
  const snapshot = await snapshotOf(path)
  expect(new Set(snapshot.schema.tables.map(({ name }) => name))).toEqual(new Set(odd))
  for (const { id, primaryKey } of snapshot.schema.tables) {
    expect(primaryKey?.columns).toEqual([''])
    const [line] = await linesOf(snapshot, id)
    expect(Object.keys(JSON.parse(line!) as object)).toEqual([...odd, ''])
  }
})

test('a definition that cannot be read is an error naming the object', () => {
  const db = new Database(':memory:')
  db.unsafeMode(true)
  db.exec(`CREATE TABLE fine (a); CREATE TABLE lost (a); PRAGMA writable_schema = on; UPDATE sqlite_schema SET sql = NULL WHERE name = 'lost'`)
  expect(() => introspect(db)).toThrow(expect.objectContaining({ code: 'STORE_UNREADABLE', message: expect.stringContaining('lost') as string }) as Error)
})

const CHINOOK = resolve(import.meta.dirname, '../../../../shared/data/chinook.sqlite')
test.skipIf(!existsSync(CHINOOK))(`Chinook is read whole (skipped where ../shared/data/chinook.sqlite is absent)`, async () => {
  const snapshot = await snapshotOf(CHINOOK)
  const db = new Database(CHINOOK, { readonly: true })
  expect(snapshot.schema.tables).toHaveLength(11)
  const seen = new Set<string>()
  for (const each of snapshot.schema.tables) {
    for (const { table: to } of each.references) expect(to === each.id || seen.has(to)).toBe(true)
    seen.add(each.id)
    const lines = await linesOf(snapshot, each.id)
    const rows = db.prepare(`SELECT * FROM "${each.name}" ORDER BY rowid`).all()
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows)
    expect(await snapshot.count(each)).toBe(rows.length)
  }
  db.close()
})
