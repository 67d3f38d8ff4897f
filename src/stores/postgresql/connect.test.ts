import { createServer, type AddressInfo } from 'node:net'
import { inject, expect, test } from 'vitest'
import { createDatabase } from '../../../test/postgres/database.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { connect } from './connect.js'
import { mapError } from './map-error.js'

test.each([[12], [18]] as const)('values of PostgreSQL %i come as lossless text, whatever database and role say', async (version) => {
  const database = await createDatabase(version)
  await database.run(`DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET timezone TO ''Europe/Berlin''', current_database());
    EXECUTE format('ALTER DATABASE %I SET DateStyle TO ''German''', current_database());
    EXECUTE format('ALTER DATABASE %I SET IntervalStyle TO ''iso_8601''', current_database());
    EXECUTE format('ALTER DATABASE %I SET bytea_output TO ''escape''', current_database());
    EXECUTE format('ALTER DATABASE %I SET extra_float_digits TO -5', current_database());
    EXECUTE format('ALTER DATABASE %I SET statement_timeout TO ''7s''', current_database());
  END $$`)
  const client = await connect(database.url)
  const { rows } = await client.query({
    text: `SELECT '2026-02-16 10:00:00.123456+02'::timestamptz, '1 day 2 hours'::interval, '\\x00ff'::bytea, 0.1::float8 + 0.2::float8, 9007199254740993::int8,
      '{"a": 1.10}'::json, 1.5::float4, true, current_setting('statement_timeout'), current_setting('row_security'), current_setting('application_name')`,
    rowMode: 'array',
  })
  await client.end()
  expect(rows).toEqual([['2026-02-16 08:00:00.123456+00', '1 day 02:00:00', '\\x00ff', '0.30000000000000004', '9007199254740993', '{"a": 1.10}', '1.5', 't', '0', 'off', 'holdall']])
})

test('a server that is not there, a database that is not there', async () => {
  expect((await refused('postgres://ada:s3cret@127.0.0.1:1/shop')).code).toBe('STORE_NOT_FOUND')
  expect((await refused('postgres://ada:s3cret@no-such-host.invalid/shop')).code).toBe('STORE_NOT_FOUND')
  expect((await refused(changed((url) => (url.pathname = '/no_such_database')))).code).toBe('STORE_NOT_FOUND')
})

test('a name with several addresses, none of which answers, is said with all of them', async () => {
  const error = await refused('postgres://ada:s3cret@localhost:1/shop')
  expect([error.code, error.message]).toEqual(['STORE_NOT_FOUND', expect.stringMatching(/ECONNREFUSED/)])
})

test('a role without a free connection, and a setting that the server does not know', async () => {
  const database = await createDatabase()
  const role = `busy_${new URL(database.url).pathname.slice(1)}`
  await database.run(`CREATE ROLE ${role} LOGIN PASSWORD 'x' CONNECTION LIMIT 0`)
  const full = await refused(Object.assign(new URL(database.url), { username: role, password: 'x' }).href)
  await database.run(`DROP ROLE ${role}`)
  expect([full.code, full.message]).toEqual(['STORE_UNREADABLE', expect.stringMatching(/too many connections/)])
  expect((await refused(changed((url) => (url.search = '?options=-c%20no_such_setting%3D1')))).code).toBe('STORE_FAILED')
})

test('a server that does not answer is given up', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const error = await refused(`postgres://ada:s3cret@127.0.0.1:${(silent.address() as AddressInfo).port}/shop?connect_timeout=1`)
  silent.close()
  expect([error.code, error.message]).toEqual(['STORE_NOT_FOUND', 'the server did not answer'])
})

test('a role that is not there, a wrong password, no password', async () => {
  expect((await refused(changed((url) => (url.username = 'no_such_role')))).code).toBe('STORE_NOT_PERMITTED')
  expect((await refused(changed((url) => (url.password = 'wrong')))).code).toBe('STORE_NOT_PERMITTED')
  expect((await refused(changed((url) => (url.password = '')))).code).toBe('STORE_NOT_PERMITTED')
})

test('a server without TLS where the URL demands it', async () => {
  const error = await refused(changed((url) => (url.search = '?sslmode=verify-full')))
  expect(error.code).toBe('STORE_UNREADABLE')
  expect(error.message).toMatch(/SSL/)
})

test('a URL that is none is USAGE', async () => {
  expect((await refused('postgres://ada:s3cret@db:port/shop')).code).toBe('USAGE')
  expect((await refused('postgres://ada:s3cret@db/shop?sslmode=verify-full&sslrootcert=/no/such/file')).message).toMatch(/certificate/)
})

test('no failure to connect prints the password', async () => {
  const urls = ['postgres://ada:s3cret@127.0.0.1:1/shop', 'postgres://ada:s3cret@db:port/shop', 'postgres://ada:s3/cret@db/shop', changed((url) => (url.password = 's3cret')), 'postgres://127.0.0.1:1/shop?user=a&password=s3cret']
  for (const url of urls) {
    const error = await refused(url)
    expect(`${error.message} ${error.hint} ${JSON.stringify(error.place)} ${String(error.cause)}`).not.toMatch(/s3\/?cret/)
  }
})

test('an abort cancels what runs', async () => {
  const database = await createDatabase()
  const stop = new AbortController()
  const client = await connect(database.url, stop.signal)
  const running = client.query('SELECT pg_sleep(50)').then(
    () => null,
    (error: unknown) => mapError(error, {}, { signal: stop.signal }).code,
  )
  stop.abort()
  expect(await running).toBe('INTERRUPTED')
  await client.end()
})

test('an abort before and while connecting is INTERRUPTED', async () => {
  expect((await refused(inject('postgresUrl'), AbortSignal.abort())).code).toBe('INTERRUPTED')
  const stop = new AbortController()
  const connecting = refused(inject('postgresUrl'), stop.signal)
  stop.abort()
  expect((await connecting).code).toBe('INTERRUPTED')
})

function changed(change: (url: URL) => void): string {
  const url = new URL(inject('postgresUrl'))
  change(url)
  return url.href
}

async function refused(url: string, signal?: AbortSignal): Promise<HoldallError> {
  try {
    const client = await connect(url, signal)
    await client.end()
  } catch (error) {
    if (HoldallError.is(error)) return error
    throw error
  }
  throw new Error(`${url} was connected`)
}
