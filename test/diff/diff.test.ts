import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diff, exportStore, runImport, type DiffOptions, type DiffReport } from '../../src/index.js'
import { emptyProfile } from '../../src/profiles/profile.js'
import { ENGINES, scratch, smallDatabase, type EngineName, type SmallDatabase } from '../merge/two-databases.js'

const PAIRS: readonly (readonly [EngineName, EngineName])[] = [...ENGINES.map((engine) => [engine, engine] as const), ['SQLite', 'PostgreSQL'], ['PostgreSQL', 'SQLite']]

async function two([one, other]: readonly [EngineName, EngineName], schema: string, a: string, b: string, options: Partial<DiffOptions> = {}): Promise<DiffReport> {
  const [left, right] = [await smallDatabase(one, `${schema}\n${a}`), await smallDatabase(other, `${schema}\n${b}`)]
  return diff({ a: left.store, b: right.store, ...options })
}

/** What is not 0, by table. */
function counts(report: DiffReport): Record<string, Record<string, number>> {
  return Object.fromEntries(
    report.tables.map(({ table, ...rest }) => [table, Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0))]),
  )
}

const told = (report: DiffReport): string[] =>
  report.tables.flatMap(({ table, examples }) => examples.map(({ kind, key, columns }) => [table, kind, key, ...columns.map(({ column, a, b }) => `${column}: ${a ?? 'NULL'} → ${b ?? 'NULL'}`)].join(' | ')))

const SHOP = `
CREATE TABLE tenants (id {id}, slug varchar(20) NOT NULL UNIQUE);
CREATE TABLE users (id {id}, tenant_id integer NOT NULL REFERENCES tenants (id), email varchar(40) NOT NULL, boss_id integer REFERENCES users (id), UNIQUE (tenant_id, email), UNIQUE (tenant_id, id));
CREATE TABLE profiles (user_id integer PRIMARY KEY REFERENCES users (id), bio varchar(40));
CREATE TABLE tasks (id {id}, tenant_id integer NOT NULL, owner_id integer, title varchar(40) NOT NULL UNIQUE, FOREIGN KEY (tenant_id, owner_id) REFERENCES users (tenant_id, id));
CREATE TABLE followers (one integer NOT NULL REFERENCES users (id), other integer NOT NULL REFERENCES users (id), PRIMARY KEY (one, other));
CREATE TABLE visits (user_id integer REFERENCES users (id), page varchar(20));
`

/** The same shop, whatever the ids. */
function shop(ids: readonly [number, number], users: readonly [number, number, number], tasks: readonly [number, number, number]): string {
  const [north, south] = ids
  const [ann, bob, cy] = users
  return `
INSERT INTO tenants VALUES (${north}, 'north'), (${south}, 'south');
INSERT INTO users VALUES (${ann}, ${north}, 'ann@x', NULL), (${bob}, ${north}, 'bob@x', ${ann}), (${cy}, ${south}, 'ann@x', NULL);
INSERT INTO profiles VALUES (${ann}, 'first'), (${cy}, NULL);
INSERT INTO tasks VALUES (${tasks[0]}, ${north}, ${bob}, 'sweep'), (${tasks[1]}, ${south}, ${cy}, 'cook'), (${tasks[2]}, ${north}, NULL, 'rest');
INSERT INTO followers VALUES (${ann}, ${bob}), (${bob}, ${cy});
INSERT INTO visits VALUES (${ann}, 'home'), (${ann}, 'home'), (NULL, 'home'), (${cy}, 'cart');
`
}

