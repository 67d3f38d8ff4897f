import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openArchive } from '../../src/archive/open-archive.js'
import { frozenRecord } from '../../src/profiles/profile.js'
import type { ProgressEvent } from '../../src/progress/progress.js'
import { readJsonDocument } from '../../src/formats/read-json-document.js'
import { verifyArchive } from '../../src/transfer/verify-archive.js'
import { createDatabase } from '../postgres/database.js'
import { createRole } from '../postgres/role.js'
import { exported, profileOf, sqliteStore } from './exported.js'

const SHOP = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT, boss INTEGER REFERENCES users (id));
  CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), code TEXT NOT NULL UNIQUE, total REAL);
  CREATE TABLE lines (order_id INTEGER NOT NULL REFERENCES orders (id), n INTEGER NOT NULL, sku TEXT, PRIMARY KEY (order_id, n));
  CREATE TABLE notes (id INTEGER PRIMARY KEY, order_id INTEGER, n INTEGER, text TEXT, FOREIGN KEY (order_id, n) REFERENCES lines (order_id, n));
  INSERT INTO users VALUES (1, 'ann@x', 'Ann', NULL), (2, 'bob@x', 'Bob', 1), (3, 'cy@x', 'Cy', 2);
  INSERT INTO orders VALUES (10, 1, 'A', 5.0), (11, 2, 'B', 7.5), (12, 3, 'C', 9.0);
  INSERT INTO lines VALUES (10, 1, 'nut'), (11, 1, 'bolt'), (11, 2, 'nut');
  INSERT INTO notes VALUES (1, 11, 2, 'x'), (2, 10, NULL, 'half a key'), (3, NULL, NULL, 'none'), (4, 99, 1, 'nowhere');
