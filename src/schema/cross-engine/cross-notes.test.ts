import { expect, test } from 'vitest'
import { keyOf, postgresqlColumn, referenceOf, schemaOf, sqliteColumn, tableOf } from '../../../test/schema/tables.js'
import { emptySurvey } from '../column-survey.js'
import type { Column, Index, Schema, Sequence, Table } from '../schema.js'
import { crossSchema, type CrossedSchema } from './cross-schema.js'

const index = (name: string, more: Partial<Index>): Index => ({ name, unique: false, method: 'btree', parts: [], condition: null, ddl: '', ...more })
const sequence = (name: string, more: Partial<Sequence> = {}): Sequence => ({ id: name, namespace: 'public', name, ownedBy: null, dataType: 'bigint', start: '1', increment: '1', min: '1', max: '9', cache: '1', cycle: false, last: null, ...more })
const int = (name: string, more: Partial<Column> = {}): Column => postgresqlColumn(name, 'bigint', 'integer', more)
const text = (name: string, more: Partial<Column> = {}): Column => postgresqlColumn(name, 'text', 'text', more)

const fromPostgresql = (tables: readonly Table[], more: Partial<Schema> = {}): CrossedSchema => crossSchema(schemaOf('postgresql', tables.map((table) => ({ ...table, namespace: 'public' })), more), 'sqlite', new Map())
const fromSqlite = (tables: readonly Table[], more: Partial<Schema> = {}): CrossedSchema => crossSchema(schemaOf('sqlite', tables, more), 'postgresql', new Map())
const said = ({ notes }: CrossedSchema): readonly string[] => notes.map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`)

test.each<readonly [string, readonly Table[], Partial<Schema>, readonly RegExp[]]>([
  ['keys that tell NULLs alike or are checked late', [tableOf('t', [int('a'), int('b')], { uniques: [{ ...keyOf('a'), nullsNotDistinct: true }, { ...keyOf('b'), name: 'late', deferrability: 'initially-deferred' }] })], {}, [/^nulls not distinct t: /, /^deferrable late: /]],
  ['a key of the table itself, likewise', [tableOf('t', [int('a')], { uniques: [{ ...keyOf('a'), name: 'k', nullsNotDistinct: true, deferrability: 'initially-immediate' }] })], {}, [/^nulls not distinct k: /, /^deferrable k: /]],
  ['a key checked late that has no name', [tableOf('t', [int('a')], { uniques: [{ ...keyOf('a'), deferrability: 'initially-immediate' }] })], {}, [/^deferrable t: /]],
  ['a reference that was never checked', [tableOf('p', [int('id')], { primaryKey: keyOf('id') }), tableOf('t', [int('p')], { references: [referenceOf(['p'], 'p', ['id'], { validated: false })] })], {}, [/^reference t \(p\) → p: it is NOT VALID/]],
  ['types that are neither enums nor domains', [tableOf('t', [text('a')])], { types: [{ kind: 'composite', id: 'pair', namespace: 'public', name: 'pair', fields: [] }] }, [/^composite pair: /]],
  ['that a table is in partitions', [tableOf('t', [int('a')], { traits: ['partitioned'] })], {}, [/^partitioning t: /]],
  ['sequences that number no key', [tableOf('t', [int('a')])], { sequences: [sequence('s')] }, [/^sequence s: SQLite numbers rows only/]],
  ['sequences that do not count by one', [tableOf('t', [int('id', { identity: { kind: 'always', sequence: 's' }, nullable: false })], { primaryKey: keyOf('id') })], { sequences: [sequence('s', { ownedBy: { table: 't', column: 'id' }, increment: '5' })] }, [/^sequence s: it counts by 5/]],
  ['a default that computes', [tableOf('t', [text('a', { default: 'gen_random_uuid()' })])], {}, [/^default t\.a: gen_random_uuid\(\) is more/]],
])('SQLite does not have, and it is said: %s', (_, tables, more, notes) => {
  expect(said(fromPostgresql(tables, more))).toEqual(notes.map((note) => expect.stringMatching(note) as string))
})

const stored = (name: string, declared: string, expression: string): Column => sqliteColumn(name, declared, { generated: { expression, stored: true } })

test.each<readonly [string, readonly Table[], Partial<Schema>, readonly RegExp[]]>([
  ['a generated value of another type than declared', [tableOf('t', [sqliteColumn('a', 'INTEGER'), stored('g', 'TEXT', 'a + 1')])], {}, [/^generated column t\.g: its expression gives a integer for a column declared TEXT/]],
  ['a generated value with no type declared', [tableOf('t', [sqliteColumn('a', 'INTEGER'), stored('g', '', 'a + 1')])], {}, [/^generated column t\.g: .* declared without a type/]],
  ['a generated value made of another one', [tableOf('t', [sqliteColumn('a', 'INTEGER'), stored('g', 'INTEGER', 'a + 1'), stored('h', 'INTEGER', 'g + 1')])], {}, [/^generated column t\.h: it uses g/]],
  ['a reference of a column that is left out', [tableOf('p', [sqliteColumn('id', 'INTEGER')], { primaryKey: keyOf('id') }), tableOf('t', [sqliteColumn('a', 'INTEGER'), stored('g', 'INTEGER', 'random()')], { references: [referenceOf(['g'], 'p', ['id'])] })], {}, [/^generated column/, /^reference t \(g\) → p: a column of it is left out/]],
  ['a reference to what is no key', [tableOf('p', [sqliteColumn('id', 'INTEGER')]), tableOf('t', [sqliteColumn('p', 'INTEGER')], { references: [referenceOf(['p'], 'p', ['id'])] })], {}, [/^reference t \(p\) → p: what it refers to is no key/]],
  ['a reference to a table without a key', [tableOf('p', [sqliteColumn('id', 'INTEGER')]), tableOf('t', [sqliteColumn('p', 'INTEGER')], { references: [referenceOf(['p'], 'p', [])] })], {}, [/^reference t \(p\) → p: a column of it is left out/]],
  ['the condition of an index', [tableOf('t', [sqliteColumn('a', 'TEXT')], { indexes: [index('i', { parts: [{ column: 'a', descending: false }], condition: "a LIKE 'x%'" })] })], {}, [/^index i: WHERE a LIKE 'x%': /]],
  ['what a virtual table indexes', [tableOf('t', [sqliteColumn('a', 'TEXT')], { traits: ['virtual'] })], {}, [/^virtual table t: /]],
  ['numbers in the header of the file', [], { file: { pageSize: 4096, encoding: 'UTF-8', autoVacuum: 'none', journal: 'rollback', userVersion: 3, applicationId: 0 } }, [/^setting user_version: it is 3/]],
])('PostgreSQL does not have, and it is said: %s', (_, tables, more, notes) => {
  expect(said(fromSqlite(tables, more))).toEqual(notes.map((note) => expect.stringMatching(note) as string))
})

test('an index over expressions crosses with its order and its condition', () => {
  const parts = [{ column: 'a', descending: true }, { expression: 'length(B)', descending: false }]
  const { schema, notes } = fromSqlite([tableOf('t', [sqliteColumn('a', 'INTEGER'), sqliteColumn('b', 'TEXT')], { indexes: [index('i', { unique: true, parts, condition: 'a > 0' })] })])
  expect(schema.tables[0]?.indexes[0]?.ddl).toBe('CREATE UNIQUE INDEX "i" ON "public"."t" ("a" DESC, (length("b"))) WHERE ("a" > 0)')
  expect(notes).toEqual([])
})

test('a reference that names no columns refers to the primary key', () => {
  const { schema } = fromSqlite([tableOf('p', [sqliteColumn('id', 'INTEGER')], { primaryKey: keyOf('id') }), tableOf('t', [sqliteColumn('p', 'INTEGER')], { references: [referenceOf(['p'], 'p', [])] })])
  expect(schema.tables.find(({ name }) => name === 't')?.references).toMatchObject([{ table: 'p', targetColumns: ['id'] }])
})

test('a whole number that is computed goes into a column of numbers with a fraction', () => {
  const { schema, notes } = fromSqlite([tableOf('t', [sqliteColumn('a', 'INTEGER'), stored('g', 'REAL', 'a * 2')])])
  expect(schema.tables[0]?.columns[1]).toMatchObject({ type: { declared: 'double precision' }, generated: { expression: '("a" * 2)', stored: true } })
  expect(notes).toEqual([])
})

test.each([
  ['TIMESTAMPTZ', 'timestamp with time zone'],
  ['VARCHAR(20000000)', 'text'],
  ['CHAR(20000000)', 'text'],
  ['CHAR(3)', 'character(3)'],
  ['FLOAT4', 'real'],
  ['TEXT "public.gone"', 'text'],
  ['TEXT NOSUCHWORD', 'text'],
  ['TEXT "box[]"', 'box[]'],
  ['TEXT BIT(3)', 'bit(3)'],
  ['TEXT "char"', '"char"'],
  ['TEXT "timestamp(3) without time zone[]"', 'timestamp(3) without time zone[]'],
  ['TEXT "i%6Terval(1"', 'text'],
])('an empty column declared %s becomes %s', (declared, expected) => {
  expect(fromSqlite([tableOf('t', [sqliteColumn('a', declared)])]).schema.tables[0]?.columns[0]?.type.declared).toBe(expected)
})

test.each([
  ['integer[]', 'array'],
  ['INTERVAL_of', 'other'],
  ['public."Mood%int"', 'other'],
  ['public."INT"', 'other'],
] as const)('a column of %s remembers its type in an SQLite declaration of TEXT affinity', (declared, family) => {
  const encoding = family === 'array' ? ({ family, element: { family: 'integer' }, delimiter: ',' } as const) : family
  const { schema } = fromPostgresql([tableOf('t', [postgresqlColumn('a', declared, encoding)])])
  expect(schema.tables[0]?.columns[0]?.type.declared).toMatch(/^TEXT "/)
  expect(schema.tables[0]?.columns[0]?.type.declared).not.toMatch(/int/i)
})

test('an enum with other labels in another place is no enum', () => {
  const mood = (table: string, ...labels: string[]): Table => tableOf(table, [sqliteColumn('m', 'TEXT "public.mood"')], { checks: [{ name: null, expression: `m IN (${labels.map((label) => `'${label}'`).join(', ')})`, validated: true }] })
  expect(fromSqlite([mood('a', 'x'), mood('b', 'x')]).schema.types).toMatchObject([{ kind: 'enum', name: 'mood', labels: ['x'] }])
  expect(fromSqlite([mood('a', 'x'), mood('b', 'y')]).schema.types).toEqual([])
  expect(fromSqlite([tableOf('a', [sqliteColumn('m', 'TEXT "public.mood"')], { checks: [{ name: null, expression: "m IN ('x', 1)", validated: true }] })]).schema.types).toEqual([])
})

test('a table of an empty name goes into no PostgreSQL database', () => {
  expect(() => fromSqlite([tableOf('', [sqliteColumn('a', 'TEXT')])])).toThrow(expect.objectContaining({ code: 'SCHEMA_UNSUPPORTED', message: expect.stringContaining('empty name') as string }))
})

test('names that SQLite keeps for itself get another beginning', () => {
  const { schema } = fromPostgresql([tableOf('t', [int('a')], { indexes: [index('sqlite_i', { parts: [{ column: 'a', descending: false }] }), index('', { parts: [{ column: 'a', descending: false }] })] })])
  expect(schema.tables[0]?.indexes.map(({ name }) => name)).toEqual(['_sqlite_i', '_'])
})

test.each([
  ['BOOLEAN', 'INTEGER', 'bigint'],
  ['NUMERIC', 'INTEGER', 'numeric'],
  ['CHAR(3)', 'TEXT', 'text'],
  ['JSON', 'UUID', 'text'],
  ['INTEGER', 'BLOB', 'bytea'],
])('a column declared %s and one declared %s that it refers to are compared as %s, while both are empty', (from, to, declared) => {
  const { schema } = fromSqlite([tableOf('p', [sqliteColumn('id', to)], { primaryKey: keyOf('id') }), tableOf('t', [sqliteColumn('p', from)], { references: [referenceOf(['p'], 'p', ['id'])] })])
  expect(schema.tables.find(({ name }) => name === 't')?.columns[0]?.type.declared).toBe(declared)
})

test('a table whose name reads as a name in a schema keeps it, and an expression over a column that is not there does not cross', () => {
  const { schema } = fromSqlite([tableOf('public.t', [sqliteColumn('a', 'TEXT')]), tableOf('"a"."b"', [sqliteColumn('a', 'TEXT')])])
  expect(schema.tables.map(({ namespace, name }) => [namespace, name]).sort()).toEqual([['public', '"a"."b"'], ['public', 'public.t']])
  expect(said(fromSqlite([tableOf('t', [sqliteColumn('a', 'INTEGER'), stored('g', 'INTEGER', 'nothing + 1')])]))).toEqual([expect.stringContaining('it uses nothing')])
})

test.each([
  ['BOOLEAN', 'boolean'],
  ['TEXT UUID', 'uuid'],
  ['TEXT NUMERIC(5,2)', 'numeric(5,2)'],
])('a column declared %s that was looked at and holds nothing becomes %s', (declared, expected) => {
  const schema = schemaOf('sqlite', [tableOf('t', [sqliteColumn('a', declared)])])
  expect(crossSchema(schema, 'postgresql', new Map([['t', new Map([['a', emptySurvey(['uuid', 'decimal', 'padded-number'])]])]])).schema.tables[0]?.columns[0]?.type.declared).toBe(expected)
})

test.each([
  ['bpchar', 'text', 'TEXT "bpchar"'],
  ['no type at all', 'other', 'TEXT "no type at all"'],
  ['numeric(10,2)', 'decimal', 'NUMERIC(10,2)'],
  ['numeric(30,2)', 'decimal', 'TEXT NUMERIC(30,2)'],
  ['character(3)', 'text', 'CHAR(3)'],
] as const)('a column of %s nobody looked into is declared so that no value is bent: %#', (declared, family, expected) => {
  expect(fromPostgresql([tableOf('t', [postgresqlColumn('a', declared, family)])]).schema.tables[0]?.columns[0]?.type.declared).toBe(expected)
})