describe.each(PAIRS)('%s and %s', (...engines) => {
  test('databases that differ in ids alone hold the same', async () => {
    const report = await two(engines, SHOP, shop([1, 2], [1, 2, 3], [1, 2, 3]), shop([22, 11], [9, 3, 5], [77, 3, 60]))
    expect(told(report)).toEqual([])
    expect(report.same).toBe(true)
    expect(report.totals).toEqual({ onlyA: 0, onlyB: 0, changed: 0, same: 16, ambiguousA: 0, ambiguousB: 0 })
  })

  test('each kind of difference is counted and told by what people know', async () => {
    const b = `${shop([22, 11], [9, 3, 5], [77, 4, 60])}
UPDATE users SET boss_id = NULL WHERE id = 3;
INSERT INTO users VALUES (6, 11, 'di@x', 9);
UPDATE profiles SET bio = 'second' WHERE user_id = 9;
DELETE FROM followers WHERE one = 3;
INSERT INTO followers VALUES (6, 9);
UPDATE tasks SET owner_id = 9 WHERE title = 'sweep';
DELETE FROM visits WHERE page = 'cart';
INSERT INTO visits VALUES (6, 'home'), (NULL, 'home');`
    const report = await two(engines, SHOP, shop([1, 2], [1, 2, 3], [1, 2, 3]), b)
    expect(report.same).toBe(false)
    expect(counts(report)).toEqual({
      tenants: { same: 2 },
      users: { onlyB: 1, changed: 1, same: 2 },
      profiles: { changed: 1, same: 1 },
      tasks: { changed: 1, same: 2 },
      followers: { onlyA: 1, onlyB: 1, same: 1 },
      visits: { onlyA: 1, onlyB: 2, same: 3 },
    })
    const user = (tenant: string, name: string): string => `users(tenant_id=tenants(slug="${tenant}"), email="${name}@x")`
    expect(told(report).sort()).toEqual([
      `followers | only-a | one=${user('north', 'bob')}, other=${user('south', 'ann')}`,
      `followers | only-b | one=${user('south', 'di')}, other=${user('north', 'ann')}`,
      `profiles | changed | user_id=${user('north', 'ann')} | bio: "first" → "second"`,
      `tasks | changed | title="sweep" | owner_id: ${user('north', 'bob')} → ${user('north', 'ann')}`,
      `users | changed | tenant_id=tenants(slug="north"), email="bob@x" | boss_id: ${user('north', 'ann')} → NULL`,
      'users | only-b | tenant_id=tenants(slug="south"), email="di@x"',
      `visits | only-a | user_id=${user('south', 'ann')}, page="cart"`,
      'visits | only-b | user_id=NULL, page="home"',
      `visits | only-b | user_id=${user('south', 'di')}, page="home"`,
    ])
  })

  test('an identity that leads to its own table is followed level by level, and one that leads in a circle is told by the rest of it', async () => {
    const schema = 'CREATE TABLE nodes (id {id}, parent_id integer REFERENCES nodes (id), name varchar(20) NOT NULL, note varchar(20));'
    const a = "INSERT INTO nodes VALUES (1, NULL, 'root', NULL);\nINSERT INTO nodes VALUES (2, 1, 'x', 'one'), (3, 2, 'x', 'two');\nINSERT INTO nodes VALUES (4, 3, 'leaf', NULL), (5, 5, 'loop', NULL), (6, 5, 'tail', NULL);"
    const b = "INSERT INTO nodes VALUES (40, NULL, 'root', NULL);\nINSERT INTO nodes VALUES (30, 40, 'x', 'one');\nINSERT INTO nodes VALUES (20, 30, 'x', 'TWO');\nINSERT INTO nodes VALUES (10, 20, 'leaf', NULL), (5, 40, 'leaf', NULL), (1, 1, 'loop', NULL), (2, 1, 'tail', NULL);"
    const report = await two(engines, schema, a, b, { match: { nodes: [['parent_id', 'name'], ['name']] } })
    expect(counts(report)).toEqual({ nodes: { onlyB: 1, changed: 1, same: 5 } })
    const root = 'nodes(name="root")'
    expect(told(report)).toEqual([`nodes | only-b | parent_id=${root}, name="leaf"`, `nodes | changed | parent_id=nodes(parent_id=${root}, name="x"), name="x" | note: "two" → "TWO"`])
  })

  test('tables that refer to each other in a circle are told apart by what is theirs', async () => {
    const schema = `CREATE TABLE teams (id {id}, name varchar(20) NOT NULL UNIQUE, captain_id integer);
CREATE TABLE players (id {id}, name varchar(20) NOT NULL UNIQUE, team_id integer NOT NULL REFERENCES teams (id));`
    const profile = { ...emptyProfile, references: { teams: [{ columns: ['captain_id'], table: 'players', targetColumns: [], place: { kind: 'columns' as const }, when: null }] } }
    const report = await two(
      engines,
      schema,
      "INSERT INTO teams VALUES (1, 'red', 2), (2, 'blue', 1);\nINSERT INTO players VALUES (1, 'Ann', 2), (2, 'Bob', 1);",
      "INSERT INTO teams VALUES (2, 'red', 9), (1, 'blue', 9);\nINSERT INTO players VALUES (8, 'Ann', 1), (9, 'Bob', 2);",
      { profile },
    )
    expect(told(report)).toEqual(['teams | changed | name="blue" | captain_id: players(name="Ann") → players(name="Bob")'])
  })

  test('what several rows may be is not guessed, and rows that are the same in everything are the same', async () => {
    const schema = 'CREATE TABLE people (id {id}, name varchar(20), town varchar(20));\nCREATE TABLE pets (name varchar(20) NOT NULL UNIQUE, owner_id integer REFERENCES people (id));'
    const a = "INSERT INTO people VALUES (1, 'Ann', 'Ulm'), (2, 'Ann', 'Bonn'), (3, 'Bob', NULL), (4, NULL, 'Ulm'), (5, NULL, 'Ulm');\nINSERT INTO pets VALUES ('Rex', 1), ('Tom', 3), ('Kit', 4);"
    const b = "INSERT INTO people VALUES (11, 'Ann', 'Ulm'), (12, 'Ann', 'Kiel'), (13, 'Bob', NULL), (14, NULL, 'Ulm');\nINSERT INTO pets VALUES ('Rex', 11), ('Tom', 13), ('Kit', 14);"
    const report = await two(engines, schema, a, b, { match: { people: [['name']] } })
    expect(counts(report)).toEqual({ people: { onlyA: 1, same: 3, ambiguousA: 1, ambiguousB: 1 }, pets: { same: 3 } })
    expect(told(report)).toEqual(['people | only-a | name=NULL, town="Ulm"', 'people | ambiguous-a | name="Ann"', 'people | ambiguous-b | name="Ann"'])
  })

  test('keys within arrays, lists and pairs of type and id count as what they lead to', async () => {
    const schema = `CREATE TABLE users (id {id}, email varchar(20) NOT NULL UNIQUE);
CREATE TABLE teams (id {id}, name varchar(20) NOT NULL UNIQUE, members text, watchers text, subject_type text, subject_id text);`
    const a = `INSERT INTO users VALUES (1, 'a'), (2, 'b'), (3, 'c');
INSERT INTO teams VALUES (1, 'red', '{"ids": [1, 2], "open": true}', '1, 3', 'user', '2'), (2, 'blue', '{"ids": [3], "open": true}', '', 'page', '2'), (3, 'green', '[1]', NULL, 'user', '3');`
    const b = `INSERT INTO users VALUES (7, 'a'), (8, 'b'), (1, 'c');
INSERT INTO teams VALUES (1, 'red', '{"ids": [7, 8], "open": true}', '7, 1', 'user', '8'), (2, 'blue', '{"ids": [1, 7], "open": true}', '', 'page', '2'), (3, 'green', '[1]', NULL, 'user', '8');`
    const refer = { table: 'users', targetColumns: [], when: null }
    const profile = {
      ...emptyProfile,
      references: {
        teams: [
          { ...refer, columns: ['members'], place: { kind: 'inside' as const, path: ['ids', '*'] } },
          { ...refer, columns: ['watchers'], place: { kind: 'list' as const, separator: ',' } },
          { ...refer, columns: ['subject_id'], place: { kind: 'columns' as const }, when: { column: 'subject_type', value: 'user' } },
        ],
      },
    }
    const report = await two(engines, schema, a, b, { profile })
    expect(told(report)).toEqual([
      String.raw`teams | changed | name="blue" | members: "{\"ids\": [3], \"open\": true}" → "{\"ids\": [1, 7], \"open\": true}"`,
      'teams | changed | name="green" | subject_id: users(email="c") → users(email="b")',
    ])
  })
})

