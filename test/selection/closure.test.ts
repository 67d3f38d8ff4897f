import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openArchive } from '../../src/archive/open-archive.js'
import { planImport, runImport } from '../../src/transfer/run-import.js'
import { createDatabase } from '../postgres/database.js'
import { dumpSqlite } from '../property/sqlite-databases.js'
import { exported, profileOf, sqliteStore } from './exported.js'

const COMPANY = `
  CREATE TABLE regions (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES staff (id), team INTEGER REFERENCES teams (id), region INTEGER REFERENCES regions (id), big BLOB);
  CREATE TABLE teams (id INTEGER PRIMARY KEY, lead INTEGER REFERENCES staff (id));
  CREATE TABLE logs (staff INTEGER REFERENCES staff (id), text TEXT);
  INSERT INTO regions VALUES (1, 'north'), (2, 'south');
  INSERT INTO staff VALUES (1, 1, 10, 1, zeroblob(10)), (2, 1, 10, NULL, NULL), (3, 2, 11, 2, NULL), (4, 3, NULL, 2, NULL), (5, NULL, 12, NULL, NULL);
  INSERT INTO teams VALUES (10, 2), (11, 3), (12, NULL);
  INSERT INTO logs VALUES (3, 'in'), (3, 'in'), (3, 'out'), (5, 'in'), (NULL, 'boot'), (NULL, 'boot');
`
const names = (rows: Readonly<Record<string, readonly string[]>>): Record<string, unknown[]> =>
  Object.fromEntries(Object.entries(rows).map(([table, lines]) => [table, lines.map((line) => (JSON.parse(line) as { id?: number; text?: string }).id ?? (JSON.parse(line) as { text: string }).text)]))

test('what rows refer to comes along through cycles and self references, once, and the export stands on its own', async () => {
  const { folder, store } = sqliteStore(COMPANY)
  for (const format of ['archive', 'json'] as const) {
    const { rows, stubs, report, path } = await exported(folder, { store, format, include: ['staff'], where: { staff: 'id IN (3, 4)' }, closure: true })
    expect(names(rows)).toEqual({ regions: [1, 2], staff: [1, 2, 3, 4], teams: [10, 11] })
    expect(stubs).toEqual({})
    expect(report.tables.map(({ table, rows: count, closure }) => [table, count, closure])).toEqual([['regions', 2, 2], ['staff', 4, 2], ['teams', 2, 2]])
    const made = join(folder, `${format}.db`)
    const planned = await planImport({ input: path, store: made, create: true })
    expect((await runImport({ input: path, store: made, create: true })).totals).toEqual(planned.totals)
    expect(dumpSqlite(made)['staff']).toEqual(dumpSqlite(store)['staff']!.filter((row) => /^integer\|[1-4]\|/.test(row)))
    const again = await runImport({ input: path, store })
    expect(again.totals).toMatchObject({ new: 0, changed: 0, deleted: 0 })
  }
})

test('a table named by --exclude gives stubs even then, and every table that may be needed is there, rows or not', async () => {
  const { folder, store } = sqliteStore(COMPANY)
  const { rows, stubs } = await exported(folder, { store, include: ['logs'], exclude: ['regions'], where: { logs: 'staff = 5' }, closure: true })
  expect(names(rows)).toEqual({ staff: [5], teams: [12], logs: ['in'] })
  expect(stubs).toEqual({})
  const more = await exported(folder, { store, include: ['logs'], exclude: ['regions'], closure: true })
  expect(more.stubs).toEqual({ regions: ['{"id":1}', '{"id":2}'] })
})

test('a subset takes all that refers to its rows, as often as it is there, and nothing else', async () => {
  const { folder, store } = sqliteStore(COMPANY)
  const { rows, report, path } = await exported(folder, { store, subset: { staff: 'id = 3' } })
  // 4 is led by 3, team 11 too, and the logs; 2 and 1 are above, team 10 and the regions are theirs.
  expect(names(rows)).toEqual({ regions: [1, 2], staff: [1, 2, 3, 4], teams: [10, 11], logs: ['in', 'in', 'out'] })
  expect(report.tables.map(({ table, closure }) => [table, closure])).toEqual([['regions', 2], ['staff', 2], ['teams', 1], ['logs', 0]])
  const archive = await openArchive(path)
  expect(archive.schema.selection).toMatchObject({ subset: { staff: 'id = 3' }, closure: true })
  await archive.close()
  const without = await exported(folder, { store, subset: { staff: 'id = 3' }, exclude: ['logs', 'regions'] })
  expect(names(without.rows)).toEqual({ staff: [1, 2, 3, 4], teams: [10, 11] })
  expect(without.stubs).toEqual({ regions: ['{"id":1}', '{"id":2}'] })
  const two = await exported(folder, { store, subset: { staff: 'id = 5', regions: "name = 'north'" }, include: ['staff', 'regions', 'logs'] })
  expect(names(two.rows)).toEqual({ regions: [1, 2], staff: [1, 2, 3, 4, 5], teams: [10, 11, 12], logs: ['in', 'in', 'out', 'in'] })
  expect(names((await exported(folder, { store, subset: { staff: 'id = 77' } })).rows)).toEqual({ regions: [], staff: [], teams: [], logs: [] })
})

test.each([
  ['with a filter', { subset: { staff: 'id = 1' }, where: { logs: 'staff = 1' } }, 'USAGE'],
  ['with a time', { subset: { staff: 'id = 1' }, since: new Date() }, 'USAGE'],
  ['of a table that is not there', { subset: { stuff: 'id = 1' } }, 'TABLE_NOT_FOUND'],
  ['of a table that is left out', { subset: { staff: 'id = 1' }, exclude: ['staff'] }, 'TABLE_NOT_FOUND'],
  ['by a condition that is none', { subset: { staff: 'id =' } }, 'USAGE'],
])('a subset %s is refused', async (_name, options, code) => {
  const { folder, store } = sqliteStore(COMPANY)
  await expect(exported(folder, { store, ...options })).rejects.toMatchObject({ code })
})

