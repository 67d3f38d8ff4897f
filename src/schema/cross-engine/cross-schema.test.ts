import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { createDatabase } from '../../../test/postgres/database.js'
import { createStatements } from '../../../test/schema/create-statements.js'
import { columnOf, keyOf, postgresqlColumn, referenceOf, schemaOf, sqliteColumn, tableOf } from '../../../test/schema/tables.js'
import { emptySurvey, observe } from '../column-survey.js'
import type { Index, Schema, Table, UserType } from '../schema.js'
import { crossSchema } from './cross-schema.js'
import type { Surveys } from './survey-of.js'

const NONE: Surveys = new Map()
const rowid = sqliteColumn('id', 'INTEGER', { identity: { kind: 'rowid', autoincrement: true }, nullable: false })
const index = (name: string, columns: readonly string[], more: Partial<Index> = {}): Index => ({ name, unique: false, method: 'btree', parts: columns.map((column) => ({ column, descending: false })), condition: null, ddl: '', ...more })
const holding = (values: Readonly<Record<string, readonly (null | bigint | number | string)[]>>): ReadonlyMap<string, ReturnType<typeof emptySurvey>> =>
  new Map(
    Object.entries(values).map(([column, cells]) => {
      const survey = emptySurvey(['uuid', 'json', 'timestamp'])
      for (const cell of cells) observe(survey, cell)
      return [column, survey]
    }),
  )
const byId = (schema: Schema): ReadonlyMap<string, Table> => new Map(schema.tables.map((table) => [table.id, table]))

const SHOP = schemaOf(
  'sqlite',
  [
    tableOf('users', [rowid, sqliteColumn('name', 'NVARCHAR(40)', { nullable: false, collation: 'NOCASE' }), sqliteColumn('active', 'BOOLEAN', { default: '1' }), sqliteColumn('joined', 'DATETIME', { default: 'CURRENT_TIMESTAMP' }), sqliteColumn('chief', 'INTEGER')], {
      primaryKey: keyOf('id'),
      uniques: [{ ...keyOf('name'), name: 'by_name' }],
      references: [referenceOf(['chief'], 'Users', ['ID'], { onDelete: 'set-null' })],
      checks: [{ name: null, expression: 'active IN (0, 1)', validated: true }, { name: 'named', expression: "name GLOB '[a-z]*'", validated: true }],
      indexes: [index('by_name', ['name'], { unique: true }), index('live', ['joined'], { condition: 'active = 1' }), index('odd', [], { parts: [{ expression: 'upper(name)', descending: false }] })],
      traits: ['strict'],
    }),
    tableOf('orders', [sqliteColumn('user', 'INTEGER', { nullable: false }), sqliteColumn('line', 'INTEGER', { nullable: false }), sqliteColumn('amount', 'INTEGER'), sqliteColumn('price', 'INTEGER'), sqliteColumn('total', 'INTEGER', { generated: { expression: 'amount * price', stored: false } }), sqliteColumn('shown', 'TEXT', { generated: { expression: "printf('%d', price)", stored: true } })], {
      primaryKey: keyOf('user', 'line'),
      references: [referenceOf(['user'], 'users', ['id'], { onDelete: 'cascade', deferrability: 'initially-deferred' }), referenceOf(['amount'], 'gone', ['id'])],
      indexes: [index('by_total', ['total']), index('by_shown', ['shown'])],
      traits: ['without-rowid'],
    }),
    tableOf('audit.log', [rowid, sqliteColumn('at', 'DATETIME')], { primaryKey: keyOf('id') }),
  ],
  {
    statements: [{ kind: 'view', name: 'v', table: null, ddl: 'CREATE VIEW v AS SELECT 1' }],
    sequences: [{ id: 'users', namespace: null, name: 'users', ownedBy: { table: 'users', column: 'id' }, dataType: '', start: '1', increment: '1', min: '1', max: '9', cache: '1', cycle: false, last: '77' }],
  },
)