test('a reference that leads nowhere counts as what stands there', async () => {
  const schema = 'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);\nCREATE TABLE notes (name TEXT PRIMARY KEY NOT NULL, user_id INTEGER REFERENCES users (id));'
  const off = 'PRAGMA foreign_keys = OFF;'
  const a = `${off} INSERT INTO users VALUES (1, 'a'), (2, 'b');\nINSERT INTO notes VALUES ('lost', 99), ('other', 98), ('found', 1), ('gone', 2);`
  const b = `${off} INSERT INTO users VALUES (5, 'a');\nINSERT INTO notes VALUES ('lost', 99), ('other', 97), ('found', 5), ('gone', 2);`
  const report = await two(['SQLite', 'SQLite'], schema, a, b)
  expect(told(report)).toEqual(['users | only-a | email="b"', 'notes | changed | name="other" | user_id: 98 → 97', 'notes | changed | name="gone" | user_id: users(email="b") → 2'])
})

test('one value in the spellings of both engines is one value', async () => {
  const columns = ['at timestamptz', 'day date', 'clock time', 'zoned timetz', 'uid uuid', 'price numeric(10,4)', 'ratio double precision', 'flag boolean', 'doc jsonb', 'code char(6)', 'big bigint', 'tags integer[]', 'raw bytea', 'label text']
  const postgres = await smallDatabase(
    'PostgreSQL',
    `CREATE TABLE v (id integer PRIMARY KEY, ${columns.join(', ')});
INSERT INTO v VALUES (1, '2026-02-16 10:00:00.5+00', '2026-02-16', '10:00', '10:00+00', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 12.5, 0.1, true, '{"b": 1.50, "a": [true, null]}', 'ab', 9007199254740993, '{1,2}', '\\x00ff', 'é'),
(2, '2026-02-16 10:00:00+00', '2026-02-16', '10:00', '10:00+02', NULL, 12.5, 2, false, '{}', 'ab', 1, '{}', '\\x', 'E');`,
  )
  const sqlite = await smallDatabase(
    'SQLite',
    `CREATE TABLE v (id INTEGER PRIMARY KEY, at DATETIME, day DATE, clock TEXT, zoned TEXT, uid TEXT, price NUMERIC, ratio REAL, flag BOOLEAN, doc JSON, code TEXT, big INTEGER, tags TEXT, raw BLOB, label TEXT);
INSERT INTO v VALUES (1, '2026-02-16T12:00:00.500+02:00', '2026-02-16', '10:00:00.000', '10:00Z', 'a0eebc999c0b4ef8bb6d6bb9bd380a11', 12.5, 0.1, 1, '{"a":[true,null],"b":1.5}', 'ab', 9007199254740993, '[1, 2]', x'00ff', 'é'),
(2, '2026-02-16T10:00:01Z', '2026-02-17', '10:01', '10:00+03:00', 'x', 12.51, 2.5, 2, '{"a":1}', 'ac', 2, '[2]', x'00', 'e');`,
  )
  const report = await diff({ a: postgres.store, b: sqlite.store })
  expect(counts(report)).toEqual({ v: { changed: 1, same: 1 } })
  expect(report.tables[0]?.examples[0]?.columns.map(({ column }) => column)).toEqual(columns.map((each) => each.split(' ')[0]))
})