test('rows whose primary key is NULL, as SQLite allows, are told apart', async () => {
  const { folder, store } = sqliteStore(`
    CREATE TABLE p (id TEXT PRIMARY KEY); INSERT INTO p VALUES ('a'), ('b');
    CREATE TABLE c (id TEXT PRIMARY KEY, p TEXT REFERENCES p (id), n INT);
    INSERT INTO c VALUES (NULL, 'a', 1), (NULL, 'a', 2), (NULL, 'a', 2), ('x', 'a', 3), (NULL, 'b', 4);
  `)
  const { rows } = await exported(folder, { store, subset: { p: "id = 'a'" } })
  expect(rows['c']).toEqual(['{"id":"x","p":"a","n":3}', '{"id":null,"p":"a","n":1}', '{"id":null,"p":"a","n":2}', '{"id":null,"p":"a","n":2}'])
})

test('many rows chosen are looked for in one scan, few by the index, with the same result', async () => {
  const script = (kind: string): string => `
    CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, a ${kind} REFERENCES a (id), b INTEGER REFERENCES b (id));
    INSERT INTO a SELECT value FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 45000) SELECT value FROM n);
    INSERT INTO b SELECT id, id, NULL FROM a;
    INSERT INTO b VALUES (100000, NULL, 1), (100001, NULL, 100000), (99999, NULL, 100001), (100002, 3, 44999), (100003, NULL, 45000);
    UPDATE b SET b = 99999 WHERE id = 44000; UPDATE b SET a = 1 WHERE id = 44999; UPDATE b SET a = NULL WHERE id = 45000`
  for (const kind of ['INTEGER', 'TEXT']) {
    const { folder, store } = sqliteStore(script(kind))
    const many = await exported(folder, { store, subset: { a: 'id <= 44990' } })
    expect(many.rows['b']).toHaveLength(44_990 + 1 + 3 + 1)
    expect(many.rows['a']).toHaveLength(44_990)
    const few = await exported(folder, { store, subset: { a: 'id = 1' } })
    expect(few.rows['b']?.map((line) => (JSON.parse(line) as { id: number }).id).sort((x, y) => x - y)).toEqual([1, 44_000, 44_999, 99_999, 100_000, 100_001, 100_002])
    expect(few.rows['a']).toHaveLength(3)
  }
})

test('a polymorphic pair leads down only where its type column says so', async () => {
  const { folder, store } = sqliteStore(`
    CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE TABLE posts (id INTEGER PRIMARY KEY); CREATE TABLE comments (id INTEGER PRIMARY KEY, on_id INTEGER, on_type TEXT);
    INSERT INTO users VALUES (1), (2); INSERT INTO posts VALUES (1), (2); INSERT INTO comments VALUES (1, 1, 'user'), (2, 1, 'post'), (3, 2, 'user'), (4, 1, NULL);
  `)
  const profile = profileOf({ comments: [
    { columns: ['on_id'], table: 'users', when: { column: 'on_type', value: 'user' } }, { columns: ['on_id'], table: 'posts', when: { column: 'on_type', value: 'post' } },
  ] })
  expect(names((await exported(folder, { store, profile, subset: { users: 'id = 1' } })).rows)).toEqual({ users: [1], posts: [], comments: [1] })
  expect(names((await exported(folder, { store, profile, subset: { posts: 'id < 3' } })).rows)).toEqual({ users: [], posts: [1, 2], comments: [2] })
})

test('PostgreSQL: a subset stands on its own, NOT NULL cycles included', async () => {
  const database = await createDatabase()
  await database.run(`
    CREATE TABLE customers (id int PRIMARY KEY, main_order int NOT NULL);
    CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers);
    CREATE TABLE items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, orders int[] NOT NULL, "order" int REFERENCES orders, twice int GENERATED ALWAYS AS ("order" * 2) STORED);
    INSERT INTO customers VALUES (1, 10), (2, 20);
    INSERT INTO orders VALUES (10, 1), (11, 1), (20, 2);
    INSERT INTO items (orders, "order") VALUES ('{11}', NULL), ('{}', 10), ('{20}', NULL), ('{20,10}', 20);
    ALTER TABLE customers ADD FOREIGN KEY (main_order) REFERENCES orders DEFERRABLE;
  `)
  const { folder } = sqliteStore('CREATE TABLE t (a)')
  const profile = profileOf({ items: [{ columns: ['orders'], table: 'orders', place: { kind: 'inside', path: ['*'] } }] })
  const { rows, path } = await exported(folder, { store: database.url, profile, subset: { customers: 'id = 1' } })
  expect(names(rows)).toEqual({ customers: [1, 2], orders: [10, 11, 20], items: [1, 2, 4] })
  const target = await createDatabase()
  await runImport({ input: path, store: target.url, create: true })
  expect(await target.query('SELECT count(*), sum(twice) FROM items')).toEqual([['3', '60']])
})

test('nothing of it stays behind when the export fails or is stopped', async () => {
  const { folder, store } = sqliteStore(COMPANY)
  const db = new Database(store)
  db.exec("CREATE TABLE bad (id INTEGER PRIMARY KEY, staff INTEGER REFERENCES staff (id)); INSERT INTO bad VALUES (1, 3)")
  db.close()
  const controller = new AbortController()
  const stopped = exported(folder, { store, subset: { staff: 'id = 3' }, signal: controller.signal, onProgress: ({ phase }) => phase === 'read' && controller.abort() })
  await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' })
})
