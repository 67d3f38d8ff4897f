import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/postgres/database.js'
import { HoldallError } from '../../errors/holdall-error.js'
import type { Table } from '../../schema/schema.js'
import type { RowFilter, Snapshot } from '../store.js'
import { connect } from './connect.js'
import { openSnapshot } from './snapshot.js'

const BOTH = [[12], [18]] as const

async function snapshotOf(url: string, signal?: AbortSignal): Promise<Snapshot> {
  const snapshot = await openSnapshot({ client: await connect(url, signal), url, name: 'here', signal })
  onTestFinished(async () => snapshot.close())
  return snapshot
}

const table = (snapshot: Snapshot, id: string): Table => snapshot.schema.tables.find((each) => each.id === id)!

async function lines(snapshot: Snapshot, id: string, filter?: RowFilter): Promise<string[]> {
  const found: string[] = []
  for await (const batch of snapshot.rows(table(snapshot, id), filter)) {
    const text = batch.bytes.toString()
    expect(text.endsWith('\n')).toBe(true)
    const rows = text.slice(0, -1).split('\n')
    expect(rows).toHaveLength(batch.rows)
    found.push(...rows)
  }
  return found
}

async function failure(run: Promise<unknown>): Promise<HoldallError> {
  const error = await run.then(
    () => new Error('nothing failed'),
    (caught: unknown) => caught,
  )
  if (HoldallError.is(error)) return error
  throw error
}

/** Sessions of Holdall on that database, and what they are at. */
async function sessions(database: TestDatabase): Promise<(string | null)[][]> {
  return database.query(`SELECT state FROM pg_stat_activity WHERE application_name = 'holdall' AND datname = current_database()`)
}

test.each(BOTH)('PostgreSQL %i: rows come in canonical form, stored columns only', async (version) => {
  const database = await createDatabase(version)
  await database.run(`CREATE TABLE t (id int, "odd ""name" text, twice int GENERATED ALWAYS AS (id * 2) STORED, big int8, at timestamptz);
    INSERT INTO t (id, "odd ""name", big, at) VALUES (1, 'a"b\\c' || chr(9) || chr(10) || 'ü😀', 9007199254740993, '2026-02-16 10:00:00.123456+02'), (2, NULL, -1, 'infinity'), (3, '', NULL, NULL)`)
  const snapshot = await snapshotOf(database.url)
  expect(await lines(snapshot, 't')).toEqual([
    String.raw`{"id":1,"odd \"name":"a\"b\\c\t\nü😀","big":"9007199254740993","at":"2026-02-16 08:00:00.123456+00"}`,
    '{"id":2,"odd \\"name":null,"big":-1,"at":"infinity"}',
    '{"id":3,"odd \\"name":"","big":null,"at":null}',
  ])
})

test.each(BOTH)('PostgreSQL %i: a table given with fewer columns leaves the others out, also the one that times are taken from', async (version) => {
  const database = await createDatabase(version)
  await database.run(`CREATE TABLE t (id int, secret text, at date); INSERT INTO t VALUES (1, 'x', '2026-01-01'), (2, 'y', '2026-02-01')`)
  const snapshot = await snapshotOf(database.url)
  const whole = table(snapshot, 't')
  const found: string[] = []
  for await (const batch of snapshot.rows({ ...whole, columns: whole.columns.slice(0, 1) }, { time: { column: 'at', since: new Date('2026-01-15') } })) found.push(batch.bytes.toString())
  expect(found).toEqual(['{"id":2}\n'])
})

