import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/postgres/database.js'
import { contentOf, importRows, inBatches, openTarget, pairTables, readRows, type Rows } from '../../../../test/postgres/import.js'
import { createRole } from '../../../../test/postgres/role.js'
import type { RowBatch } from '../../../rows/row-batch.js'

const SCHEMA = 'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES p, v text)'

async function scene(rows = `INSERT INTO p VALUES (1); INSERT INTO t VALUES (1, 1, 'a')`): Promise<{ readonly archive: Rows; readonly target: TestDatabase }> {
  const source = await createDatabase()
  await source.run(SCHEMA)
  await source.run(rows)
  const target = await createDatabase()
  await target.run(SCHEMA)
  return { archive: await readRows(source.url), target }
}

/** A second session of somebody else's. */
async function session(database: TestDatabase): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url, application_name: 'the shop' })
  await client.connect()
  client.on('error', () => undefined)
  onTestFinished(async () => client.end())
  return client
}

test.each([
  ['a writer', 'INSERT INTO t VALUES (7)', 'RowExclusiveLock'],
  ['a reader, where references have to be out of the way', 'SELECT FROM t', 'AccessShareLock'],
])('%s that holds a table is named when the wait is over', async (_who, statement, mode) => {
  const { archive, target } = await scene()
  const other = await session(target)
  await other.query('BEGIN')
  await other.query(statement)
  const { rows } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const failure = importRows(target.url, archive, { lockTimeout: 50 })
  await expect(failure).rejects.toMatchObject({ code: 'STORE_LOCKED', place: { table: 't' } })
  await expect(failure).rejects.toThrow(`process ${rows[0]!.pid}, role postgres, application the shop`)
  await expect(failure).rejects.toThrow(mode)
  await other.query('ROLLBACK')
  await importRows(target.url, archive)
})

test('readers read on while a merge is under way, writers wait', async () => {
  const { archive, target } = await scene()
  await target.run('INSERT INTO p VALUES (2)')
  const other = await session(target)
  await importRows(target.url, archive, {
    beforeEnd: async () => {
      expect((await other.query('SELECT FROM p')).rowCount).toBe(1)
      await other.query('SET lock_timeout = 20')
      await expect(other.query('INSERT INTO p VALUES (3)')).rejects.toMatchObject({ code: '55P03' })
    },
  })
  expect((await other.query('SELECT FROM p')).rowCount).toBe(2)
})

test('the right that a lock needs is named', async () => {
  const { archive, target } = await scene()
  const role = await createRole(target)
  await target.run(`GRANT USAGE ON SCHEMA public TO ${role.name}; GRANT SELECT, INSERT ON t, p TO ${role.name}`)
  await expect(importRows(role.url, archive)).rejects.toMatchObject({ code: 'STORE_NOT_PERMITTED', hint: expect.stringContaining('GRANT SELECT, INSERT, UPDATE ON "public"."p"') as string })
})

test('a policy that would hide rows is an error', async () => {
  const { archive, target } = await scene()
  await target.run('INSERT INTO p VALUES (2)')
  const role = await createRole(target)
  await target.run(`GRANT USAGE ON SCHEMA public TO ${role.name}; GRANT ALL ON t, p TO ${role.name}; ALTER TABLE p ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON p USING (id > 5)`)
  await expect(importRows(role.url, archive)).rejects.toMatchObject({ code: 'STORE_NOT_PERMITTED', place: { table: 'p' } })
})

test.each([['load'], ['stage']] as const)('an abort in the middle of %s stops the import and leaves nothing', async (step) => {
  const { archive, target } = await scene(`INSERT INTO p SELECT n FROM generate_series(1, 1000) n`)
  const abort = new AbortController()
  const opened = await openTarget(target.url, { signal: abort.signal })
  const [table] = pairTables(archive.schema, opened.schema, { only: ['p'] })
  await opened.prepare([table!])
  async function* thenAbort(): AsyncGenerator<RowBatch> {
    yield* inBatches(archive.batches.get('p')!)
    abort.abort()
    yield* inBatches(archive.batches.get('p')!)
  }
  await expect(opened[step](table!, thenAbort())).rejects.toMatchObject({ code: 'INTERRUPTED' })
  await opened.end('rollback')
  expect(await contentOf(target.url)).toEqual({ p: [], t: [] })
  await importRows(target.url, archive)
})

