import Database from 'better-sqlite3'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { ScalarFamily } from '../column-type.js'
import { crossDefault, type DefaultContext } from './cross-default.js'

let client: pg.Client
beforeAll(async () => {
  client = new pg.Client(inject('postgresUrl'))
  await client.connect()
})
afterAll(() => client.end())

const context = (from: DefaultContext['from'], declared: string, family: ScalarFamily | 'array', sqlite: string): DefaultContext => ({
  from,
  postgresql: { declared, encoding: family === 'array' ? { family, element: { family: 'text' }, delimiter: ',' } : { family }, dynamic: false },
  sqlite,
  labels: ['sad', 'ok'],
})

/** Both engines take the default, and PostgreSQL prints it so that it crosses back. */
const BOTH: readonly (readonly [string, string, ScalarFamily, string, string])[] = [
  ['0', 'bigint', 'integer', 'INTEGER', '0'],
  ['-1', 'bigint', 'integer', 'INTEGER', '-1'],
  ["'5'", 'bigint', 'integer', 'INTEGER', '5'],
  ['TRUE', 'boolean', 'boolean', 'BOOLEAN', 'TRUE'],
  ['0', 'boolean', 'boolean', 'BOOLEAN', 'FALSE'],
  ['1.5', 'double precision', 'real', 'REAL', '1.5'],
  ['0.00', 'numeric(10,2)', 'decimal', 'NUMERIC(10,2)', '0.00'],
  ["'it''s'", 'text', 'text', 'TEXT', "'it''s'"],
  ['"open"', 'text', 'text', 'TEXT', "'open'"],
  ["''", 'character varying(5)', 'text', 'VARCHAR(5)', "''"],
  ['7', 'text', 'text', 'TEXT', "'7'"],
  ["x'00FF'", 'bytea', 'bytes', 'BLOB', "'\\x00ff'"],
  ['CURRENT_TIMESTAMP', 'timestamp without time zone', 'timestamp', 'DATETIME', "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')"],
  ["datetime('now')", 'timestamp without time zone', 'timestamp', 'DATETIME', "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')"],
  ['current_timestamp', 'text', 'text', 'TEXT', "to_char((CURRENT_TIMESTAMP AT TIME ZONE 'UTC'), 'YYYY-MM-DD HH24:MI:SS')"],
  ['CURRENT_DATE', 'date', 'date', 'DATE', "((CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date)"],
  ['CURRENT_TIME', 'time without time zone', 'time', 'TIME', "((CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::time without time zone)"],
  ["(strftime('%Y-%m-%d %H:%M:%S+00', 'now'))", 'timestamp with time zone', 'timestamptz', 'TEXT TIMESTAMPTZ', 'CURRENT_TIMESTAMP'],
  ["'2026-01-01'", 'date', 'date', 'DATE', "'2026-01-01'"],
  ["'{\"a\":1}'", 'json', 'json', 'JSON', "'{\"a\":1}'"],
]

test.each(BOTH)('SQLite DEFAULT %s on %s crosses, and its print crosses back', async (text, declared, family, sqlite, expected) => {
  const crossed = crossDefault(text, context('sqlite', declared, family, sqlite))
  expect(crossed).toBe(expected)
  await client.query(`CREATE TEMP TABLE d (v ${declared} DEFAULT ${crossed!})`)
  try {
    const { rows } = await client.query<{ print: string }>(`SELECT pg_get_expr(adbin, adrelid) AS print FROM pg_attrdef WHERE adrelid = 'd'::regclass`)
    await client.query('INSERT INTO d DEFAULT VALUES')
    const back = crossDefault(rows[0]!.print, context('postgresql', declared, family, sqlite))
    expect(back).not.toBeNull()
    const database = new Database(':memory:')
    database.exec(`CREATE TABLE d (v ${sqlite} DEFAULT (${back!}), w ${sqlite} DEFAULT (${text === '"open"' ? "'open'" : text})); INSERT INTO d DEFAULT VALUES`)
    const [row] = database.prepare<[], { v: unknown; w: unknown }>('SELECT v, w FROM d').all()
    expect(row!.v).toEqual(row!.w)
    database.close()
  } finally {
    await client.query('DROP TABLE d')
  }
})

