import { expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/postgres/database.js'
import { contentOf, importRows, linesOf, openTarget, pairTables, readRows } from '../../../../test/postgres/import.js'
import { createRole } from '../../../../test/postgres/role.js'

const VERSIONS = [[12], [18]] as const

async function databases(version: 12 | 18, schema: string, source: string, target: string): Promise<{ readonly source: TestDatabase; readonly target: TestDatabase }> {
  const pair = { source: await createDatabase(version), target: await createDatabase(version) }
  for (const database of [pair.source, pair.target]) await database.run(schema)
  await pair.source.run(source)
  await pair.target.run(target)
  return pair
}

const SHOP = `CREATE DOMAIN email AS varchar(40) NOT NULL DEFAULT 'nobody';
  CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email email UNIQUE, age int, alt email);
  CREATE TABLE orders (id bigserial PRIMARY KEY, number text NOT NULL UNIQUE, buyer int NOT NULL REFERENCES users ON DELETE CASCADE);
  CREATE TABLE lines (buyer int REFERENCES users, ord bigint REFERENCES orders (id), what text)`
const IDENTITY = { identity: { users: [['email']], orders: [['number']], lines: [] }, surrogates: { users: ['id'], orders: ['id'] } }
const MEANING = `SELECT u.email, u.age, o.number, l.what FROM users u LEFT JOIN orders o ON o.buyer = u.id LEFT JOIN lines l ON l.ord = o.id ORDER BY 1, 3, 4`

const written = async (database: TestDatabase): Promise<unknown> =>
  database.query(`SELECT 'users', id, xmin, ctid FROM users UNION ALL SELECT 'orders', id, xmin, ctid FROM orders UNION ALL SELECT 'lines', buyer, xmin, ctid FROM lines ORDER BY 1, 4`)

test.each(VERSIONS)('PostgreSQL %i: rows with other ids are found by what they mean, new ones get free ids, references follow, and a second time nothing is written', async (version) => {
  const { source, target } = await databases(
    version,
    SHOP,
    `INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (1, 'a@x', 20), (2, 'b@x', 30), (3, 'c@x', 40); INSERT INTO orders VALUES (1, 'A1', 1), (2, 'C1', 3), (3, 'B1', 2); INSERT INTO lines VALUES (1, 1, 'pen'), (1, 1, 'pen'), (3, 2, 'ink'), (NULL, NULL, 'lost')`,
    `INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (1, 'b@x', 31), (2, 'z@x', 50), (7, 'a@x', 20); INSERT INTO orders VALUES (1, 'Z1', 2), (5, 'A1', 7); INSERT INTO lines VALUES (7, 5, 'pen'); SELECT setval('users_id_seq', 90), setval('orders_id_seq', 5)`,
  )
  const archive = await readRows(source.url)
  const first = await importRows(target.url, archive, IDENTITY)
  expect(first.verdicts).toMatchObject({ users: { new: 1, changed: 1, unchanged: 1 }, orders: { new: 2, unchanged: 1 }, lines: { new: 3, unchanged: 1 } })
  expect(await target.query(MEANING)).toEqual([['a@x', '20', 'A1', 'pen'], ['a@x', '20', 'A1', 'pen'], ['b@x', '30', 'B1', null], ['c@x', '40', 'C1', 'ink'], ['z@x', '50', 'Z1', null]])
  // The id 3 was free; 1 and 2 of orders were not all, and what the sequence has handed out may be known elsewhere.
  expect(await target.query('SELECT id FROM users ORDER BY email')).toEqual([['7'], ['1'], ['3'], ['2']])
  expect(await target.query(`INSERT INTO users (email, alt) VALUES ('next', '') RETURNING id`)).toEqual([['91']])
  await target.run(`DELETE FROM users WHERE email = 'next'`)
  const before = await written(target)
  const second = await importRows(target.url, archive, IDENTITY)
  expect(second.verdicts).toMatchObject({ users: { unchanged: 3 }, orders: { unchanged: 3 }, lines: { unchanged: 4 } })
  expect(await written(target)).toEqual(before)
})

test.each(VERSIONS)('PostgreSQL %i: an id that is taken is replaced by one above all that the target has known, also by rows that are gone', async (version) => {
  const { source, target } = await databases(version, SHOP, `INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (1, 'a@x', 20)`, `INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (1, 'b@x', 20); SELECT setval('users_id_seq', 40)`)
  await importRows(target.url, await readRows(source.url), IDENTITY)
  expect(await target.query('SELECT id, email FROM users ORDER BY id')).toEqual([['1', 'b@x'], ['41', 'a@x']])
})

test.each(VERSIONS)('PostgreSQL %i: stubs and tables that are only referred to tell what references mean, and are not written', async (version) => {
  const { source, target } = await databases(
    version,
    SHOP,
    `INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (1, 'a@x', 20), (2, 'b@x', 30); INSERT INTO orders VALUES (1, 'A1', 1), (2, 'B1', 2); INSERT INTO lines VALUES (1, 2, 'pen')`,
    `INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (8, 'a@x', 99), (9, 'b@x', 99); INSERT INTO orders VALUES (20, 'B1', 9)`,
  )
  const archive = await readRows(source.url)
  const stubbed = { ...archive, batches: new Map(archive.batches).set('users', []) }
  const stubs = { users: { columns: ['id', 'email'], lines: linesOf(archive.batches.get('users')!).map((line) => line.replace(/,"age".*/, '}')) } }
  const { verdicts } = await importRows(target.url, stubbed, { ...IDENTITY, stubs })
  expect(verdicts).toMatchObject({ users: { new: 0, changed: 0, unchanged: 0 }, orders: { new: 1, unchanged: 1 }, lines: { new: 1 } })
  expect(await target.query('SELECT email, age, number FROM users LEFT JOIN orders ON buyer = users.id ORDER BY 1')).toEqual([['a@x', '99', 'A1'], ['b@x', '99', 'B1']])
  expect(await target.query('SELECT buyer, ord FROM lines')).toEqual([['8', '20']])
  await target.run('DELETE FROM lines; DELETE FROM orders')
  const again = await importRows(target.url, archive, { ...IDENTITY, tables: { users: { role: 'referred' } } })
  expect(Object.keys(again.verdicts)).toEqual(['orders', 'lines'])
  expect(again.applied).not.toContain('users')
  expect(await target.query('SELECT email, age, number FROM users LEFT JOIN orders ON buyer = users.id ORDER BY 1')).toEqual([['a@x', '99', 'A1'], ['b@x', '99', 'B1']])
})

test('a table that is only referred to is locked, its triggers are left alone, and its sequence is not moved', async () => {
  const { source, target } = await databases(18, SHOP, `INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (1, 'a@x', 20); INSERT INTO orders VALUES (1, 'A1', 1)`, `INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (8, 'a@x', 99)`)
  await target.run(`CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'; CREATE TRIGGER no BEFORE UPDATE ON users EXECUTE FUNCTION no()`)
  const role = await createRole(target)
  await target.run(`GRANT USAGE ON SCHEMA public TO ${role.name}; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role.name}; GRANT SELECT, UPDATE ON SEQUENCE orders_id_seq TO ${role.name}`)
  const archive = await readRows(source.url)
  const tables = { users: { role: 'referred' } } as const
  await importRows(role.url, archive, { ...IDENTITY, tables, only: ['users', 'orders'] })
  expect(await target.query('SELECT buyer FROM orders')).toEqual([['8']])
  expect(await target.query('SELECT last_value, is_called FROM users_id_seq')).toEqual([['1', 'f']])
  const opened = await openTarget(target.url)
  await opened.prepare(pairTables(archive.schema, opened.schema, { ...IDENTITY, tables }))
  await expect(target.run(`SET lock_timeout = 20; UPDATE users SET age = 1`)).rejects.toMatchObject({ code: '55P03' })
  await opened.end('rollback')
})

test.each(VERSIONS)('PostgreSQL %i: prune takes away what the archive does not hold, whatever names a row of the table', async (version) => {
  const schema = `CREATE TABLE keyed (id int PRIMARY KEY, v text); CREATE TABLE keyless (code text, v text); CREATE TABLE bag (v text);
    CREATE TABLE parted (code text, at date) PARTITION BY RANGE (at); CREATE TABLE parted1 PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2021-01-01'); CREATE TABLE parted2 PARTITION OF parted DEFAULT;
    CREATE TABLE computed (a int, b int GENERATED ALWAYS AS (a * 2) STORED PRIMARY KEY, v text)`
  const rows = (v: string, from: number, to: number): string =>
    `INSERT INTO keyed SELECT n, '${v}' FROM generate_series(${from}, ${to}) n; INSERT INTO keyless SELECT n, '${v}' FROM generate_series(${from}, ${to}) n; INSERT INTO bag SELECT n / 2 FROM generate_series(${from}, ${to}) n;
     INSERT INTO parted SELECT n, '2020-06-01'::date + n * 100 FROM generate_series(${from}, ${to}) n; INSERT INTO computed (a, v) SELECT n, '${v}' FROM generate_series(${from}, ${to}) n`
  const { source, target } = await databases(version, schema, rows('new', 4, 9), rows('old', 1, 6))
  await target.run(`UPDATE parted SET at = at + 700 WHERE code = '5'`)
  const prune = Object.fromEntries(['keyed', 'keyless', 'bag', 'parted', 'computed'].map((id) => [id, { prune: true }]))
  const options = { identity: { keyless: [['code']], parted: [['code']], computed: [['a']] }, tables: prune }
  const archive = await readRows(source.url)
  const { verdicts } = await importRows(target.url, archive, options)
  const half = { new: 3, changed: 3, unchanged: 0, deleted: 3 }
  expect(verdicts).toMatchObject({ keyed: half, keyless: half, computed: half, parted: { new: 3, changed: 1, unchanged: 2, deleted: 3 }, bag: { new: 3, unchanged: 3, deleted: 3 } })
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test.each(VERSIONS)('PostgreSQL %i: a primary key that is no identity changes with its row, also in a circle', async (version) => {
  const schema = 'CREATE TABLE t (id uuid PRIMARY KEY, code text NOT NULL UNIQUE); CREATE TABLE c (t uuid REFERENCES t)'
  const id = (n: number): string => `00000000-0000-0000-0000-00000000000${n}`
  const { source, target } = await databases(
    version,
    schema,
    `INSERT INTO t VALUES ('${id(1)}', 'a'), ('${id(2)}', 'b'), ('${id(3)}', 'c'); INSERT INTO c VALUES ('${id(1)}')`,
    `INSERT INTO t VALUES ('${id(2)}', 'a'), ('${id(1)}', 'b'), ('${id(9)}', 'c'); INSERT INTO c VALUES ('${id(2)}')`,
  )
  await importRows(target.url, await readRows(source.url), { identity: { t: [['code']], c: [] }, strategies: { c: 'replace' } })
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test('generated values are looked up again for rows without a key, wherever they were written', async () => {
  const schema = `CREATE TABLE label (code text PRIMARY KEY, text text); CREATE FUNCTION label_of(c text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT text FROM label WHERE code = c';
    CREATE TABLE badge (name text, code text, label text GENERATED ALWAYS AS (label_of(code)) STORED)`
  const { source, target } = await databases(
    18,
    schema,
    `INSERT INTO label VALUES ('a', 'Anna'), ('b', 'Béla'); INSERT INTO badge VALUES ('one', 'a'), ('two', 'b'), ('three', 'b')`,
    `INSERT INTO label VALUES ('a', 'old'); INSERT INTO badge VALUES ('one', 'b'), ('two', 'b')`,
  )
  await importRows(target.url, await readRows(source.url), { identity: { badge: [['name']] } })
  expect(await target.query('SELECT name, label FROM badge ORDER BY 1')).toEqual([['one', 'Anna'], ['three', 'Béla'], ['two', null]])
})

test('what a cast would cut to fit is refused when it is written', async () => {
  const schema = 'CREATE TABLE p (id int PRIMARY KEY, code varchar(9) NOT NULL UNIQUE, name text UNIQUE NOT NULL); CREATE TABLE c (id int PRIMARY KEY, p varchar(3) REFERENCES p (code))'
  const { source, target } = await databases(18, schema, `INSERT INTO p VALUES (1, 'abc', 'x'); INSERT INTO c VALUES (1, 'abc')`, `INSERT INTO p VALUES (1, 'abcdef', 'x'); INSERT INTO p VALUES (2, 'abcd', 'y'); INSERT INTO c VALUES (9, NULL)`)
  const failure = importRows(target.url, await readRows(source.url), { identity: { p: [['name']] }, surrogates: { p: ['id', 'code'] } })
  await expect(failure).rejects.toMatchObject({ code: 'ROW_REFUSED', place: { table: 'c' } })
})

const ELSEWHERE = `CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE TABLE p (c ext.citext PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p ext.citext CONSTRAINT c_to_p REFERENCES p ON UPDATE CASCADE)`

test('references are checked by the operators of their own types, where the search path does not lead', async () => {
  const { source, target } = await databases(18, ELSEWHERE, `INSERT INTO p VALUES ('One'); INSERT INTO c VALUES (1, 'ONE')`, '')
  await target.run(`CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''fired''; END'; CREATE TRIGGER stop BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION stop()`)
  const replica = await createRole(target)
  // Owning neither table, but allowed to be a replica: the references are checked by the import itself.
  await target.run(`GRANT USAGE ON SCHEMA public, ext TO ${replica.name}; GRANT SELECT, INSERT, UPDATE ON p, c TO ${replica.name}; GRANT SET ON PARAMETER session_replication_role TO ${replica.name}`)
  await importRows(replica.url, await readRows(source.url))
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  await source.run(`ALTER TABLE c DROP CONSTRAINT c_to_p; INSERT INTO c VALUES (2, 'two')`)
  const failure = importRows(replica.url, await readRows(source.url))
  await expect(failure).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED', place: { table: 'c', key: 'id=2' } })
  await expect(failure).rejects.toThrow(/^1 row refers/)
})

test('a key that is made with its table names the rows that break it by the operators of its own types', async () => {
  const source = await createDatabase()
  await source.run(`CREATE EXTENSION citext; CREATE TABLE p (c citext PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p citext); INSERT INTO p VALUES ('One'); INSERT INTO c VALUES (1, 'ONE'), (2, 'two'); ALTER TABLE c ADD CONSTRAINT c_to_p FOREIGN KEY (p) REFERENCES p NOT VALID`)
  const archive = await readRows(source.url)
  const valid = { ...archive, schema: { ...archive.schema, tables: archive.schema.tables.map((table) => ({ ...table, references: table.references.map((reference) => ({ ...reference, validated: true })) })) } }
  const target = await createDatabase()
  await target.run(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = nowhere', current_database()); END $$`)
  const failure = importRows(target.url, valid, { create: true })
  await expect(failure).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED', place: { table: 'c', key: 'id=2' } })
  await expect(failure).rejects.toThrow(/^1 row refers/)
})

test('PostgreSQL 18: a reference to periods is held by all rows that cover it together', async () => {
  const schema = `CREATE EXTENSION btree_gist; CREATE TABLE p (id int, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS)); CREATE TABLE c (id int, during daterange, CONSTRAINT c_to_p FOREIGN KEY (id, PERIOD during) REFERENCES p (id, PERIOD during));
    CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''fired''; END'; CREATE TRIGGER stop BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION stop()`
  const { source, target } = await databases(18, schema, `ALTER TABLE c DISABLE TRIGGER stop; INSERT INTO p VALUES (1, '[2020-01-01,2020-02-01)'), (1, '[2020-02-01,2020-03-01)'); INSERT INTO c VALUES (1, '[2020-01-10,2020-02-10)')`, '')
  const role = await createRole(target)
  await target.run(`GRANT SELECT, INSERT, UPDATE ON p, c TO ${role.name}; GRANT USAGE ON SCHEMA public TO ${role.name}; GRANT SET ON PARAMETER session_replication_role TO ${role.name}`)
  await importRows(role.url, await readRows(source.url))
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  await source.run(`ALTER TABLE c DROP CONSTRAINT c_to_p; INSERT INTO c VALUES (1, '[2020-02-10,2020-03-10)')`)
  await expect(importRows(role.url, await readRows(source.url))).rejects.toThrow(/^1 row refers to nothing: id=1, during=\[2020-02-10/)
})

test('rows are the same by json and other types that have no equality, by what is written', async () => {
  const { source, target } = await databases(18, 'CREATE TABLE t (j json, p point, v text)', `INSERT INTO t VALUES ('{"a":1}', '(1,2)', 'new'), ('{"a":1 }', '(1,2)', 'other')`, `INSERT INTO t VALUES ('{"a":1}', '(1,2)', 'old')`)
  const { verdicts } = await importRows(target.url, await readRows(source.url), { identity: { t: [['j', 'p']] } })
  expect(verdicts['t']).toMatchObject({ new: 1, changed: 1 })
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test.each(VERSIONS)('PostgreSQL %i: a row that differs is kept beside the one that is there, with keys of its own whatever their types, once', async (version) => {
  const schema = `CREATE EXTENSION citext; CREATE DOMAIN title AS varchar(30); CREATE TABLE t (id serial PRIMARY KEY, code citext NOT NULL UNIQUE, u uuid NOT NULL UNIQUE, label title, n numeric, j json, f int[]); CREATE TABLE c (t int REFERENCES t, what text)`
  const u = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`
  const { source, target } = await databases(
    version,
    schema,
    `INSERT INTO t VALUES (1, 'A', '${u(1)}', 'Anna', 1.0, '{"a": 1}', '{1}'), (2, 'B', '${u(2)}', 'Bea', 1, NULL, NULL); INSERT INTO c VALUES (1, 'of a'), (2, 'of b')`,
    `INSERT INTO t VALUES (5, 'a', '${u(1)}', 'Anna', 1.00, '{"a":1}', '{2}'), (1, 'B', '${u(2)}', 'Bea', 1, NULL, NULL)`,
  )
  const archive = await readRows(source.url)
  const options = { strategy: 'keep-both', identity: { t: [['code']], c: [] }, surrogates: { t: ['id', 'u'] }, tables: { t: { labelColumn: 'label' } } } as const
  const { verdicts } = await importRows(target.url, archive, options)
  expect(verdicts).toMatchObject({ t: { new: 1, unchanged: 1 }, c: { new: 2 } })
  expect(await target.query('SELECT code, label, n, t, what FROM t JOIN c ON t = id ORDER BY 1')).toEqual([['A (imported)', 'Anna (imported)', '1.0', '6', 'of a'], ['B', 'Bea', '1', '1', 'of b']])
  const before = await contentOf(target.url)
  expect((await importRows(target.url, archive, options)).verdicts).toMatchObject({ t: { new: 0, changed: 0 }, c: { new: 0 } })
  expect(await contentOf(target.url)).toEqual(before)
})

test.each(VERSIONS)('PostgreSQL %i: the newer row is taken, to the microsecond, and the same time is not newer', async (version) => {
  const row = (id: number, at: string, v: string): string => `INSERT INTO t VALUES (${id}, ${at}, '${v}');`
  const { source, target } = await databases(
    version,
    'CREATE TABLE t (id int PRIMARY KEY, at timestamptz, v text)',
    row(1, `'2024-01-01 00:00:00.000002+00'`, 'new') + row(2, `'2024-01-01 00:00:00.000001+00'`, 'new') + row(3, `'2024-01-01 00:00:00+00'`, 'new') + row(4, 'NULL', 'new') + row(5, `'infinity'`, 'new'),
    row(1, `'2024-01-01 00:00:00.000001+00'`, 'old') + row(2, `'2024-01-01 00:00:00.000001+00'`, 'old') + row(3, `'2024-01-01 00:00:00.000001+00'`, 'old') + row(4, 'NULL', 'old') + row(5, `'2024-01-01'`, 'old'),
  )
  const { verdicts } = await importRows(target.url, await readRows(source.url), { strategy: 'keep-newer', tables: { t: { timeColumn: 'at' } } })
  expect(verdicts['t']).toMatchObject({ new: 0, unchanged: 0, conflicting: 0 })
  expect((await target.query(`SELECT id FROM t WHERE v = 'new' AND id < 5 ORDER BY id`)).flat()).toEqual(['1'])
})

test('references follow by the operators of their own types, where the search path does not lead', async () => {
  const schema = `CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE TABLE tenant (id serial PRIMARY KEY, name ext.citext NOT NULL UNIQUE); CREATE TABLE p (tenant int REFERENCES tenant, code ext.citext, PRIMARY KEY (tenant, code));
    CREATE TABLE c (id int PRIMARY KEY, tenant int, code ext.citext, FOREIGN KEY (tenant, code) REFERENCES p)`
  const { source, target } = await databases(18, schema, `INSERT INTO tenant VALUES (1, 'x'); INSERT INTO p VALUES (1, 'One'); INSERT INTO c VALUES (1, 1, 'ONE')`, `INSERT INTO tenant VALUES (4, 'X')`)
  await importRows(target.url, await readRows(source.url), { identity: { tenant: [['name']] }, surrogates: { tenant: ['id'] } })
  expect(await target.query('SELECT tenant, lower(code::text) FROM c')).toEqual([['4', 'one']])
})