test.each([18, 12] as const)('an SQLite schema becomes tables that PostgreSQL %i makes, with all that can cross', async (version) => {
  const { schema, notes } = crossSchema(SHOP, 'postgresql', NONE)
  const database = await createDatabase(version)
  await database.run(createStatements(schema))
  await database.run(`INSERT INTO users (name) VALUES ('Ada'); INSERT INTO orders ("user", line, amount, price) VALUES (1, 1, 2, 21); INSERT INTO audit.log (at) VALUES (now())`)
  expect(await database.query('SELECT id, name, active, chief, joined < now() + interval $$1 day$$ FROM users')).toEqual([['1', 'Ada', 't', null, 't']])
  expect(await database.query('SELECT total FROM orders')).toEqual([['42']])
  await expect(database.run(`INSERT INTO users (id, name) VALUES (5, 'Ada')`)).rejects.toThrow(/by_name/)
  await expect(database.run(`INSERT INTO users (name, chief) VALUES ('Eve', 9)`)).rejects.toThrow(/users_chief_fkey/)
  expect(schema.sequences.map((sequence) => [sequence.id, sequence.last])).toEqual([['users_id_seq', '77'], ['audit.log_id_seq', null]])
  expect(notes.map((note) => [note.kind, note.name])).toEqual([
    ['view', 'v'],
    ['collation', 'users.name'],
    ['generated column', 'orders.shown'],
    ['index', 'odd'],
    ['index', 'by_shown'],
    ['check', 'users.named'],
    ['reference', 'orders (amount) → gone'],
  ])
  expect(byId(schema).get('orders')?.references[0]).toMatchObject({ table: 'users', onDelete: 'cascade', deferrability: 'initially-deferred' })
  expect(schema.tables.every((table) => table.ddl === null && table.traits.length === 0)).toBe(true)
})

test('what crossed to PostgreSQL crosses back to SQLite', () => {
  const back = crossSchema(crossSchema(SHOP, 'postgresql', NONE).schema, 'sqlite', NONE)
  const database = new Database(':memory:')
  database.pragma('foreign_keys = on')
  database.exec(createStatements(back.schema))
  database.exec(`INSERT INTO users (name) VALUES ('Ada'); INSERT INTO orders ("user", line, amount, price) VALUES (1, 1, 2, 21); INSERT INTO "audit.log" (at) VALUES (NULL)`)
  expect(database.prepare('SELECT total FROM orders').pluck().get()).toBe(42)
  expect(database.prepare('SELECT active, joined IS NOT NULL AS joined FROM users').get()).toEqual({ active: 1, joined: 1 })
  expect(() => database.exec(`INSERT INTO users (name, active) VALUES ('Eve', 2)`)).toThrow(/CHECK/)
  expect(byId(back.schema).get('users')?.columns[0]?.identity).toEqual({ kind: 'rowid', autoincrement: true })
  expect(back.schema.sequences.map((sequence) => [sequence.ownedBy?.table, sequence.last])).toContainEqual(['users', '77'])
  database.close()
})

const MOOD: UserType = { kind: 'enum', id: 'mood', namespace: 'public', name: 'mood', labels: ['sad', "it's ok", 'happy'] }
const EMAIL: UserType = { kind: 'domain', id: 'email', namespace: 'public', name: 'email', base: 'text', collation: null, nullable: false, default: "'a@b'::text", checks: [{ name: 'c', expression: "(VALUE <> ''::text)", validated: true }] }
const ROLES = schemaOf(
  'postgresql',
  [
    tableOf('people', [postgresqlColumn('id', 'integer', 'integer', { identity: { kind: 'serial', sequence: 'people_id_seq' }, nullable: false }), postgresqlColumn('mood', 'public.mood', 'enum', { default: "'happy'::public.mood" }), postgresqlColumn('mail', 'public.email', 'text'), postgresqlColumn('tags', 'text[]', { family: 'array', element: { family: 'text' }, delimiter: ',' }), postgresqlColumn('n', 'integer', 'integer', { identity: { kind: 'by-default', sequence: 'n_seq' } })], {
      namespace: 'public',
      primaryKey: keyOf('id'),
      checks: [{ name: 'positive', expression: '(id > 0)', validated: true }, { name: 'old', expression: '(id < 100)', validated: false }],
      indexes: [index('people_tags', ['tags'], { method: 'gin' }), index('same', ['mood'])],
    }),
    tableOf('people', [postgresqlColumn('id', 'bigint', 'integer', { nullable: false })], { namespace: 'audit', primaryKey: keyOf('id'), indexes: [index('same', ['id'])], references: [referenceOf(['id'], 'people', ['id'], { match: 'full' })] }),
  ],
  { types: [MOOD, EMAIL] },
)

