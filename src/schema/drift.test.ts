import { expect, test } from 'vitest'
import { columnOf, keyOf, postgresqlColumn as pg, sqliteColumn as lite, tableOf } from '../../test/schema/tables.js'
import { findDrift, refuseDrift, type DriftOptions } from './drift.js'
import type { Column, Engine, Table, UserType } from './schema.js'

const options = (from: Engine, to: Engine, more: Partial<DriftOptions> = {}): DriftOptions => ({ source: { engine: from, types: [] }, target: { engine: to, types: [] }, targetTables: [], ...more })
const t = (columns: readonly Column[], more: Partial<Table> = {}): Table => tableOf('t', columns, more)
const shown = (source: Table, target: Table | undefined, how: DriftOptions): string[] => findDrift(source, target, how).map((one) => `${one.severity}: ${one.message}`)
const PG = options('postgresql', 'postgresql')
const LITE = options('sqlite', 'sqlite')

test('the same table has no drift', () => {
  const table = t([pg('id', 'bigint', 'integer'), pg('g', 'text', 'text', { generated: { expression: 'x', stored: true } })], { primaryKey: keyOf('id') })
  expect(findDrift(table, table, PG)).toEqual([])
})

test('a missing table is an error, and a name that differs in case is told', () => {
  expect(shown(t([]), undefined, { ...PG, targetTables: ['x', 'T'] })).toEqual(['error: The target has no table t; it has T, which differs in case.'])
  expect(shown(t([]), undefined, PG)).toEqual(['error: The target has no table t.'])
})

test('a column that the target lacks is an error, unless it is generated', () => {
  expect(shown(t([lite('Name', 'TEXT')]), t([lite('name', 'TEXT')]), LITE)).toEqual(['error: The target has no column t.Name; it has t.name, which differs in case.', 'note: t.name is in the target only; new rows get NULL.'])
  expect(shown(t([lite('x', 'TEXT', { generated: { expression: '1', stored: false } })]), t([]), LITE)[0]).toMatch(/^note: t\.x is generated/)
})

test.each([
  [{ nullable: false }, 'error: t.n is in the target only and NOT NULL without a default, so no row can be written.'],
  [{ nullable: false, default: '0' }, 'note: t.n is in the target only; new rows get its default.'],
  [{ nullable: false, identity: { kind: 'always', sequence: 's' } }, 'note: t.n is in the target only; new rows get the next number.'],
  [{}, 'note: t.n is in the target only; new rows get NULL.'],
] as const)('a column %j that only the target has', (more, message) => {
  expect(shown(t([]), t([pg('n', 'integer', 'integer', more)]), PG)).toEqual([message])
})

test('a generated column that only the target has is no drift', () => {
  expect(shown(t([]), t([pg('n', 'integer', 'integer', { nullable: false, generated: { expression: '1', stored: true } })]), PG)).toEqual([])
})