test('an abort before the end turns COMMIT into a rollback', async () => {
  const { archive, target } = await scene()
  const abort = new AbortController()
  await expect(importRows(target.url, archive, { signal: abort.signal, beforeEnd: async () => abort.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' })
  expect(await contentOf(target.url)).toEqual({ p: [], t: [] })
})

test('an error of the rows themselves comes through as it is, and the transaction can be ended', async () => {
  const { archive, target } = await scene()
  const opened = await openTarget(target.url)
  const [table] = pairTables(archive.schema, opened.schema, { only: ['p'] })
  await opened.prepare([table!])
  async function* broken(): AsyncGenerator<RowBatch> {
    yield* inBatches(archive.batches.get('p')!)
    throw new TypeError('the archive broke off')
  }
  await expect(opened.load(table!, broken())).rejects.toThrow('the archive broke off')
  await opened.end('rollback')
  expect(await contentOf(target.url)).toEqual({ p: [], t: [] })
})

test('a row that does not parse names table and row, whether loaded or staged', async () => {
  const { archive, target } = await scene()
  const batches = new Map(archive.batches).set('p', [{ bytes: Buffer.from('{"id":1}\n{"id":x}\n'), rows: 2 }])
  for (const alwaysStage of [false, true]) {
    await expect(importRows(target.url, { ...archive, batches }, { alwaysStage })).rejects.toMatchObject({ code: 'ROW_INVALID', place: { table: 'p', row: 2, column: 'id' } })
  }
  expect(await contentOf(target.url)).toEqual({ p: [], t: [] })
})

test('a value the target refuses names the row; megabytes behind it do not block', async () => {
  const { archive, target } = await scene(`INSERT INTO t SELECT n, NULL, repeat('x', 2000) FROM generate_series(1, 5000) n`)
  await target.run('ALTER TABLE t ADD CHECK (id <> 3)')
  await expect(importRows(target.url, archive)).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't', row: 3 } })
  expect(await contentOf(target.url)).toEqual({ p: [], t: [] })
})

test('a connection that breaks is told, and ending after it is no second failure', async () => {
  const { archive, target } = await scene()
  const failure = importRows(target.url, archive, {
    beforeEnd: async () => target.run('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'),
  })
  await expect(failure).rejects.toMatchObject({ code: 'STORE_FAILED' })
  expect(await contentOf(target.url)).toEqual({ p: [], t: [] })
})

test('what the user\'s own deferred trigger refuses is refused before COMMIT, in a dry run too', async () => {
  const { archive, target } = await scene()
  await target.run(`CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not today''; END';
    CREATE CONSTRAINT TRIGGER no AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no()`)
  for (const dryRun of [true, false]) await expect(importRows(target.url, archive, { triggers: 'fire', dryRun })).rejects.toThrow('not today')
  await importRows(target.url, archive)
})

test('a target that vanished from under the plan is named', async () => {
  const { archive, target } = await scene()
  const opened = await openTarget(target.url)
  const tables = pairTables(archive.schema, opened.schema)
  await target.run('DROP TABLE t')
  await expect(opened.prepare(tables)).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND', place: { table: 't' } })
  await opened.end('rollback')
})

test('a role whose transactions are read-only by default imports all the same', async () => {
  const { archive, target } = await scene()
  const role = await createRole(target)
  await target.run(`ALTER ROLE ${role.name} SET default_transaction_read_only = on; GRANT USAGE ON SCHEMA public TO ${role.name}; GRANT SELECT, INSERT, UPDATE ON p, t TO ${role.name}`)
  await importRows(role.url, archive)
  expect(await target.query('SELECT count(*) FROM t')).toEqual([['1']])
})

test('a connection that breaks in the middle of the rows is told at once', async () => {
  const { archive, target } = await scene()
  const opened = await openTarget(target.url)
  const [table] = pairTables(archive.schema, opened.schema, { only: ['p'] })
  await opened.prepare([table!])
  let given = 0
  async function* endless(): AsyncGenerator<RowBatch> {
    await target.run('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()')
    for (; given < 1_000_000; given += 10_000) yield { bytes: Buffer.from(Array.from({ length: 10_000 }, (_, index) => `{"id":${given + index}}\n`).join('')), rows: 10_000 }
  }
  await expect(opened.load(table!, endless())).rejects.toMatchObject({ code: 'STORE_FAILED', place: { table: 'p' } })
  expect(given).toBeLessThan(1_000_000)
  await opened.end('rollback')
})

test('the server sets the pace: rows are not piled up in memory', async () => {
  const { archive, target } = await scene()
  const opened = await openTarget(target.url)
  const [table] = pairTables(archive.schema, opened.schema, { only: ['t'] })
  await opened.prepare([table!])
  const line = (id: number): string => `{"id":${id},"p":null,"v":"${'x'.repeat(1000)}"}\n`
  const most = { buffers: 0 }
  async function* rows(): AsyncGenerator<RowBatch> {
    for (let batch = 0; batch < 100; batch += 1) {
      yield { bytes: Buffer.from(Array.from({ length: 1000 }, (_, index) => line(batch * 1000 + index)).join('')), rows: 1000 }
      most.buffers = Math.max(most.buffers, process.memoryUsage().arrayBuffers)
    }
  }
  const before = process.memoryUsage().arrayBuffers
  expect(await opened.load(table!, rows())).toBe(100_000)
  expect(most.buffers - before).toBeLessThan(64 << 20)
  await opened.end('rollback')
})