test.each(BOTH)('PostgreSQL %i: partitioned, inheriting, empty and columnless tables give each row once', async (version) => {
  const database = await createDatabase(version)
  await database.run(`
    CREATE TABLE p (id int, part int) PARTITION BY LIST (part);
    CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p DEFAULT PARTITION BY RANGE (id); CREATE TABLE p3 PARTITION OF p2 DEFAULT;
    INSERT INTO p VALUES (1, 1), (2, 2), (3, 3);
    CREATE TABLE parent (id int); CREATE TABLE child (more int) INHERITS (parent);
    INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);
    CREATE TABLE nothing (id int);
    CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES; INSERT INTO bare DEFAULT VALUES;
    CREATE TABLE generated (g int GENERATED ALWAYS AS (1) STORED); INSERT INTO generated DEFAULT VALUES;
  `)
  const snapshot = await snapshotOf(database.url)
  expect((await lines(snapshot, 'p')).sort()).toEqual(['{"id":1,"part":1}', '{"id":2,"part":2}', '{"id":3,"part":3}'])
  expect(await lines(snapshot, 'p', { condition: 'id > 2' })).toEqual(['{"id":3,"part":3}'])
  expect(await lines(snapshot, 'parent')).toEqual(['{"id":1}'])
  expect(await lines(snapshot, 'parent', { condition: 'true' })).toEqual(['{"id":1}'])
  expect(await lines(snapshot, 'child')).toEqual(['{"id":2,"more":3}'])
  expect(await lines(snapshot, 'nothing')).toEqual([])
  expect(await lines(snapshot, 'bare')).toEqual(['{}', '{}'])
  expect(await lines(snapshot, 'generated')).toEqual(['{}'])
  expect(await Promise.all([snapshot.count(table(snapshot, 'p')), snapshot.count(table(snapshot, 'parent'))])).toEqual([3, 1])
})

test.each(BOTH)('PostgreSQL %i: rows and schema are of the moment it was opened', async (version) => {
  const database = await createDatabase(version)
  await database.run('CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2); CREATE TABLE u (id int)')
  const snapshot = await snapshotOf(database.url)
  await database.run('INSERT INTO t VALUES (3); UPDATE t SET id = 20 WHERE id = 2; INSERT INTO u SELECT id FROM t; CREATE TABLE later (id int)')
  expect(await lines(snapshot, 't')).toEqual(['{"id":1}', '{"id":2}'])
  expect(await lines(snapshot, 'u')).toEqual([])
  expect(await snapshot.count(table(snapshot, 't'), { condition: 'id = 20' })).toBe(0)
  expect(snapshot.schema.tables.map((each) => each.id)).toEqual(['t', 'u'])
})

test.each(BOTH)('PostgreSQL %i: a table cannot be altered or emptied under an open snapshot', async (version) => {
  const database = await createDatabase(version)
  await database.run('CREATE TABLE t (id int); INSERT INTO t VALUES (1)')
  const snapshot = await snapshotOf(database.url)
  for (const statement of ['TRUNCATE t', 'DROP TABLE t', 'ALTER TABLE t ADD COLUMN late int']) {
    await expect(database.run(`SET lock_timeout = '30ms'; ${statement}`)).rejects.toThrow(/lock timeout/)
  }
  expect(await lines(snapshot, 't')).toEqual(['{"id":1}'])
})

test('the locks are taken before the snapshot: rows of a migration that was waited for are seen', async () => {
  const database = await createDatabase()
  await database.run('CREATE TABLE t (id int); INSERT INTO t VALUES (1)')
  const migration = await connect(database.url)
  await migration.query('BEGIN; ALTER TABLE t ADD COLUMN late int DEFAULT 7')
  const opening = snapshotOf(database.url)
  await expect.poll(async () => database.query(`SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 't'::regclass`)).toEqual([['1']])
  await migration.query('COMMIT')
  await migration.end()
  expect(await lines(await opening, 't')).toEqual(['{"id":1,"late":7}'])
})

test.each(BOTH)('PostgreSQL %i: whoever keeps readers out of a table is named when the wait is over', async (version) => {
  const database = await createDatabase(version)
  await database.run('CREATE TABLE s (id int); CREATE TABLE t (id int)')
  const migration = await connect(database.url)
  await migration.query('BEGIN; ALTER TABLE t ADD COLUMN late int')
  const { rows } = await migration.query<{ pid: string }>('SELECT pg_backend_pid() AS pid')
  const error = await failure(openSnapshot({ client: await connect(database.url), url: database.url, name: 'here', lockTimeout: 50 }))
  await migration.end()
  expect([error.code, error.place]).toEqual(['STORE_LOCKED', { store: 'here', table: 't' }])
  expect(error.message).toMatch(`the table is locked by process ${rows[0]!.pid}, role postgres, application holdall`)
})