test('enums, domains, identities and schemas of PostgreSQL become what SQLite has of them', () => {
  const { schema, notes } = crossSchema(ROLES, 'sqlite', NONE)
  const database = new Database(':memory:')
  database.exec(createStatements(schema))
  database.exec('INSERT INTO people DEFAULT VALUES')
  expect(database.prepare('SELECT * FROM people').get()).toEqual({ id: 1, mood: 'happy', mail: 'a@b', tags: null, n: null })
  for (const wrong of ["(mood) VALUES ('mad')", "(mail) VALUES ('')", '(id) VALUES (-1)']) expect(() => database.exec(`INSERT INTO people ${wrong}`)).toThrow(/CHECK/)
  expect(schema.tables.map((table) => [table.id, table.name])).toEqual([['people', 'people'], ['"audit.people"', 'audit.people']])
  expect(byId(schema).get('"audit.people"')?.columns[0]?.type.declared).toBe('BIGINT')
  expect(schema.tables.flatMap((table) => table.indexes.map((one) => one.name))).toEqual(['same', 'same_2'])
  expect(notes.map((note) => [note.kind, note.name])).toEqual([
    ['domain', 'email'],
    ['default', 'people.n'],
    ['index', 'people_tags'],
    ['check', 'people.old'],
    ['match full', 'audit.people'],
  ])
  database.close()
})

test('an enum comes back from SQLite with its labels, and a schema with its name', async () => {
  const back = crossSchema(crossSchema(ROLES, 'sqlite', NONE).schema, 'postgresql', NONE)
  const database = await createDatabase(18)
  await database.run(createStatements(back.schema))
  expect(back.schema.types).toEqual([MOOD])
  expect(await database.query('SELECT enum_range(NULL::public.mood)')).toEqual([[`{sad,"it's ok",happy}`]])
  expect(back.schema.tables.map((table) => table.id)).toEqual(['people', 'audit.people'])
  expect(byId(back.schema).get('people')?.columns.map((column) => column.type.declared)).toEqual(['bigint', 'public.mood', 'text', 'text[]', 'bigint'])
  expect(byId(back.schema).get('people')?.checks.map((check) => check.expression)).toEqual(['("id" > 0)', `("mail" <> '')`])
})

test('the same engine is left alone', () => {
  expect(crossSchema(SHOP, 'sqlite', NONE)).toEqual({ schema: SHOP, notes: [] })
})

test.each([
  ['two tables that differ in case', 'sqlite', [tableOf('Users', [postgresqlColumn('a', 'text', 'text')], { namespace: 'public' }), tableOf('users', [postgresqlColumn('a', 'text', 'text')], { namespace: 'public' })], /table Users and table users/],
  ['two columns that differ in case', 'sqlite', [tableOf('t', [postgresqlColumn('A', 'text', 'text'), postgresqlColumn('a', 'text', 'text')], { namespace: 'public' })], /column t\.A and column t\.a/],
  ['a table without columns', 'sqlite', [tableOf('t', [], { namespace: 'public' })], /no columns/],
  ['a name SQLite keeps', 'sqlite', [tableOf('sqlite_x', [postgresqlColumn('a', 'text', 'text')], { namespace: 'public' })], /keeps for itself/],
  ['a long table name', 'postgresql', [tableOf('ä'.repeat(32), [sqliteColumn('a', 'TEXT')])], /63 bytes/],
  ['a long column name', 'postgresql', [tableOf('t', [sqliteColumn('a'.repeat(64), 'TEXT')])], /63 bytes/],
  ['an empty column name', 'postgresql', [tableOf('t', [sqliteColumn('', 'TEXT')])], /empty name/],
  ['a system column', 'postgresql', [tableOf('t', [sqliteColumn('ctid', 'TEXT')])], /system column/],
  ['too many columns', 'postgresql', [tableOf('t', Array.from({ length: 1601 }, (_, number) => sqliteColumn(`c${number}`, 'TEXT')))], /1601 columns/],
] as const)('%s cannot go into %s', (_, to, tables, message) => {
  const schema = schemaOf(to === 'sqlite' ? 'postgresql' : 'sqlite', tables)
  expect(() => crossSchema(schema, to, NONE)).toThrow(expect.objectContaining({ code: 'SCHEMA_UNSUPPORTED', message: expect.stringMatching(message) as string }))
})