test('within one engine a value is the same only as it is written down', async () => {
  const schema = 'CREATE TABLE v (id INTEGER PRIMARY KEY, x);'
  const report = await two(['SQLite', 'SQLite'], schema, "INSERT INTO v VALUES (1, 5), (2, '5'), (3, 5.0), (4, x'35'), (5, 5)", "INSERT INTO v VALUES (1, 5), (2, 5), (3, '5.0'), (4, '5'), (5, 5.0)")
  expect(told(report)).toEqual(['v | changed | id=2 | x: "5" → 5', `v | changed | id=3 | x: 5.0 → "5.0"`, `v | changed | id=4 | x: x'35' → "5"`])
  expect(counts(report)).toEqual({ v: { changed: 4, same: 1 } })
})

test('long values are cut where people see the difference, and told apart by their digests where they do not', async () => {
  const schema = 'CREATE TABLE v (id INTEGER PRIMARY KEY, x TEXT);'
  const long = 'x'.repeat(100)
  const report = await two(['SQLite', 'SQLite'], schema, `INSERT INTO v VALUES (1, '${long}a'), (2, '${long.repeat(10)}a')`, `INSERT INTO v VALUES (1, '${long}b'), (2, '${long.repeat(10)}b')`)
  const [first, second] = told(report)
  expect(first).toBe(`v | changed | id=1 | x: …${'x'.repeat(20)}a" → …${'x'.repeat(20)}b"`)
  expect(second).toMatch(/^v \| changed \| id=2 \| x: "x{58}… \(sha256 [0-9a-f]{8}…\) → "x{58}… \(sha256 [0-9a-f]{8}…\)$/)
})