test.each(BOTH)('PostgreSQL %i: nothing can be written through it', async (version) => {
  const database = await createDatabase(version)
  await database.run(`CREATE TABLE t (id int); INSERT INTO t VALUES (1); CREATE SEQUENCE s;
    CREATE FUNCTION sneak() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (2); RETURN true; END $$`)
  const snapshot = await snapshotOf(database.url)
  for (const condition of ['sneak()', "nextval('s') > 0"]) {
    expect((await failure(lines(snapshot, 't', { condition }))).code).toBe('STORE_NOT_PERMITTED')
  }
  for (const condition of ['true); DROP TABLE t; --', 'true); COMMIT; DELETE FROM t WHERE (true', 'id >', "id = 'x'", '1 / 0 = 1', '']) {
    expect((await failure(lines(snapshot, 't', { condition }))).code).toBe('USAGE')
    expect((await failure(snapshot.count(table(snapshot, 't'), { condition }))).code).toBe('USAGE')
  }
  const missing = await failure(lines(snapshot, 't', { condition: 'nme = 1' }))
  expect([missing.code, missing.place.table]).toEqual(['COLUMN_NOT_FOUND', 't'])
  expect(await lines(snapshot, 't', { condition: 'id = 1 -- all of them' })).toEqual(['{"id":1}'])
  expect(await database.query('SELECT id FROM t')).toEqual([['1']])
})

test.each(BOTH)('PostgreSQL %i: a policy is an error, never fewer rows', async (version) => {
  const database = await createDatabase(version)
  const { url, role } = await restrictedRole(database)
  await database.run(`CREATE TABLE seen (id int); CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY one ON t USING (id = 1); GRANT SELECT ON t, seen TO ${role}`)
  const snapshot = await snapshotOf(url)
  const error = await failure(lines(snapshot, 't'))
  expect([error.code, error.place.table]).toEqual(['STORE_NOT_PERMITTED', 't'])
  expect((await failure(snapshot.count(table(snapshot, 't')))).code).toBe('STORE_NOT_PERMITTED')
  expect(await lines(snapshot, 'seen')).toEqual([])
})

test.each(BOTH)('PostgreSQL %i: a table the role may not read is named, the others can be read', async (version) => {
  const database = await createDatabase(version)
  const { url, role } = await restrictedRole(database)
  await database.run(`CREATE SCHEMA hidden; CREATE TABLE hidden.t (id int); CREATE TABLE forbidden (id serial); INSERT INTO forbidden VALUES (DEFAULT);
    CREATE TABLE allowed (id int); INSERT INTO allowed VALUES (1); CREATE TABLE partly (id int, secret text); INSERT INTO partly VALUES (5, 'x');
    GRANT SELECT ON allowed TO ${role}; GRANT SELECT (id) ON partly TO ${role}; GRANT SELECT ON hidden.t TO ${role}`)
  const snapshot = await snapshotOf(url)
  for (const id of ['forbidden', 'hidden.t', 'partly']) {
    const error = await failure(lines(snapshot, id))
    expect([error.code, error.place.table]).toEqual(['STORE_NOT_PERMITTED', id])
  }
  expect(await lines(snapshot, 'allowed')).toEqual(['{"id":1}'])
  expect(snapshot.schema.leftOut).toContainEqual({ kind: 'sequence value', name: 'forbidden_id_seq', reason: 'the role has no SELECT on the sequence' })
  const partly = table(snapshot, 'partly')
  for await (const batch of snapshot.rows({ ...partly, columns: partly.columns.slice(0, 1) })) expect(batch.bytes.toString()).toBe('{"id":5}\n')
})