test('names that differ in case are two names in PostgreSQL', () => {
  expect(crossSchema(schemaOf('sqlite', [tableOf('A.b', [sqliteColumn('x', 'TEXT')]), tableOf('a.b', [sqliteColumn('x', 'TEXT')])]), 'postgresql', NONE).schema.tables.map((table) => table.id)).toEqual(['A.b', 'a.b'])
})

test('a primary key that holds NULL becomes a unique constraint', () => {
  const schema = schemaOf('sqlite', [tableOf('t', [sqliteColumn('k', 'TEXT')], { primaryKey: keyOf('k') })])
  const crossed = crossSchema(schema, 'postgresql', new Map([['t', holding({ k: ['a', null] })]]))
  expect(crossed.schema.tables[0]).toMatchObject({ primaryKey: null, uniques: [{ columns: ['k'] }], columns: [{ nullable: true }] })
  expect(crossed.notes[0]?.kind).toBe('primary key')
})

test('values too long for an index of PostgreSQL leave it out, and say so', async () => {
  const schema = schemaOf('sqlite', [tableOf('t', [sqliteColumn('k', 'TEXT')], { uniques: [keyOf('k')], indexes: [index('i', ['k'])] })])
  const crossed = crossSchema(schema, 'postgresql', new Map([['t', holding({ k: ['x'.repeat(3000)] })]]))
  expect(crossed.schema.tables[0]).toMatchObject({ uniques: [], indexes: [] })
  expect(crossed.notes.map((note) => note.kind)).toEqual(['index', 'unique'])
})

test('columns that a reference joins are brought to one type', async () => {
  const uuid = '6b6f9d5e-3d2a-4c0e-9d53-2f6f6a5a0b11'
  const tables = [
    tableOf('a', [sqliteColumn('id', 'UUID')], { primaryKey: keyOf('id') }),
    tableOf('b', [sqliteColumn('a', 'TEXT')], { references: [referenceOf(['a'], 'a', ['id'])] }),
    tableOf('n', [rowid], { primaryKey: keyOf('id') }),
    tableOf('empty', [sqliteColumn('n', 'TEXT')], { references: [referenceOf(['n'], 'n', ['id'])] }),
    tableOf('wrong', [sqliteColumn('n', 'TEXT')], { references: [referenceOf(['n'], 'n', ['id'])] }),
    tableOf('j', [sqliteColumn('id', 'JSON')], { uniques: [keyOf('id')] }),
  ]
  const surveys: Surveys = new Map([
    ['a', holding({ id: [uuid] })],
    ['b', holding({ a: [uuid] })],
    ['n', holding({ id: [1n] })],
    ['wrong', holding({ n: ['x'] })],
    ['j', holding({ id: ['{}'] })],
  ])
  const { schema, notes } = crossSchema(schemaOf('sqlite', tables), 'postgresql', surveys)
  expect(schema.tables.map((table) => [table.id, table.columns[0]?.type.declared])).toEqual([['a', 'text'], ['b', 'text'], ['n', 'bigint'], ['empty', 'bigint'], ['j', 'text'], ['wrong', 'text']])
  expect(notes.map((note) => [note.kind, note.name])).toEqual([
    ['type', 'a.id'],
    ['type', 'empty.n'],
    ['type', 'j.id'],
    ['reference', 'wrong (n) → n'],
  ])
  await (await createDatabase(18)).run(createStatements(schema))
})

test('made-up names give way to the user\'s, and are shortened to what PostgreSQL keeps', () => {
  const long = 't'.repeat(60)
  const schema = schemaOf('sqlite', [tableOf(long, [columnOf('id', rowid.type)], { primaryKey: keyOf('id'), indexes: [index(`${long}_pk`, ['id'])] }), tableOf('t_pkey', [rowid], { primaryKey: keyOf('id') }), tableOf('t', [rowid], { primaryKey: keyOf('id') })])
  const { tables } = crossSchema(schema, 'postgresql', NONE).schema
  const keys = tables.map((table) => table.primaryKey?.name ?? '')
  expect(keys).toContain('t_pkey_2')
  expect(new Set(keys.concat(tables.flatMap((table) => table.indexes.map((one) => one.name)))).size).toBe(4)
  expect(keys.every((name) => Buffer.byteLength(name) <= 63)).toBe(true)
})