test('generated on one side only', () => {
  const generated = { generated: { expression: '1', stored: true } }
  expect(shown(t([pg('n', 'integer', 'integer')]), t([pg('n', 'integer', 'integer', generated)]), PG)).toEqual(["note: t.n is generated in the target, which computes it; the archive's values are not written."])
  expect(shown(t([pg('n', 'integer', 'integer', generated)]), t([pg('n', 'integer', 'integer', { nullable: false })]), PG)[0]).toMatch(/^error: t\.n is generated in the archive's database/)
  expect(shown(t([pg('n', 'integer', 'integer', generated)]), t([pg('n', 'integer', 'integer')]), PG)[0]).toMatch(/^note: t\.n .* left to its default/)
})

test('NOT NULL only in the target is a note', () => {
  expect(shown(t([pg('n', 'text', 'text')]), t([pg('n', 'text', 'text', { nullable: false })]), PG)).toEqual(['note: t.n is nullable in the archive and NOT NULL in the target; each row is checked.'])
})

test('another primary key is a note; the order of its columns is none', () => {
  const [source, target] = [t([], { primaryKey: keyOf('a', 'b') }), t([], { primaryKey: keyOf('a') })]
  expect(shown(source, target, PG)).toEqual(['note: The primary key of t is (a, b) in the archive and (a) in the target.'])
  expect(shown(t([], { primaryKey: keyOf('b', 'a') }), source, PG)).toEqual([])
})

const enumOf = (...labels: readonly string[]): UserType => ({ kind: 'enum', id: 'mood', namespace: 'public', name: 'mood', labels })
const DOMAIN: UserType = { kind: 'domain', id: 'm', namespace: 'public', name: 'm', base: 'public.mood', collation: null, nullable: true, default: null, checks: [] }

test.each(['public.mood', 'mood', 'public.mood[]', 'public.m'])('labels that the target misses in %s are an error', (declared) => {
  const table = t([pg('v', declared, declared.endsWith('[]') ? { family: 'array', element: { family: 'enum' }, delimiter: ',' } : 'enum')])
  const sides = (here: UserType, there: UserType): DriftOptions => ({ ...PG, source: { engine: 'postgresql', types: [here, DOMAIN] }, target: { engine: 'postgresql', types: [there, DOMAIN] } })
  expect(shown(table, table, sides(enumOf('a', 'b', 'c'), enumOf('b')))).toEqual([`error: t.v has labels that the target's ${declared} has not: 'a', 'c'.`])
  expect(shown(table, table, sides(enumOf('b'), enumOf('a', 'b')))).toEqual([])
})

const NARROWS = 'each value is checked'
const NEVER = 'which cannot take its values'
test.each([
  ['integer', 'integer', 'bigint', 'integer', null],
  ['bigint', 'integer', 'integer', 'integer', NARROWS],
  ['text', 'text', 'character varying(5)', 'text', NARROWS],
  ['character varying(5)', 'text', 'text', 'text', null],
  ['numeric(10,2)', 'decimal', 'numeric', 'decimal', null],
  ['numeric', 'decimal', 'numeric(10,2)', 'decimal', NARROWS],
  ['double precision', 'real', 'real', 'real', NARROWS],
  ['json', 'json', 'jsonb', 'json', 'jsonb does not keep spacing'],
  ['jsonb', 'json', 'json', 'json', null],
  ['timestamp with time zone', 'timestamptz', 'timestamp without time zone', 'timestamp', NARROWS],
  ['timestamp without time zone', 'timestamp', 'timestamp with time zone', 'timestamptz', NEVER],
  ['text', 'text', 'uuid', 'uuid', NARROWS],
  ['uuid', 'uuid', 'text', 'text', NARROWS],
  ['text', 'text', 'integer', 'integer', NEVER],
  ['integer', 'integer', 'text', 'text', NEVER],
  ['bytea', 'bytes', 'text', 'text', NEVER],
  ['boolean', 'boolean', 'integer', 'integer', NEVER],
] as const)('PostgreSQL %s into %s', (from, fromFamily, to, toFamily, message) => {
  const found = findDrift(t([pg('v', from, fromFamily)]), t([pg('v', to, toFamily)]), PG)
  expect(found.map((one) => one.severity)).toEqual(message === null ? [] : [message === NEVER ? 'error' : 'note'])
  if (message !== null) expect(found[0]?.message).toContain(message)
})

test('arrays and composites are compared part by part', () => {
  const array = (family: 'integer' | 'text'): Column => pg('v', `${family}[]`, { family: 'array', element: { family }, delimiter: ',' })
  const pair = (...names: readonly string[]): Column => pg('v', `public.${names.join('_')}`, { family: 'composite', fields: names.map((name) => ({ name, encoding: { family: 'text' } })) })
  expect(findDrift(t([array('integer')]), t([array('text')]), PG)[0]?.severity).toBe('error')
  expect(findDrift(t([pair('a', 'b')]), t([pair('a', 'c')]), PG)[0]?.severity).toBe('error')
  expect(findDrift(t([pair('a', 'b')]), t([pair('a', 'b')]), PG)).toEqual([])
})

test.each([
  ['INTEGER', 'BIGINT', false, []],
  ['TEXT', 'INTEGER', false, ['note']],
  ['TEXT', 'VARCHAR(5)', false, []],
  ['DATETIME', 'TEXT', false, ['note']],
  ['TEXT', 'INTEGER', true, ['note']],
  ['BLOB', 'INTEGER', true, ['error']],
  ['REAL', 'BLOB', true, ['error']],
  ['INTEGER', 'INTEGER', true, ['note']],
  ['BLOB', 'TEXT', false, []],
] as const)('SQLite %s into %s (STRICT: %s)', (from, to, strict, severities) => {
  const target = t([lite('v', to)], { traits: strict ? ['strict'] : [] })
  const found = findDrift(t([lite('v', from)]), target, LITE).map((one) => one.severity)
  expect(found).toEqual(severities)
})

test.each([
  ['DATETIME', 'timestamp without time zone', 'timestamp', ['note']],
  ['BOOLEAN', 'boolean', 'boolean', ['note']],
  ['INTEGER', 'boolean', 'boolean', ['note']],
  ['INTEGER', 'bigint', 'integer', ['note']],
  ['TEXT', 'uuid', 'uuid', ['note']],
  ['TEXT', 'text[]', 'array', ['note']],
  ['INTEGER', 'timestamp without time zone', 'timestamp', ['error']],
  ['REAL', 'uuid', 'uuid', ['error']],
  ['BLOB', 'bigint', 'integer', ['error']],
] as const)('SQLite %s into PostgreSQL %s', (from, to, family, severities) => {
  const target = t([family === 'array' ? pg('v', to, { family, element: { family: 'text' }, delimiter: ',' }) : pg('v', to, family)])
  expect(findDrift(t([lite('v', from)]), target, options('sqlite', 'postgresql')).map((one) => one.severity)).toEqual(severities)
})

test.each([
  ['bigint', 'integer', 'INTEGER', []],
  ['boolean', 'boolean', 'BOOLEAN', []],
  ['numeric', 'decimal', 'TEXT NUMERIC', []],
  ['numeric', 'decimal', 'REAL', ['note']],
  ['text', 'text', 'INTEGER', ['note']],
  ['text', 'text', '', []],
  ['bytea', 'bytes', 'BLOB', []],
] as const)('PostgreSQL %s (%s) into SQLite %s', (from, family, to, severities) => {
  expect(findDrift(t([pg('v', from, family)]), t([lite('v', to)]), options('postgresql', 'sqlite')).map((one) => one.severity)).toEqual(severities)
})

test('errors are thrown together, and notes are not', () => {
  const found = findDrift(t([lite('a', 'TEXT'), lite('b', 'TEXT')]), t([columnOf('c', lite('c', 'TEXT').type)]), LITE)
  expect(() => refuseDrift(found)).toThrow(expect.objectContaining({ code: 'SCHEMA_DRIFT', message: 'The target has no column t.a', place: { table: 't', column: 'a' }, details: ['The target has no column t.b.'] }))
  expect(() => refuseDrift(found.filter((one) => one.severity === 'note'))).not.toThrow()
})