describe('archives', () => {
  const schema = `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), number TEXT NOT NULL UNIQUE);`
  const rows = "INSERT INTO users VALUES (1, 'a', 'Ann'), (2, 'b', 'Bob'), (3, 'c', 'Cy');\nINSERT INTO orders VALUES (1, 1, 'x'), (2, 2, 'y');"

  async function archived(store: SmallDatabase, options: Partial<Parameters<typeof exportStore>[0]> = {}): Promise<string> {
    const output = join(scratch(), options.format === undefined ? 'app.tar.gz' : 'app.json')
    await exportStore({ store: store.store, output, ...options })
    return output
  }

  test('a database, its archive and its document hold the same, until it is written to', async () => {
    const store = await smallDatabase('SQLite', `${schema}\n${rows}`)
    const [archive, document] = [await archived(store), await archived(store, { format: 'json' })]
    for (const [a, b] of [[archive, store.store], [store.store, document], [document, archive]] as const) expect((await diff({ a, b })).same).toBe(true)
    await store.run("UPDATE users SET name = NULL WHERE id = 2; DELETE FROM orders WHERE id = 1; INSERT INTO orders VALUES (9, 3, 'z')")
    expect(told(await diff({ a: archive, b: store.store }))).toEqual(['users | changed | email="b" | name: "Bob" → NULL', 'orders | only-a | number="x"', 'orders | only-b | number="z"'])
  })

  test('what an archive only refers to tells what its references mean, and is no row of it', async () => {
    const store = await smallDatabase('SQLite', `${schema}\n${rows}`)
    const archive = await archived(store, { include: ['orders'] })
    const other = await smallDatabase('SQLite', `${schema}\n${rows.replaceAll(/\((\d), (\d), '/g, (_, id: string, user: string) => `(${id}, ${Number(user) + 10}, '`).replaceAll(/\((\d), '/g, (_, id: string) => `(${Number(id) + 10}, '`)}`)
    const report = await diff({ a: archive, b: other.store })
    expect(counts(report)).toEqual({ orders: { same: 2 } })
    expect(report.onlyTables).toEqual({ a: [], b: ['users'] })
    expect((await diff({ a: archive, b: other.store, include: ['orders'] })).same).toBe(true)
    await other.run('UPDATE orders SET user_id = 13 WHERE id = 1')
    expect(told(await diff({ a: archive, b: other.store, include: ['orders'] }))).toEqual(['orders | changed | number="x" | user_id: users(email="a") → users(email="c")'])
    const some = await archived(store, { where: { users: 'id = 1' } })
    expect(counts(await diff({ a: some, b: store.store }))).toEqual({ users: { onlyB: 2, same: 1 }, orders: { same: 2 } })
  })
})

describe('tables and columns', () => {
  test('those of one side alone are told and make a difference; rows are compared by the rest', async () => {
    const a = await smallDatabase('SQLite', "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, old TEXT);\nCREATE TABLE gone (a);\nINSERT INTO t VALUES (1, 'a', 'b');")
    const b = await smallDatabase('SQLite', "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, fresh TEXT NOT NULL);\nCREATE TABLE made (a);\nINSERT INTO t VALUES (1, 'a', 'c');")
    const report = await diff({ a: a.store, b: b.store })
    expect(report).toMatchObject({ same: false, onlyTables: { a: ['gone'], b: ['made'] }, totals: { changed: 0, same: 1 } })
    expect(report.tables[0]?.onlyColumns).toEqual({ a: ['old'], b: ['fresh'] })
    const profile = { ...emptyProfile, leaveOut: { t: ['old', 'fresh'] } }
    expect((await diff({ a: a.store, b: b.store, profile, exclude: ['gone', 'made'] })).same).toBe(true)
  })

  test('a table in a schema of PostgreSQL is the one that SQLite names so', async () => {
    const postgres = await smallDatabase('PostgreSQL', "CREATE SCHEMA audit;\nCREATE TABLE audit.log (id {id}, line text);\nINSERT INTO audit.log VALUES (1, 'x');")
    const archive = join(scratch(), 'a.tar.gz')
    const copy = join(scratch(), 'copy.db')
    await exportStore({ store: postgres.store, output: archive })
    await runImport({ input: archive, store: copy, create: true })
    const report = await diff({ a: postgres.store, b: copy, include: ['audit.*'] })
    expect(report.tables.map(({ table }) => table)).toEqual(['audit.log'])
    expect(report.same).toBe(true)
  })

  test.each([
    ['USAGE', { a: 'x.db', b: 'y.db', includes: ['t'] }],
    ['USAGE', { a: '-', b: '-' }],
    ['STORE_NOT_FOUND', { b: 'none.db' }],
    ['ARCHIVE_NOT_FOUND', { b: 'none.tar.gz' }],
    ['TABLE_NOT_FOUND', { include: ['none'] }],
    ['TABLE_NOT_FOUND', { match: { none: [['x']] } }],
    ['COLUMN_NOT_FOUND', { match: { t: [['none']] } }],
    ['SELECTION_EMPTY', { exclude: ['t'] }],
  ])('%s for %j', async (code, options) => {
    const { store } = await smallDatabase('SQLite', 'CREATE TABLE t (id INTEGER PRIMARY KEY);')
    await expect(diff({ a: store, b: store, ...options })).rejects.toMatchObject({ code })
  })
})