test.each(BOTH)('PostgreSQL %i: a consumer that stops early leaves the snapshot usable', async (version) => {
  const database = await createDatabase(version)
  await database.run("CREATE TABLE big AS SELECT n AS id, repeat('x', 1000) AS pad FROM generate_series(1, 60000) n; CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
  const snapshot = await snapshotOf(database.url)
  for (let round = 0; round < 3; round += 1) {
    let batches = 0
    for await (const batch of snapshot.rows(table(snapshot, 'big'))) {
      expect(batch.rows).toBeGreaterThan(0)
      if (++batches === 2) break
    }
    expect(await lines(snapshot, 't')).toEqual(['{"id":1}'])
  }
  for await (const batch of snapshot.rows(table(snapshot, 't'))) expect(batch.rows).toBe(1)
  await expect(consume(snapshot, 'big', () => { throw new Error('disk full') })).rejects.toThrow()
  expect(await snapshot.count(table(snapshot, 'big'))).toBe(60000)
})

test('a slow consumer holds the server back', async () => {
  const database = await createDatabase()
  await database.run("CREATE TABLE big AS SELECT n AS id, repeat('x', 10000) AS pad FROM generate_series(1, 10000) n")
  const snapshot = await snapshotOf(database.url)
  const rows = snapshot.rows(table(snapshot, 'big'))[Symbol.asyncIterator]()
  await rows.next()
  const waiting = `SELECT wait_event FROM pg_stat_activity WHERE application_name = 'holdall' AND datname = current_database()`
  await expect.poll(async () => database.query(waiting)).toEqual([['ClientWrite']])
  const before = process.memoryUsage().arrayBuffers
  expect(before).toBeLessThan(60_000_000)
  await expect.poll(async () => database.query(waiting)).toEqual([['ClientWrite']])
  await rows.return?.()
  expect(await snapshot.count(table(snapshot, 'big'))).toBe(10000)
})

test('an abort ends the export with INTERRUPTED and leaves no transaction', async () => {
  const database = await createDatabase()
  await database.run("CREATE TABLE big AS SELECT n AS id, repeat('x', 1000) AS pad FROM generate_series(1, 60000) n")
  const stop = new AbortController()
  const snapshot = await snapshotOf(database.url, stop.signal)
  expect(await sessions(database)).toEqual([['idle in transaction']])
  const error = await failure(consume(snapshot, 'big', () => stop.abort()))
  expect([error.code, error.place.table]).toEqual(['INTERRUPTED', 'big'])
  expect((await failure(lines(snapshot, 'big'))).code).toBe('INTERRUPTED')
  expect((await failure(snapshot.count(table(snapshot, 'big')))).code).toBe('INTERRUPTED')
  await snapshot.close()
  await expect.poll(async () => sessions(database)).toEqual([])
})

test('an abort while the server is at work is INTERRUPTED', async () => {
  const database = await createDatabase()
  await database.run('CREATE TABLE t (id int); INSERT INTO t VALUES (1)')
  const stop = new AbortController()
  const snapshot = await snapshotOf(database.url, stop.signal)
  const counting = failure(snapshot.count(table(snapshot, 't'), { condition: 'pg_sleep(50) IS NOT NULL' }))
  await expect.poll(async () => database.query(`SELECT wait_event FROM pg_stat_activity WHERE application_name = 'holdall' AND datname = current_database()`)).toEqual([['PgSleep']])
  stop.abort()
  expect((await counting).code).toBe('INTERRUPTED')
})

test('closing in the middle of a table ends the session', async () => {
  const database = await createDatabase()
  await database.run("CREATE TABLE big AS SELECT n AS id, repeat('x', 1000) AS pad FROM generate_series(1, 60000) n")
  const snapshot = await snapshotOf(database.url)
  const rows = snapshot.rows(table(snapshot, 'big'))[Symbol.asyncIterator]()
  await rows.next()
  await snapshot.close()
  await expect.poll(async () => sessions(database)).toEqual([])
  expect((await failure(drainAll(rows))).code).toBe('STORE_FAILED')
})

test('a server that ends the session in the middle of a table is STORE_FAILED', async () => {
  const database = await createDatabase()
  await database.run("CREATE TABLE big AS SELECT n AS id, repeat('x', 1000) AS pad FROM generate_series(1, 60000) n")
  const snapshot = await snapshotOf(database.url)
  const rows = snapshot.rows(table(snapshot, 'big'))[Symbol.asyncIterator]()
  await rows.next()
  await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holdall' AND datname = current_database()`)
  const error = await failure(drainAll(rows))
  expect([error.code, error.place.table]).toEqual(['STORE_FAILED', 'big'])
})

test('one table is read at a time', async () => {
  const database = await createDatabase()
  await database.run('CREATE TABLE t (id int); INSERT INTO t VALUES (1); CREATE TABLE u (id int)')
  const snapshot = await snapshotOf(database.url)
  const rows = snapshot.rows(table(snapshot, 't'))[Symbol.asyncIterator]()
  await rows.next()
  expect((await failure(lines(snapshot, 'u'))).code).toBe('INTERNAL')
  await rows.return?.()
  expect(await lines(snapshot, 'u')).toEqual([])
})

test.each(BOTH)('PostgreSQL %i: an estimate is the guess of the server where it has one, else exact', async (version) => {
  const database = await createDatabase(version)
  await database.run(`CREATE TABLE t AS SELECT n FROM generate_series(1, 10000) n; CREATE TABLE fresh (id int) WITH (autovacuum_enabled = off); INSERT INTO fresh VALUES (1), (2);
    CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p DEFAULT; INSERT INTO p SELECT n FROM generate_series(1, 5000) n;
    ANALYZE t, p1; DELETE FROM t WHERE n > 9000`)
  const snapshot = await snapshotOf(database.url)
  expect(await snapshot.count(table(snapshot, 't'), undefined, true)).toBe(10000)
  expect(await snapshot.count(table(snapshot, 't'))).toBe(9000)
  expect(await snapshot.count(table(snapshot, 't'), { condition: 'n > 8999' }, true)).toBe(1)
  expect(await snapshot.count(table(snapshot, 'fresh'), undefined, true)).toBe(2)
  expect(await snapshot.count(table(snapshot, 'p'), undefined, true)).toBe(5000)
})

test.each([
  ['WIN1252', 12, 'chr(129)'],
  ['SQL_ASCII', 12, "convert_from('\\xff41', 'SQL_ASCII')"],
  ['SQL_ASCII', 18, "convert_from('\\xff41', 'SQL_ASCII')"],
] as const)('text of a database in %s (PostgreSQL %i) that is none in UTF-8 is VALUE_UNWRITABLE', async (encoding, version, text) => {
  const database = await createDatabase(version)
  const url = new URL(database.url)
  url.pathname += '_encoded'
  const name = url.pathname.slice(1)
  await database.run(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`)
  onTestFinished(async () => database.run(`DROP DATABASE ${name}`))
  const client = await connect(url.href)
  await client.query(`CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'x'), (2, ${text}); CREATE TABLE u (v text); INSERT INTO u VALUES ('fine')`)
  await client.end()
  const snapshot = await snapshotOf(url.href)
  const error = await failure(lines(snapshot, 't'))
  expect([error.code, error.place.table]).toEqual(['VALUE_UNWRITABLE', 't'])
  expect(await lines(snapshot, 'u')).toEqual(['{"v":"fine"}'])
  await snapshot.close()
})

test('a "char" beyond ASCII is its escape, or refused with its row where the server sends a bare byte', async () => {
  const script = `CREATE TABLE t (id int, v "char"); INSERT INTO t VALUES (1, 'x'), (2, (-56)::"char"), (3, 'y')`
  const [old, late] = [await createDatabase(12), await createDatabase(18)]
  await old.run(script)
  await late.run(script)
  const error = await failure(lines(await snapshotOf(old.url), 't'))
  expect([error.code, error.place]).toEqual(['VALUE_UNWRITABLE', { store: 'here', table: 't', row: 2 }])
  expect((await lines(await snapshotOf(late.url), 't'))[1]).toBe(String.raw`{"id":2,"v":"\\310"}`)
})

async function consume(snapshot: Snapshot, id: string, onFirst: () => void): Promise<void> {
  let first = true
  for await (const batch of snapshot.rows(table(snapshot, id))) {
    expect(batch.rows).toBeGreaterThan(0)
    if (first) onFirst()
    first = false
  }
}

async function drainAll(rows: AsyncIterator<unknown>): Promise<void> {
  while ((await rows.next()).done !== true);
}

async function restrictedRole(database: TestDatabase): Promise<{ readonly url: string; readonly role: string }> {
  const role = `r_${randomBytes(6).toString('hex')}`
  await database.run(`CREATE ROLE ${role} LOGIN PASSWORD 'pw'`)
  onTestFinished(async () => database.run(`DROP OWNED BY ${role}; DROP ROLE ${role}`))
  const url = new URL(database.url)
  url.username = role
  url.password = 'pw'
  return { url: url.href, role }
}