test.each([
  ['postgresql', "'ok'::public.mood", 'public.mood', 'enum', 'TEXT "public.mood"', "'ok'"],
  ['postgresql', '0', 'numeric(20,2)', 'decimal', 'TEXT NUMERIC(20,2)', "'0.00'"],
  ['postgresql', "'{}'::text[]", 'text[]', 'array', 'TEXT "text[]"', "'[]'"],
  ['postgresql', 'now()', 'timestamp without time zone', 'timestamp', 'TEXT TIMESTAMP', 'CURRENT_TIMESTAMP'],
  ['postgresql', 'LOCALTIMESTAMP', 'timestamp without time zone', 'timestamp', 'TEXT TIMESTAMP', 'CURRENT_TIMESTAMP'],
  ['postgresql', "timezone('UTC'::text, now())", 'timestamp without time zone', 'timestamp', 'TEXT TIMESTAMP', 'CURRENT_TIMESTAMP'],
  ['postgresql', "'\\x00ff'::bytea", 'bytea', 'bytes', 'BLOB', "x'00ff'"],
  ['postgresql', 'CURRENT_TIME', 'time without time zone', 'time', 'TIME', 'CURRENT_TIME'],
  ['postgresql', 'LOCALTIME', 'text', 'text', 'TEXT', 'CURRENT_TIME'],
  ['postgresql', "'0'::numeric", 'numeric(20,0)', 'decimal', 'TEXT NUMERIC(20,0)', "'0'"],
  ['sqlite', 'FALSE', 'bigint', 'integer', 'INTEGER', '0'],
  ['sqlite', "'[]'", 'text[]', 'array', 'TEXT "text[]"', "'{}'"],
  ['sqlite', `'{"a": 1}'`, 'jsonb', 'json', 'JSON', `'{"a": 1}'`],
] as const)('from %s, DEFAULT %s on %s crosses', (from, text, declared, family, sqlite, expected) => {
  expect(crossDefault(text, context(from, declared, family, sqlite))).toBe(expected)
})

test.each([
  ['sqlite', 'random()', 'bigint', 'integer', 'INTEGER'],
  ['sqlite', "'abc'", 'bigint', 'integer', 'INTEGER'],
  ['sqlite', '2', 'boolean', 'boolean', 'BOOLEAN'],
  ['sqlite', '1.5', 'bigint', 'integer', 'INTEGER'],
  ['sqlite', '9223372036854775808', 'bigint', 'integer', 'INTEGER'],
  ['sqlite', "'yesterday'", 'date', 'date', 'DATE'],
  ['sqlite', "'mad'", 'public.mood', 'enum', 'TEXT "public.mood"'],
  ['sqlite', "'1'); DROP TABLE x; --", 'text', 'text', 'TEXT'],
  ['postgresql', 'gen_random_uuid()', 'uuid', 'uuid', 'TEXT UUID'],
  ['postgresql', "nextval('s'::regclass)", 'bigint', 'integer', 'INTEGER'],
  ['postgresql', "(now() + '1 day'::interval)", 'timestamp without time zone', 'timestamp', 'TEXT TIMESTAMP'],
  ['postgresql', "'{a}'::text[]", 'text[]', 'array', 'TEXT "text[]"'],
  ['postgresql', "'10.0.0.1'::inet", 'inet', 'other', 'TEXT INET'],
  ['sqlite', 'CURRENT_DATE', 'timestamp with time zone', 'timestamptz', 'TEXT TIMESTAMPTZ'],
  ['sqlite', 'CURRENT_DATE', 'timestamp without time zone', 'timestamp', 'DATETIME'],
  ['sqlite', 'CURRENT_TIMESTAMP', 'date', 'date', 'DATE'],
  ['sqlite', 'CURRENT_DATE', 'time without time zone', 'time', 'TIME'],
  ['sqlite', 'CURRENT_DATE', 'bigint', 'integer', 'INTEGER'],
  ['sqlite', '-(-1)', 'bigint', 'integer', 'INTEGER'],
  ['sqlite', "x'00'", 'text', 'text', 'TEXT'],
  ['sqlite', "'abc'", 'double precision', 'real', 'REAL'],
  ['sqlite', '1.5', 'text', 'text', 'TEXT'],
  ['sqlite', "'a\0b'", 'text', 'text', 'TEXT'],
  ['sqlite', '5', 'date', 'date', 'DATE'],
  ['sqlite', "'nonsense'", 'jsonb', 'json', 'JSON'],
  ['postgresql', "to_char(now(), 'DD'::text)", 'text', 'text', 'TEXT'],
  ['postgresql', 'CURRENT_DATE', 'timestamp with time zone', 'timestamptz', 'TEXT TIMESTAMPTZ'],
  ['postgresql', 'now()', 'date', 'date', 'DATE'],
  ['postgresql', 'CURRENT_USER', 'text', 'text', 'TEXT'],
  ['postgresql', "'maybe'::boolean", 'boolean', 'boolean', 'BOOLEAN'],
  ['postgresql', '(2.7)::integer', 'integer', 'integer', 'INTEGER'],
  ['postgresql', "'NaN'::double precision", 'double precision', 'real', 'REAL'],
  ['postgresql', "'NaN'::numeric", 'numeric', 'decimal', 'TEXT NUMERIC'],
  ['postgresql', "'abc'::bytea", 'bytea', 'bytes', 'BLOB'],
  ['postgresql', '5', 'text', 'text', 'TEXT'],
  ['postgresql', '5', 'date', 'date', 'DATE'],
  ['postgresql', "'abc'::character varying(2)", 'character varying(2)', 'text', 'VARCHAR(2)'],
  ['postgresql', '(1.56)::numeric(3,1)', 'numeric', 'decimal', 'NUMERIC'],
] as const)('from %s, DEFAULT %s on %s has no counterpart', (from, text, declared, family, sqlite) => {
  expect(crossDefault(text, context(from, declared, family, sqlite))).toBeNull()
})
