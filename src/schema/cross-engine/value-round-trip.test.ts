import Database from 'better-sqlite3'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { schemaOf, sqliteColumn, tableOf } from '../../../test/schema/tables.js'
import { observe, type ColumnSurvey } from '../column-survey.js'
import type { Column, Engine, Schema } from '../schema.js'
import { surveyFor } from './choose-types.js'
import { crossSchema } from './cross-schema.js'

type SqliteValue = null | bigint | number | string | Buffer

let client: pg.Client
const database = new Database(':memory:').defaultSafeIntegers(true)

beforeAll(async () => {
  client = new pg.Client(inject('postgresUrl'))
  await client.connect()
  await client.query(`SET TimeZone TO 'UTC'; SET DateStyle TO 'ISO, YMD'; SET extra_float_digits TO 3; SET bytea_output TO 'hex'`)
})
afterAll(async () => {
  await client.end()
  database.close()
})

/** What the column really holds after the values went in: affinities apply. */
function throughSqlite(declared: string, values: readonly SqliteValue[]): SqliteValue[] {
  database.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (v ${declared})`)
  const insert = database.prepare('INSERT INTO t VALUES (?)')
  for (const value of values) insert.run(value)
  return database.prepare('SELECT v FROM t ORDER BY rowid').pluck().all() as SqliteValue[]
}

async function throughPostgresql(declared: string, values: readonly (string | null)[]): Promise<(string | null)[]> {
  await client.query(`CREATE TEMP TABLE t (n serial, v ${declared})`)
  try {
    for (const value of values) await client.query({ text: 'INSERT INTO t (v) VALUES ($1)', values: [value] })
    const { rows } = await client.query<[string | null]>({ text: 'SELECT v FROM t ORDER BY n', rowMode: 'array', types: { getTypeParser: () => (text: string) => text } })
    return rows.map(([value]) => value)
  } finally {
    await client.query('DROP TABLE t')
  }
}

/** The plain conversions between the families, as docs/FORMAT.md has them. */
function toPostgresql(value: SqliteValue, type: Column['type']): string | null {
  if (value === null) return null
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  if (type.encoding.family === 'boolean') return value === 1n ? 't' : 'f'
  return String(value)
}
function toSqlite(text: string | null, type: Column['type']): SqliteValue {
  if (text === null) return null
  switch (type.encoding.family) {
    case 'integer':
      return BigInt(text)
    case 'boolean':
      return text === 't' ? 1n : 0n
    case 'real':
      return Number(text)
    case 'bytes':
      return Buffer.from(text.slice(2), 'hex')
    default:
      return text
  }
}

function crossed(schema: Schema, to: Engine, values: readonly (SqliteValue | string)[]): { schema: Schema; column: Column } {
  const table = schema.tables[0]!
  const survey: ColumnSurvey | null = surveyFor(table, table.columns[0]!, schema.engine)
  if (survey !== null) for (const value of values) observe(survey, value)
  const result = crossSchema(schema, to, new Map([['t', new Map(survey === null ? [] : [['v', survey]])]])).schema
  return { schema: result, column: result.tables[0]!.columns[0]! }
}

const texts = fc.oneof(
  fc.stringMatching(/^[a-z']{0,6}$/),
  fc.constantFrom('', ' ', '2026-02-16', '2026-02-16 10:00:00', '2026-02-16 10:00:00.5', '2026-02-16 10:00:00.50', '2026-02-30', '10:00:00', '1', '0.10', '1e3', 'true', '{"a": 1}', '{}', '[1]', '[1, 2]', '6b6f9d5e-3d2a-4c0e-9d53-2f6f6a5a0b11', 'ABCDE', '😀'),
)
const reals = fc.oneof(fc.integer({ min: -9999, max: 9999 }).map((integer) => integer / 100), fc.double({ noNaN: true }))
const integers = fc.oneof(fc.constantFrom(0n, 1n), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -100n, max: 100n }))
const blobs = fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes))
const one = (value: fc.Arbitrary<SqliteValue>): fc.Arbitrary<SqliteValue[]> => fc.array(fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) }), { maxLength: 4 })
const columns = fc.oneof(one(integers), one(reals), one(texts), one(blobs), one(fc.oneof(integers, reals)), one(fc.constantFrom(0n, 1n)), one(fc.constantFrom<SqliteValue[]>('2026-02-16 10:00:00', '2026-02-16 10:00:00.25')))
const declarations = fc.constantFrom(
  '', 'INTEGER', 'BIGINT', 'TEXT', 'NVARCHAR(5)', 'VARCHAR', 'CHAR(5)', 'REAL', 'DOUBLE', 'FLOAT4', 'NUMERIC', 'NUMERIC(10,2)', 'DECIMAL(20,4)', 'DECIMAL(5)', 'BOOLEAN', 'DATE', 'DATETIME', 'TIMESTAMP', 'TIME', 'JSON', 'UUID', 'BLOB', 'STRING',
  'TEXT NUMERIC', 'TEXT NUMERIC(20,2)', 'TEXT TIMESTAMP(3)', 'TEXT DATE', 'TEXT JSONB', 'TEXT UUID',
)

test('SQLite to PostgreSQL to SQLite gives every value back as it was, unless the column holds a mixture', async () => {
  await fc.assert(
    fc.asyncProperty(declarations, columns, async (declared, given) => {
      const values = throughSqlite(declared, given).filter((value) => typeof value !== 'string' || !value.includes('\0'))
      const classes = new Set(values.filter((value) => value !== null).map((value) => (Buffer.isBuffer(value) ? 'blob' : typeof value)))
      const there = crossed(schemaOf('sqlite', [tableOf('t', [sqliteColumn('v', declared)])]), 'postgresql', values)
      if (there.column.type.declared === 'text' && !(classes.size === 1 && classes.has('string')) && classes.size > 0) {
        expect(classes.size).toBeGreaterThan(1)
        return
      }
      const inPostgresql = await throughPostgresql(there.column.type.declared, values.map((value) => toPostgresql(value, there.column.type)))
      const back = crossed(there.schema, 'sqlite', inPostgresql)
      const again = throughSqlite(back.column.type.declared, inPostgresql.map((value) => toSqlite(value, there.column.type)))
      expect({ as: [there.column.type.declared, back.column.type.declared], values: again }).toEqual({ as: [there.column.type.declared, back.column.type.declared], values })
    }),
    { numRuns: 400 },
  )
})

const NATIVE: readonly (readonly [string, Column['type']['encoding'], readonly string[]])[] = [
  ['bigint', { family: 'integer' }, ['9223372036854775807', '-1']],
  ['boolean', { family: 'boolean' }, ['t', 'f']],
  ['real', { family: 'real' }, ['0.1', '1e+30', '1.1754944e-38']],
  ['double precision', { family: 'real' }, ['0.30000000000000004', '1e+300', 'Infinity']],
  ['numeric', { family: 'decimal' }, ['12.50', '1e-20', 'NaN', '123456789012345678901234567890.5']],
  ['numeric', { family: 'decimal' }, ['12.5', '0', '-3']],
  ['numeric(10,2)', { family: 'decimal' }, ['12.50', '0.00', '-1.10']],
  ['numeric(10,2)', { family: 'decimal' }, ['NaN', '1.00']],
  ['numeric(30,4)', { family: 'decimal' }, ['12345678901234567890123456.1234', '1.0000']],
  ['numeric(30,4)', { family: 'decimal' }, ['12.5000', '1.0000']],
  ['numeric(10,-2)', { family: 'decimal' }, ['1200']],
  ['text', { family: 'text' }, ['', "it's", '0123']],
  ['character varying(5)', { family: 'text' }, ['ab ', '😀😀😀😀😀']],
  ['character varying', { family: 'text' }, ['ab ']],
  ['character(5)', { family: 'text' }, ['ab   ']],
  ['bytea', { family: 'bytes' }, ['\\x00ff']],
  ['json', { family: 'json' }, ['{"b":1,  "a":2}', 'null']],
  ['jsonb', { family: 'json' }, ['{"a": 2, "bb": [1.50, "x"]}']],
  ['date', { family: 'date' }, ['2026-02-16', '0044-03-15 BC', 'infinity']],
  ['time without time zone', { family: 'time' }, ['10:00:00.123456', '24:00:00']],
  ['time(2) without time zone', { family: 'time' }, ['10:00:00.12']],
  ['time with time zone', { family: 'timetz' }, ['10:00:00+05:30']],
  ['timestamp without time zone', { family: 'timestamp' }, ['2026-02-16 10:00:00', '-infinity']],
  ['timestamp(3) without time zone', { family: 'timestamp' }, ['2026-02-16 10:00:00.123']],
  ['timestamp with time zone', { family: 'timestamptz' }, ['2026-02-16 10:00:00+00', '0044-03-15 10:00:00.5+00 BC']],
  ['interval', { family: 'interval' }, ['1 year 2 mons -3 days 04:05:06.789']],
  ['interval day to second(3)', { family: 'interval' }, ['3 days 04:05:06.789']],
  ['uuid', { family: 'uuid' }, ['6b6f9d5e-3d2a-4c0e-9d53-2f6f6a5a0b11']],
  ['inet', { family: 'other' }, ['10.0.0.1/8']],
  ['macaddr8', { family: 'other' }, ['08:00:2b:01:02:03:04:05']],
  ['money', { family: 'other' }, ['$1,234.50']],
  ['bit(3)', { family: 'other' }, ['101']],
  ['"bit"', { family: 'other' }, ['10101']],
  ['bit varying(5)', { family: 'other' }, ['10', '']],
  ['int4range', { family: 'other' }, ['[1,5)']],
  ['point', { family: 'other' }, ['(1,2.5)']],
  ['tsvector', { family: 'other' }, ["'a':1 'b':2"]],
  ['xml', { family: 'other' }, ['<a/>']],
  ['"char"', { family: 'other' }, ['x']],
]

test.each(NATIVE)('%s goes to SQLite and comes back as the very type with the very values', async (declared, encoding, values) => {
  const printed = await throughPostgresql(declared, values)
  const source = schemaOf('postgresql', [tableOf('t', [{ ...sqliteColumn('v', ''), type: { declared, encoding, dynamic: false } }], { namespace: 'public' })])
  const there = crossed(source, 'sqlite', printed)
  const rests = throughSqlite(there.column.type.declared, printed.map((value) => toSqlite(value, { declared, encoding, dynamic: false })))
  const back = crossed(there.schema, 'postgresql', rests)
  const widened = encoding.family === 'decimal' || encoding.family === 'integer' || encoding.family === 'boolean'
  expect(back.column.type.declared).toBe(declared)
  if (!widened && encoding.family !== 'real' && encoding.family !== 'bytes') expect(rests).toEqual(printed)
  expect(await throughPostgresql(back.column.type.declared, rests.map((value) => toPostgresql(value, back.column.type)))).toEqual(printed)
  if (/^TEXT /.test(there.column.type.declared)) expect(throughSqlite(there.column.type.declared, ['0012', '1e3', ...printed]).every((value) => typeof value === 'string')).toBe(true)
})

test('an empty table comes back with its very types too', () => {
  for (const [declared, encoding] of NATIVE) {
    const source = schemaOf('postgresql', [tableOf('t', [{ ...sqliteColumn('v', ''), type: { declared, encoding, dynamic: false } }], { namespace: 'public' })])
    expect(crossed(crossed(source, 'sqlite', []).schema, 'postgresql', []).column.type.declared).toBe(declared)
  }
})
