import Database from 'better-sqlite3'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { crossCondition, crossValue, type ExpressionContext, type ValueKind } from './cross-expression.js'

const KINDS: Readonly<Record<string, ValueKind>> = { a: 'integer', b: 'integer', f: 'real', p: 'decimal', on: 'boolean', s: 'text', t: 'text', 'Odd "name': 'text', starts: 'timestamp', ends: 'timestamp', day: 'date', at: 'time', seen: 'timestamptz', mood: 'enum', doc: 'opaque' }
const context = (from: ExpressionContext['from']): ExpressionContext => ({
  from,
  column: (name) => {
    const found = Object.keys(KINDS).find((known) => known === name || (from === 'sqlite' && known.toLowerCase() === name.toLowerCase()))
    return found === undefined ? null : { name: found, kind: KINDS[found]! }
  },
})

let client: pg.Client
const database = new Database(':memory:')

beforeAll(async () => {
  database.exec(`CREATE TABLE t (a INTEGER, b INTEGER, f REAL, p NUMERIC(10,2), "on" BOOLEAN, s TEXT, t TEXT, "Odd ""name" TEXT, starts DATETIME, ends DATETIME, day DATE, at TIME, seen TEXT TIMESTAMPTZ, mood TEXT "public.mood", doc TEXT JSON)`)
  client = new pg.Client(inject('postgresUrl'))
  await client.connect()
  await client.query(`CREATE TYPE pg_temp.mood AS ENUM ('ok', 'sad')`)
  await client.query(`CREATE TEMP TABLE t (a bigint, b bigint, f double precision, p numeric(10,2), "on" boolean, s text, t text, "Odd ""name" text, starts timestamp, ends timestamp, day date, at time, seen timestamptz, mood pg_temp.mood, doc json)`)
  for (const row of ROWS) {
    database.prepare('INSERT INTO t (a, b, f, p, "on", s, t, starts, ends, day, at, seen, mood) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(...row)
    await client.query('INSERT INTO t (a, b, f, p, "on", s, t, starts, ends, day, at, seen, mood) VALUES ($1, $2, $3, $4, $5 = 1, $6, $7, $8, $9, $10, $11, $12, $13)', [...row])
  }
})
afterAll(async () => {
  await client.end()
  database.close()
})

const ROWS = [
  [1, 2, 1.5, 12.5, 1, 'x', 'y', '2026-02-16 10:00:00', '2026-02-16 10:00:00.5', '2026-02-16', '10:00:00', '2026-02-16 10:00:00+00', 'ok'],
  [-7, 2, -1.5, 0, 0, '', 'X', '2026-02-16 10:00:00.45', '2026-02-16 10:00:00.5', '1999-01-01', '23:59:59.5', '1999-01-01 00:00:00+00', 'sad'],
  [0, 0, 0, 99.99, 1, 'käse', 'käse', '2026-02-17 00:00:00', '2026-02-16 10:00:00', '2027-01-01', '00:00:00', '2027-01-01 12:30:00+00', 'ok'],
  [null, 3, null, null, null, null, null, null, null, null, null, null, null],
] as const

/** The expression over every row: null, or true and false, or text. */
async function inPostgresql(sql: string): Promise<unknown[]> {
  const { rows } = await client.query<[unknown]>({ text: `SELECT ${sql} FROM t`, rowMode: 'array' })
  return rows.map(([value]) => (typeof value === 'boolean' ? Number(value) : typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value))
}
const inSqlite = (sql: string): unknown[] => database.prepare(`SELECT ${sql} FROM t`).pluck().all()

const SQLITE_CONDITIONS: readonly (readonly [string, string])[] = [
  ['a > 0', '("a" > 0)'],
  ['A >= -7 AND b<>3', '(("a" >= (-7)) AND ("b" <> 3))'],
  ['on IN (0, 1)', '("on" IN (FALSE, TRUE))'],
  ['"on" = 1', '("on" = TRUE)'],
  ['[on]', '"on"'],
  ['NOT `on` OR a', '((NOT "on") OR ("a" <> 0))'],
  [`s IN ('x', 'it''s') and s != ''`, `(("s" IN ('x', 'it''s')) AND ("s" <> ''))`],
  ['p BETWEEN 0 AND 50.5', '("p" BETWEEN 0 AND 50.5)'],
  ['p NOT BETWEEN 0 AND a', '("p" NOT BETWEEN 0 AND "a")'],
  ['a IS NOT NULL', '("a" IS NOT NULL)'],
  ['a NOTNULL AND doc ISNULL', '(("a" IS NOT NULL) AND ("doc" IS NULL))'],
  ['a NOT NULL', '("a" IS NOT NULL)'],
  ['s IS t', '("s" IS NOT DISTINCT FROM "t")'],
  ['s IS NOT t', '("s" IS DISTINCT FROM "t")'],
  ['length(s) <= 1', '(length("s") <= 1)'],
  ['ends >= starts', '("ends" >= "starts")'],
  [`day < '2026-12-31'`, `("day" < '2026-12-31')`],
  ['(a IS NULL) <> (b IS NULL)', '(("a" IS NULL) <> ("b" IS NULL))'],
  ['a = 1 = 1', '(("a" = 1) = TRUE)'],
  ['a < b = 1', '(("a" < "b") = TRUE)'],
  ['a + b * 2 - 1 > 0', '((("a" + ("b" * 2)) - 1) > 0)'],
  ['a % 2 = 0', '(("a" % 2) = 0)'],
  ['a / 2 > 0', '(("a" / 2) > 0)'],
  ['- a < abs(b)', '((- "a") < abs("b"))'],
  ["coalesce(s, t) = 'x'", `(coalesce("s", "t") = 'x')`],
  [`s || t <> 'xy'`, `(("s" || "t") <> 'xy')`],
  ['f * 2 > a', '(("f" * 2) > "a")'],
  ['1', 'TRUE'],
  ['a == 1', '("a" = 1)'],
  ['NULL', 'NULL'],
  ['+a > 1', '("a" > 1)'],
  [`'x' IS NULL`, `('x' IS NULL)`],
  [`'a' <> 'zz'`, `('a' <> 'zz')`],
  ['1 = 2', '(1 = 2)'],
  ['a = TRUE', '("a" = 1)'],
  ['a <> FALSE', '("a" <> 0)'],
  ['a IN (1, NULL)', '("a" IN (1, NULL))'],
  ['a IS NOT DISTINCT FROM b', '("a" IS NOT DISTINCT FROM "b")'],
  [`at >= '10:00:00'`, `("at" >= '10:00:00')`],
]

test.each(SQLITE_CONDITIONS)('SQLite %s becomes %s and means the same', async (source, expected) => {
  const crossing = crossCondition(source.replace(/^on /, '"on" '), context('sqlite'))
  expect(crossing).toEqual({ sql: expected, kind: 'boolean' })
  expect(await inPostgresql(expected)).toEqual(inSqlite(`(${source.replace(/^on /, '"on" ')}) <> 0`))
})

const POSTGRESQL_CONDITIONS: readonly (readonly [string, string])[] = [
  [`((s = ANY (ARRAY['x'::text, 'y'::text])))`, `("s" IN ('x', 'y'))`],
  [`((s)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))`, `("s" IN ('x', 'y'))`],
  [`(s <> ALL (ARRAY['1'::text, '2'::text]))`, `("s" NOT IN ('1', '2'))`],
  [`(s IS DISTINCT FROM 'q'::text)`, `("s" IS NOT 'q')`],
  ['(NOT (s IS DISTINCT FROM t))', '(NOT ("s" IS NOT "t"))'],
  ['(length(s) > 3)', '(length("s") > 3)'],
  ["((a = '-1'::integer) OR (NOT \"on\"))", '(("a" = (-1)) OR (NOT "on"))'],
  [`(day >= '2020-01-01'::date)`, `("day" >= '2020-01-01')`],
  ['((a >= 1) AND (a <= 5))', '(("a" >= 1) AND ("a" <= 5))'],
  ['(p > (0)::numeric)', '("p" > 0)'],
  ['(p = ANY (ARRAY[(1)::numeric, 2.5]))', '("p" IN (1, 2.5))'],
  ['("on" IS TRUE)', '("on" IS 1)'],
  ['("on" IS NOT FALSE)', '("on" IS NOT 0)'],
  ['("on" = true)', '("on" = 1)'],
  [`(starts > '2026-02-16 10:00:00'::timestamp without time zone)`, `("starts" > '2026-02-16 10:00:00')`],
  [`("Odd ""name" IS NULL)`, `("Odd ""name" IS NULL)`],
  [`(mood = 'ok'::pg_temp.mood)`, `("mood" = 'ok')`],
  ['((s)::text IS NOT NULL)', '("s" IS NOT NULL)'],
  [`((a = '-7'::smallint) OR (a = '1'::bigint))`, '(("a" = (-7)) OR ("a" = 1))'],
  ['((a)::numeric > 0.5)', '("a" > 0.5)'],
  ['((a)::double precision > f)', '("a" > "f")'],
  [`(f >= '-1.5'::real)`, '("f" >= (-1.5))'],
  [`("on" = 't'::boolean)`, '("on" = 1)'],
  [`("on" <> 'f'::boolean)`, '("on" <> 0)'],
  [`(at > '10:00:00'::time without time zone)`, `("at" > '10:00:00')`],
  [`(seen > '2026-01-01 00:00:00+00'::timestamp with time zone)`, `("seen" > '2026-01-01 00:00:00+00')`],
  [`(s = ANY ((ARRAY['x'::text, 'y'::text])))`, `("s" IN ('x', 'y'))`],
  ['true', '1'],
]

test.each(POSTGRESQL_CONDITIONS)('PostgreSQL %s becomes %s and means the same', async (source, expected) => {
  const crossing = crossCondition(source, context('postgresql'))
  expect(crossing).toEqual({ sql: expected, kind: 'boolean' })
  expect(inSqlite(expected)).toEqual(await inPostgresql(source))
})

test.each([
  ['sqlite', 's < t', /collation/],
  ['sqlite', "s LIKE 'x%'", /more than columns/],
  ['sqlite', "s GLOB 'x*'", /more than columns/],
  ['sqlite', "typeof(a) = 'integer'", /typeof\(\)/],
  ['sqlite', 'a = s', /different types/],
  ['sqlite', "a = '5'", /literal of another kind/],
  ['sqlite', 'a / b > 0', /may be zero/],
  ['sqlite', 'p + 0.1 = 1', /binary floats/],
  ['sqlite', "doc = '{}'", /rest differently/],
  ['sqlite', 'nothing = 1', /nothing/],
  ['sqlite', '(SELECT 1)', /more than/],
  ['sqlite', 'a > 0); DROP TABLE t; --', /more than/],
  ['sqlite', 'f % 2 = 0', /fraction/],
  ['sqlite', "day > '2026-02-30'", /another kind/],
  ['sqlite', '(a > 0) + 1 = 2', /not a number|different types|no number/],
  ['sqlite', 's', /condition/],
  ['sqlite', "x'00' = s", /blob/],
  ['sqlite', '('.repeat(5_000) + '1' + ')'.repeat(5_000), /more than/],
  ['sqlite', 'NOT '.repeat(5_000) + '1', /more than/],
  ['postgresql', "(s ~ '^a'::text)", /more than/],
  ['postgresql', "(s ~~ 'a%'::text)", /more than/],
  ['postgresql', "(s = E'a\\\\n'::text)", /more than/],
  ['postgresql', 's COLLATE "de_DE" = t', /more than/],
  ['postgresql', '(lower(s) = s)', /lower\(\)/],
  ['postgresql', '(f > (a)::integer)', null],
  ['postgresql', '((f)::integer > 1)', /casts/],
  ['postgresql', '(a = (2.7)::integer)', /another kind/],
  ['postgresql', '(A = 1)', null],
  ['postgresql', '("A" = 1)', /"?A"?/],
  ['sqlite', `a > 0 AND 'x'`, /literal for a condition/],
  ['sqlite', 'a IN ()', /empty list/],
  ['sqlite', 'a || b = 1', /joins what is not text/],
  ['sqlite', 'NULL = NULL', /literals only/],
  ['sqlite', '1.5 = 1.5', /literals only/],
  ['sqlite', `'1' = 1`, /literals only/],
  ['sqlite', 'length(a) = 1', /length/],
  ['sqlite', 'abs(a, b) = 1', /several values/],
  ['sqlite', 'coalesce(a) = 1', /one value/],
  ['sqlite', '"on" = 2', /another kind/],
  ['sqlite', 's = 5', /another kind/],
  ['sqlite', 'f = TRUE', /another kind/],
  ['sqlite', `s = 'a\0b'`, /another kind|more than/],
  ['sqlite', 'a NOT 5', /more than/],
  ['sqlite', 'a BETWEEN 1 OR 2', /more than/],
  ['sqlite', 'a IS DISTINCT 5', /more than/],
  ['sqlite', 'a >', /more than/],
  ['sqlite', '(a = 1', /more than/],
  ['sqlite', `${'- '.repeat(250)}1 = a`, /more than/],
  ['postgresql', '(a = ANY (b))', /more than/],
  ['postgresql', `(s = '00000000-0000-0000-0000-000000000000'::uuid)`, /casts to uuid/],
  ['postgresql', `((doc)::text = 'x')`, /rest differently/],
  ['postgresql', `(a = 'x'::integer)`, /another kind/],
  ['postgresql', `("on" = 'yes'::boolean)`, /another kind/],
  ['postgresql', '(a = (1)::5)', /more than/],
  ['postgresql', '(a = (1)::pg_catalog.)', /more than/],
  ['postgresql', `(at = '10:00'::time with zone)`, /more than/],
] as const)('in %s, %s does not cross', (from, source, reason) => {
  const crossing = crossCondition(source, context(from))
  if (reason === null) expect(crossing).toHaveProperty('sql')
  else expect(crossing).toEqual({ reason: expect.stringMatching(reason) as string })
})

test.each([
  [`((s)::character varying(1) = 'x'::text)`, /casts/],
  ['((p)::numeric(10,0) = (13)::numeric)', /casts/],
  [`((starts)::timestamp(0) without time zone = ends)`, /casts/],
  [`((s)::text = ANY ((ARRAY['xy'::character varying])::character varying(1)[]))`, /more than/],
] as const)('a cast that cuts or rounds, as in %s, does not cross', (source, reason) => {
  expect(crossCondition(source, context('postgresql'))).toEqual({ reason: expect.stringMatching(reason) as string })
})

test('a name in double quotes that no column has is a string in SQLite, as it is there', () => {
  expect(crossCondition('s = "x"', context('sqlite'))).toEqual({ sql: `("s" = 'x')`, kind: 'boolean' })
  expect(crossCondition('"x" = "y"', context('sqlite'))).toEqual({ sql: `('x' = 'y')`, kind: 'boolean' })
  expect(crossCondition('s = "x"', context('postgresql'))).toHaveProperty('reason')
})

test.each(['doc', 'NULL'])('the value %s, of no type that both engines have, does not cross', (source) => {
  expect(crossValue(source, context('sqlite'))).toEqual({ reason: expect.stringContaining('not the same in both engines') as string })
})

test.each([
  ['a + b', '("a" + "b")', 'integer'],
  [`s || '-' || t`, `(("s" || '-') || "t")`, 'text'],
  ['f / 2', '("f" / 2)', 'real'],
  ['length(s)', 'length("s")', 'integer'],
  ['a > b', '("a" > "b")', 'boolean'],
])('the value %s crosses as %s, a %s', async (source, sql, kind) => {
  expect(crossValue(source, context('sqlite'))).toEqual({ sql, kind })
  expect(await inPostgresql(sql)).toEqual(inSqlite(source))
})
