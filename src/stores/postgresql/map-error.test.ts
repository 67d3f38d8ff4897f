import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { expect, test } from 'vitest'
import { createDatabase } from '../../../test/postgres/database.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { connect } from './connect.js'
import { mapError } from './map-error.js'

const TABLES = `
  CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, age int CONSTRAINT grown CHECK (age > 17), score numeric(4,2));
  CREATE SCHEMA shop;
  CREATE TABLE shop.orders (id int, buyer int REFERENCES users);
  INSERT INTO users VALUES (1, 'a@b', 20);
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
  CREATE TABLE refusing (id int);
  CREATE TRIGGER refuse BEFORE INSERT ON refusing FOR EACH ROW EXECUTE FUNCTION refuse();
`

test.each([
  ["INSERT INTO users VALUES (1, 'c@d')", 'CONSTRAINT_VIOLATED', { table: 'users' }, /users_pkey.*\(id\)=\(1\)/],
  ["INSERT INTO users VALUES (2, NULL)", 'CONSTRAINT_VIOLATED', { table: 'users', column: 'email' }, /not-null/],
  ["INSERT INTO users VALUES (2, 'c@d', 3)", 'CONSTRAINT_VIOLATED', { table: 'users' }, /grown/],
  ['INSERT INTO shop.orders VALUES (1, 5)', 'REFERENCE_UNRESOLVED', { table: 'shop.orders' }, /\(buyer\)=\(5\)/],
  ["INSERT INTO users VALUES ('x', '')", 'ROW_REFUSED', {}, /"x"/],
  ['INSERT INTO refusing VALUES (1)', 'CONSTRAINT_VIOLATED', {}, /not today/],
  ['SELECT * FROM missing', 'TABLE_NOT_FOUND', {}, /missing/],
  ['SELECT missing FROM users', 'COLUMN_NOT_FOUND', {}, /missing/],
  ['SELEC', 'STORE_FAILED', {}, /SELEC/],
  ["BEGIN READ ONLY; INSERT INTO users VALUES (3, '')", 'STORE_NOT_PERMITTED', {}, /read-only/],
] as const)('%s is %s', async (statement, code, place, message) => {
  const database = await createDatabase()
  await database.run(TABLES)
  const error = await failure(database.url, async (client) => client.query(statement))
  expect(error.code).toBe(code)
  expect(error.place).toEqual({ store: 'here', ...place })
  expect(error.message).toMatch(message)
})

test.each([[12], [18]] as const)('COPY of PostgreSQL %i names row and column', async (version) => {
  const database = await createDatabase(version)
  await database.run(TABLES)
  const copy = async (rows: string): Promise<HoldallError> => failure(database.url, async (client) => pipeline(Readable.from([rows]), client.query(copyFrom('COPY users FROM STDIN'))))
  const value = await copy('2\tc@d\t20\t1\n3\tc@d\tmany\t1\n')
  expect([value.code, value.place.row, value.place.column]).toEqual(['ROW_REFUSED', 2, 'age'])
  const precise = await copy('2\tc@d\t20\t123.45\n')
  expect([precise.code, precise.place.row, precise.place.column]).toEqual(['ROW_REFUSED', 1, 'score'])
  const missing = await copy('2\tc@d\t20\t1\n3\t\\N\t20\t1\n')
  expect([missing.code, missing.place.row, missing.place.column]).toEqual(['CONSTRAINT_VIOLATED', 2, 'email'])
  const twice = await copy('2\tc@d\t20\t1\n2\tc@d\t20\t1\n')
  expect([twice.code, twice.place.row, twice.place.table]).toEqual(['CONSTRAINT_VIOLATED', 2, 'users'])
})

const told = (fields: Partial<pg.DatabaseError>): HoldallError => mapError(Object.assign(new pg.DatabaseError('it failed', 0, 'error'), fields), {})

test.each<readonly [Partial<pg.DatabaseError>, string, RegExp | null]>([
  [{ code: 'XX000' }, 'STORE_FAILED', null],
  [{ code: 'XX001' }, 'STORE_UNREADABLE', null],
  [{ code: '28P01' }, 'STORE_NOT_PERMITTED', null],
  [{ code: '53200', hint: 'as it is' }, 'STORE_FAILED', /as it is/],
  [{ code: '53200', message: 'out of shared memory' }, 'STORE_FAILED', /max_locks_per_transaction/],
  [{ code: '53100' }, 'STORE_FAILED', /disk is full/],
  [{}, 'STORE_FAILED', null],
])('what the server says of itself by %j', (fields, code, hint) => {
  const error = told(fields)
  expect(error.code).toBe(code)
  if (hint !== null) expect(error.hint).toMatch(hint)
})

test('a constraint is named where the message does not, and a table where it is the user\'s own', () => {
  expect(told({ code: '23514', constraint: 'grown', detail: 'two\nlines' }).message).toBe('it failed (constraint grown): two lines')
  expect(told({ code: '23505', schema: 'public', table: 'users' }).place).toEqual({ table: 'users' })
  expect(told({ code: '23505', table: 'users' }).place).toEqual({ table: 'users' })
  expect(told({ code: '23505', schema: 'pg_temp_3', table: 'holdall_stage' }).place).toEqual({})
})

test('what is no failure of the server is one of the connection, or of ours', () => {
  expect([mapError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }), {}).code, mapError(new Error('Connection terminated'), {}).code, mapError('odd', {}).code]).toEqual(['STORE_FAILED', 'STORE_FAILED', 'INTERNAL'])
})

test('a lock that is not given is STORE_LOCKED and lists who holds it', async () => {
  const database = await createDatabase()
  await database.run(TABLES)
  const holder = await connect(database.url)
  await holder.query('BEGIN; LOCK TABLE users')
  const error = await failure(database.url, async (client) => client.query("SET lock_timeout = '50ms'; LOCK TABLE users"), { holders: ['pid 5, psql'] })
  await holder.end()
  expect(error.code).toBe('STORE_LOCKED')
  expect(error.details).toEqual(['pid 5, psql'])
})

test('a place that is known is kept', async () => {
  const database = await createDatabase()
  await database.run(TABLES)
  const client = await connect(database.url)
  const error = await client.query("INSERT INTO users VALUES (1, '')").catch((caught: unknown) => mapError(caught, { table: 'people', row: 17, key: 'id=1' }))
  await client.end()
  expect((error as HoldallError).place).toEqual({ table: 'people', row: 17, key: 'id=1' })
})

test('a connection that the server ends is STORE_FAILED, after an abort INTERRUPTED', async () => {
  const database = await createDatabase()
  const kill = async (client: pg.Client): Promise<unknown> => client.query('SELECT pg_terminate_backend(pg_backend_pid())')
  expect((await failure(database.url, kill)).code).toBe('STORE_FAILED')
  expect((await failure(database.url, kill, { signal: AbortSignal.abort() })).code).toBe('INTERRUPTED')
})

test('what is an error of the catalogue already stays as it is, and a defect of ours is INTERNAL', () => {
  const known = new HoldallError('USAGE', { message: 'x' })
  expect(mapError(known, { table: 't' })).toBe(known)
  expect(mapError(new TypeError('x is not a function'), {}).code).toBe('INTERNAL')
})

async function failure(url: string, run: (client: pg.Client) => Promise<unknown>, context = {}): Promise<HoldallError> {
  const client = await connect(url)
  try {
    await run(client)
  } catch (error) {
    return mapError(error, { store: 'here' }, context)
  } finally {
    await client.end()
  }
  throw new Error('nothing failed')
}