`

test('a row that is referred to and left out leaves its identity, with what that refers to in its turn', async () => {
  const { folder, store } = sqliteStore(SHOP)
  const { report, rows, stubs } = await exported(folder, { store, include: ['notes'] })
  expect(Object.keys(rows)).toEqual(['notes'])
  // A line is recognised by its order, an order by its code, and nothing of a user is part of that.
  expect(stubs).toEqual({ lines: ['{"order_id":11,"n":2}'], orders: ['{"id":11,"code":"B"}'] })
  expect(report.stubs).toEqual([{ table: 'lines', rows: 1 }, { table: 'orders', rows: 1 }])
  expect(report.notes).toEqual([
    'table lines: references lead to 1 row that is not exported; its identity goes along as a stub',
    'table orders: references lead to 1 row that is not exported; its identity goes along as a stub',
  ])
})

test('rows of the same table that a condition leaves out are stubs too, and a self reference is one like any other', async () => {
  const { folder, store } = sqliteStore(SHOP)
  const { path, rows, stubs } = await exported(folder, { store, include: ['users', 'orders'], where: { users: 'id = 3', orders: 'total > 6' } })
  expect(rows['users']).toHaveLength(1)
  expect(stubs).toEqual({ users: ['{"id":2,"email":"bob@x"}'] })
  const archive = await openArchive(path)
  expect(archive.schema).toMatchObject({ stubs: { users: ['id', 'email'] }, stubTables: [] })
  await archive.close()
})

test('tables of which there are stubs alone are described with the columns of these', async () => {
  const { folder, store } = sqliteStore(SHOP)
  const { path } = await exported(folder, { store, include: ['lines'] })
  const archive = await openArchive(path)
  expect(archive.schema.schema.tables.map(({ id }) => id)).toEqual(['lines'])
  expect(archive.schema.stubTables).toMatchObject([{ id: 'orders', columns: [{ name: 'id' }, { name: 'code' }], primaryKey: { columns: ['id'] }, uniques: [{ columns: ['code'] }], references: [], indexes: [], ddl: null }])
  await archive.close()
})

test('an export of everything reads nothing twice and has no stubs, dangling references or not', async () => {
  const { folder, store } = sqliteStore(SHOP)
  for (const closure of [false, true]) {
    const events: ProgressEvent[] = []
    const { path, report, stubs } = await exported(folder, { store, closure, onProgress: (event) => void events.push(event) })
    expect([stubs, report.stubs, report.notes]).toEqual([{}, [], []])
    expect(events.filter(({ phase, done }) => phase === 'select' || (phase === 'read' && done)).map(({ table }) => table)).toEqual(['users', 'orders', 'lines', 'notes'])
    const archive = await openArchive(path)
    expect(archive.schema).toMatchObject({ stubs: {}, stubTables: [] })
    expect(archive.schema.selection).not.toHaveProperty('closure')
    await archive.close()
  }
})

test('verify takes a reference for resolved when a stub resolves it, and only notes others of a filtered export', async () => {
  const { folder, store } = sqliteStore(SHOP)
  const { path } = await exported(folder, { store, include: ['users', 'orders'], where: { users: 'id = 3' } })
  expect(await verifyArchive({ input: path })).toMatchObject({ ok: true, notes: [] })
  const notes = await exported(folder, { store, include: ['notes'] })
  expect(await verifyArchive({ input: notes.path })).toMatchObject({
    ok: true,
    notes: ['table notes: 1 value of order_id, n refers to no row of lines: 99, 1 (row 4); the export was filtered'],
  })
})

test('verify reads stubs as it reads rows', async () => {
  const { folder, store } = sqliteStore(SHOP)
  const { path } = await exported(folder, { store, include: ['orders'], format: 'json' })
  const broken = readFileSync(path, 'utf8').replace('{"id":1,"email":"ann@x"}', '{"id":true,"email":"ann@x"}')
  writeFileSync(join(folder, 'broken.json'), broken)
  const { findings } = await verifyArchive({ input: join(folder, 'broken.json') })
  expect(findings).toMatchObject([{ code: 'ROW_INVALID', place: { table: 'users', row: 1, column: 'id', member: 'document/stubs/users/000001.ndjson' } }])
})

test('references of a profile leave stubs: in lists, inside JSON, and by a type column; keys of any case, and with 19 digits', async () => {
  const { folder, store } = sqliteStore(`
    CREATE TABLE tags (name TEXT NOT NULL COLLATE NOCASE PRIMARY KEY, about TEXT);
    CREATE TABLE things (id INTEGER PRIMARY KEY, about TEXT);
    CREATE TABLE posts (id INTEGER PRIMARY KEY, tags TEXT, refs TEXT, on_id INTEGER, on_type TEXT, about TEXT);
    INSERT INTO tags VALUES ('Red', 'r'), ('blue', 'b'), ('green', 'g');
    INSERT INTO things VALUES (1, 'a'), (2, 'b'), (9223372036854775807, 'c'), (9007199254740993, 'd'), (9007199254740992, 'e');
    INSERT INTO posts VALUES (1, 'RED, blue ,none', '{"ids": [9223372036854775807, "2", 9007199254740993, null]}', 1, 'thing', ''), (2, '', 'no JSON', 2, 'post', NULL);
  `)
  const references = { posts: [
    { columns: ['tags'], table: 'tags', place: { kind: 'list', separator: ',' } },
    { columns: ['refs'], table: 'things', place: { kind: 'inside', path: ['ids', '*'] } },
    { columns: ['on_id'], table: 'things', when: { column: 'on_type', value: 'thing' } },
  ] } as const
  for (const format of ['archive', 'json', 'json-pretty'] as const) {
    const { stubs } = await exported(folder, { store, format, include: ['posts'], profile: profileOf(references) })
    expect(stubs).toEqual({ tags: ['{"name":"Red"}', '{"name":"blue"}'], things: ['{"id":"9007199254740993"}', '{"id":"9223372036854775807"}', '{"id":1}', '{"id":2}'] })
  }
  const whole = await exported(folder, { store, include: ['posts'], closure: true, profile: profileOf(references) })
  expect(whole.stubs).toEqual({})
  expect(whole.report.tables).toMatchObject([{ table: 'posts', closure: 0 }, { table: 'tags', rows: 2, closure: 2 }, { table: 'things', rows: 4, closure: 4 }])
})

test('what the profile declares as an identity is what a stub holds; columns left out are never in one', async () => {
  const { folder, store } = sqliteStore(SHOP)
  const declared = profileOf({}, { identities: frozenRecord([['users', [['name'], ['email', 'boss']]]]) })
  expect((await exported(folder, { store, include: ['orders'], where: { orders: 'id = 12' }, profile: declared })).stubs).toEqual({
    // The boss is part of who Cy is, and so must be known, and his boss.
    users: ['{"id":1,"email":"ann@x","name":"Ann","boss":null}', '{"id":2,"email":"bob@x","name":"Bob","boss":1}', '{"id":3,"email":"cy@x","name":"Cy","boss":2}'],
  })
  const secret = profileOf({}, { leaveOut: frozenRecord([['users', ['email']]]) })
  const { stubs, report } = await exported(folder, { store, include: ['orders'], where: { orders: 'id = 12' }, profile: secret })
  expect(stubs).toEqual({ users: ['{"id":3}'] })
  expect(report.leftOut).toEqual([])
})

test('a row referred to by several keys is one stub', async () => {
  const { folder, store } = sqliteStore(`
    CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE, a INT, b TEXT, UNIQUE (a, b));
    CREATE TABLE c (id INTEGER PRIMARY KEY, pid INTEGER REFERENCES p (id), code TEXT REFERENCES p (code), a INT, b TEXT, FOREIGN KEY (a, b) REFERENCES p (a, b));
    INSERT INTO p VALUES (1, 'x', 5, 'y'), (2, NULL, 5, NULL), (3, 'z', 6, 'y');
    INSERT INTO c VALUES (1, 1, 'x', 5, 'y'), (2, 2, NULL, 5, NULL), (3, 1, 'x', 6, 'y'), (4, 77, 'w', 7, '');
  `)
  const { stubs } = await exported(folder, { store, include: ['c'] })
  expect(stubs).toEqual({ p: ['{"id":1,"code":"x","a":5,"b":"y"}', '{"id":2,"code":null,"a":5,"b":null}', '{"id":3,"code":"z","a":6,"b":"y"}'] })
})

test('a document names the columns of its stubs and holds them behind its tables', async () => {
  const { folder, store } = sqliteStore(SHOP)
  const { path, rows } = await exported(folder, { store, include: ['orders'], format: 'json', profile: profileOf({}, { groups: frozenRecord([['sales', ['orders']]]) }) })
  const document = await readJsonDocument(createReadStream(path))
  expect(document.schema).toMatchObject({ stubs: { users: ['id', 'email'] }, stubTables: [{ id: 'users' }] })
  await document.close()
  expect(Object.keys(rows)).toEqual(['orders'])
})

test('PostgreSQL: keys of many types, in schemas of their own, lead to stubs', async () => {
  const database = await createDatabase()
  await database.run(`
    CREATE EXTENSION citext;
    CREATE SCHEMA crm;
    CREATE TYPE kind AS ENUM ('a', 'b');
    CREATE TABLE crm.people (id uuid PRIMARY KEY, handle citext NOT NULL UNIQUE, since timestamptz NOT NULL, kind kind NOT NULL, UNIQUE (since, kind));
    CREATE TABLE amounts (value numeric(8,2) PRIMARY KEY);
    CREATE TABLE facts (id bigint PRIMARY KEY, person uuid REFERENCES crm.people, handle citext REFERENCES crm.people (handle), since timestamptz, kind kind, amount numeric REFERENCES amounts, others jsonb, ids uuid[],
      FOREIGN KEY (since, kind) REFERENCES crm.people (since, kind));
    INSERT INTO crm.people VALUES ('00000000-0000-4000-8000-000000000001', 'Ann', '2026-01-01 00:00:00.5+00', 'a'), ('00000000-0000-4000-8000-000000000002', 'Bob', '2026-01-02', 'b'),
      ('00000000-0000-4000-8000-000000000003', 'Cy', '2026-01-03', 'a'), ('00000000-0000-4000-8000-000000000004', 'Di', '2026-01-04', 'b'), ('00000000-0000-4000-8000-000000000005', 'Ed', '2026-01-05', 'b');
    INSERT INTO amounts VALUES (1.50), (2);
    INSERT INTO facts VALUES (1, '00000000-0000-4000-8000-000000000001', 'ANN', NULL, NULL, 1.5, '{"who": ["00000000-0000-4000-8000-000000000003", "no uuid"]}', '{00000000-0000-4000-8000-000000000004,NULL}'),
      (2, NULL, 'bob', '2026-01-01 00:00:00.5', 'a', NULL, NULL, '{}');
  `)
  const { folder } = sqliteStore('CREATE TABLE t (a)')
  const profile = profileOf({ facts: [
    { columns: ['others'], table: 'crm.people', place: { kind: 'inside', path: ['who', '*'] } },
    { columns: ['ids'], table: 'crm.people', place: { kind: 'inside', path: ['*'] } },
  ] })
  const { stubs } = await exported(folder, { store: database.url, include: ['facts'], profile })
  const people = stubs['crm.people']?.map((line) => (JSON.parse(line) as { handle: string }).handle)
  expect(people).toEqual(['Ann', 'Bob', 'Cy', 'Di'])
  expect(stubs['amounts']).toEqual(['{"value":"1.50"}'])
})

test('a PostgreSQL table that is filtered gives stubs for its own rows that are left out, across partitions', async () => {
  const database = await createDatabase()
  await database.run(`
    CREATE TABLE events (id int NOT NULL, day date NOT NULL, after int, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
    INSERT INTO events VALUES (1, '2026-01-05', NULL), (2, '2026-02-05', 1), (3, '2026-02-06', 2);
  `)
  const { folder } = sqliteStore('CREATE TABLE t (a)')
  const { rows, stubs } = await exported(folder, {
    store: database.url, since: new Date('2026-02-01T00:00:00Z'),
    profile: profileOf({ events: [{ columns: ['after'], table: 'events', targetColumns: ['id'] }] }, { timeColumns: frozenRecord([['events', 'day']]) }),
  })
  expect(rows['events']).toHaveLength(2)
  expect(stubs).toEqual({ events: ['{"id":1,"day":"2026-01-05"}'] })
})

test('PostgreSQL: a table that is left out because it may not be read costs its stubs, and that is said', async () => {
  const database = await createDatabase()
  await database.run(`CREATE TABLE secrets (id int PRIMARY KEY); CREATE TABLE open (id int PRIMARY KEY, secret int REFERENCES secrets, other int REFERENCES open);
    INSERT INTO secrets VALUES (1); INSERT INTO open VALUES (1, 1, NULL), (2, NULL, 1)`)
  const role = await createRole(database)
  await database.run(`GRANT SELECT ON open TO ${role.name}`)
  const { folder } = sqliteStore('CREATE TABLE t (a)')
  const { stubs, report } = await exported(folder, { store: role.url, exclude: ['secrets'], where: { open: 'id = 2 OR secret IS NOT NULL' } })
  expect(stubs).toEqual({})
  expect(report.notes).toEqual(['table secrets: it is referred to, but may not be read; there are no stubs of it'])
})
