import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnOf, keyOf, postgresqlColumn, referenceOf, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import type { ScalarFamily } from './column-type.js'
import type { DeclaredReference } from './declared-reference.js'
import { inferIdentity } from './infer-identity.js'
import type { Column, Identity, Key, Table } from './schema.js'

const serial: Partial<Column> = { nullable: false, identity: { kind: 'serial', sequence: 's' } }
const rowid: Partial<Column> = { nullable: false, identity: { kind: 'rowid', autoincrement: false } }
const notNull: Partial<Column> = { nullable: false }
const int = (name: string, more: Partial<Column> = {}): Column => postgresqlColumn(name, 'integer', 'integer', more)
const text = (name: string, more: Partial<Column> = {}): Column => postgresqlColumn(name, 'text', 'text', more)
const key = (columns: readonly string[], more: Partial<Key> = {}): Key => ({ ...keyOf(...columns), ...more })
const generated = { expression: 'x', stored: true }
const declaredReference = (columns: readonly string[], table: string, more: Partial<DeclaredReference> = {}): DeclaredReference => ({ columns, table, targetColumns: [], place: { kind: 'columns' }, when: null, ...more })

/** `email: NOT NULL unique key …`, and the surrogates after a bar. */
function identity(table: Table, options: Partial<Parameters<typeof inferIdentity>[1]> = {}): string[] {
  const { rules, surrogates } = inferIdentity(table, { references: [], ...options })
  return [...rules.map(({ columns, because }) => `${columns.join(', ')}: ${because}`), `| ${surrogates.join(', ')}`.trim()]
}

const byId = { primaryKey: key(['id']) }

describe('tables as applications have them', () => {
  test.each<[string, Table, string[]]>([
    ['numbered rows with an address', tableOf('users', [int('id', serial), text('sysmail', notNull), text('extmail')], { ...byId, uniques: [key(['extmail'], { name: 'users_extmail_key' }), key(['sysmail'], { name: 'users_sysmail_key' })] }), ['sysmail: NOT NULL unique key users_sysmail_key', '| id']],
    ['a key of two columns', tableOf('status', [int('id', serial), text('name', notNull), text('table', notNull)], { ...byId, uniques: [key(['name', 'table'], { name: 'status_name_table_key' })] }), ['name, table: NOT NULL unique key status_name_table_key', '| id']],
    ['a key that may be NULL', tableOf('events', [int('id', serial), text('xmlid')], { ...byId, uniques: [key(['xmlid'])] }), ['id: primary key, for want of another key', '|']],
    ['no key but the number', tableOf('interactions', [int('id', serial), text('name', notNull)], byId), ['id: primary key, for want of another key', '|']],
    ['random ids made by the database', tableOf('pages', [text('id', { nullable: false, default: '(gen_random_uuid())::text' }), int('project', notNull)], { ...byId, references: [referenceOf(['project'], 'projects', ['id'])] }), ['id: primary key (text)', '|']],
    ['a junction', tableOf('events_tags', [int('event_id', notNull), int('tag_id', notNull)], { primaryKey: key(['event_id', 'tag_id']), references: [referenceOf(['event_id'], 'events', ['id']), referenceOf(['tag_id'], 'tags', ['id'])] }), ['event_id, tag_id: primary key (reference to events, reference to tags)', '|']],
    ['a junction that lost its foreign keys', tableOf('event_instructors', [int('event_id', notNull), int('instructor_id', notNull)], { primaryKey: key(['event_id', 'instructor_id']) }), ['event_id, instructor_id: primary key (integer, integer)', '|']],
    ['a natural key that is generated', tableOf('domains', [int('id', serial), text('domainname', { nullable: false, generated })], { ...byId, uniques: [key(['domainname'])] }), ['id: primary key, for want of another key', '|']],
    ['a uuid beside a unique name', tableOf('users', [postgresqlColumn('id', 'uuid', 'uuid', notNull), text('username', notNull)], { ...byId, uniques: [key(['username'])] }), ['id: primary key (uuid)', '|']],
    ['text ids in SQLite, where keys may be NULL', tableOf('workflow_nodes', [sqliteColumn('id', 'TEXT'), sqliteColumn('workflow_id', 'TEXT', notNull), sqliteColumn('node_key', 'TEXT', notNull)], { ...byId, uniques: [key(['workflow_id', 'node_key'])], references: [referenceOf(['workflow_id'], 'workflows', ['id'])] }), ['id: primary key (text)', '|']],
    ['a word as key', tableOf('config_kv', [sqliteColumn('key', 'TEXT', notNull), sqliteColumn('value', 'TEXT', notNull)], { primaryKey: key(['key']) }), ['key: primary key (text)', '|']],
    ['a rowid', tableOf('albums', [sqliteColumn('AlbumId', 'INTEGER', rowid), sqliteColumn('Title', 'TEXT', notNull)], { primaryKey: key(['AlbumId']), uniques: [key(['Title'])] }), ['Title: NOT NULL unique key', '| AlbumId']],
    ['an integer key in SQLite that is no rowid', tableOf('t', [sqliteColumn('id', 'INT', notNull), sqliteColumn('name', 'TEXT', notNull)], { ...byId, uniques: [key(['name'])] }), ['name: NOT NULL unique key', '| id']],
    ['lines of an order', tableOf('lines', [int('order_id', notNull), int('line_no', notNull)], { primaryKey: key(['order_id', 'line_no']), references: [referenceOf(['order_id'], 'orders', ['id'])] }), ['order_id, line_no: primary key (reference to orders, integer)', '|']],
    ['one to one', tableOf('user_profile', [int('user_id', notNull), text('nick', notNull)], { primaryKey: key(['user_id']), uniques: [key(['nick'])], references: [referenceOf(['user_id'], 'users', ['id'])] }), ['user_id: primary key (reference to users)', '|']],
    ['one to one, numbered by the database all the same', tableOf('user_profile', [int('user_id', serial)], { primaryKey: key(['user_id']), references: [referenceOf(['user_id'], 'users', ['id'])] }), ['user_id: primary key (reference to users)', '|']],
    ['hashes', tableOf('blobs', [postgresqlColumn('sha256', 'bytea', 'bytes', notNull)], { primaryKey: key(['sha256']) }), ['sha256: primary key (bytes)', '|']],
    ['a day and a place', tableOf('weather', [postgresqlColumn('day', 'date', 'date', notNull), text('city', notNull)], { primaryKey: key(['day', 'city']) }), ['day, city: primary key (date, text)', '|']],
    ['a type without a family', tableOf('t', [sqliteColumn('code', 'DECIMAL(10,2)', notNull)], { primaryKey: key(['code']) }), ['code: primary key (decimal(10,2))', '|']],
    ['no key at all', tableOf('log', [text('line')]), ['|']],
  ])('%s', (_, table, expected) => {
    expect(identity(table)).toEqual(expected)
  })
})

describe('unique keys', () => {
  const columns = [int('id', serial), text('a', notNull), text('b', notNull), text('c', notNull), text('n')]
  test('are tried from the fewest columns on, then as declared, each set of columns once', () => {
    const uniques = [key(['b', 'a'], { name: 'u1' }), key(['c'], { name: 'u2' }), key(['a', 'b'], { name: 'u3' }), key(['a'], { name: 'u4' })]
    expect(identity(tableOf('t', columns, { ...byId, uniques }))).toEqual(['c: NOT NULL unique key u2', 'a: NOT NULL unique key u4', 'b, a: NOT NULL unique key u1', '| id'])
  })

  test('may hold NULL where NULLs are not distinct', () => {
    expect(identity(tableOf('t', columns, { ...byId, uniques: [key(['a', 'n'], { name: 'u', nullsNotDistinct: true })] }))).toEqual(['a, n: NULLS NOT DISTINCT unique key u', '| id'])
  })

  test('with a number of this database are none', () => {
    const uniques = [key(['id', 'a']), key(['seq'])]
    expect(identity(tableOf('t', [...columns, int('seq', serial)], { ...byId, uniques }))).toEqual(['id: primary key, for want of another key', '| seq'])
  })

  test('with a boolean or a reference are some', () => {
    const table = tableOf('t', [int('id', serial), postgresqlColumn('main', 'boolean', 'boolean', notNull), int('user_id', notNull)], {
      ...byId, uniques: [key(['user_id', 'main'])], references: [referenceOf(['user_id'], 'users', ['id'])],
    })
    expect(identity(table)).toEqual(['user_id, main: NOT NULL unique key', '| id'])
  })

  test('stand in for a primary key that is missing, even with numbers', () => {
    expect(identity(tableOf('t', [int('seq', serial), text('x')], { uniques: [key(['seq'], { name: 'u' })] }))).toEqual(['seq: NOT NULL unique key u, for want of another key', '|'])
    expect(identity(tableOf('t', [int('seq', { ...serial, nullable: true }), text('x')], { uniques: [key(['seq'])] }))).toEqual(['|'])
  })

  test('name no column twice', () => {
    expect(identity(tableOf('t', columns, { ...byId, uniques: [key(['a', 'a'])] }))).toEqual(['a: NOT NULL unique key', '| id'])
  })
})

describe('primary keys', () => {
  test('of several columns hold a surrogate where the database numbers one of them', () => {
    const table = tableOf('t', [int('tenant_id', notNull), int('id', serial), text('slug', notNull)], {
      primaryKey: key(['tenant_id', 'id']), uniques: [key(['tenant_id', 'slug'])], references: [referenceOf(['tenant_id'], 'tenants', ['id'])],
    })
    expect(identity(table)).toEqual(['tenant_id, slug: NOT NULL unique key', '| id'])
    expect(identity({ ...table, uniques: [] })).toEqual(['tenant_id, id: primary key, for want of another key', '|'])
  })

  test('that are generated are neither rules nor surrogates', () => {
    const table = tableOf('t', [text('id', { nullable: false, generated }), text('a', notNull)], { ...byId, uniques: [key(['a'])] })
    expect(identity(table)).toEqual(['a: NOT NULL unique key', '|'])
    expect(identity({ ...table, uniques: [] })).toEqual(['|'])
  })

  test('refer also where only a profile says so', () => {
    const table = tableOf('t', [int('user_id', notNull), text('a', notNull)], { primaryKey: key(['user_id']), uniques: [key(['a'])] })
    expect(identity(table)).toEqual(['a: NOT NULL unique key', '| user_id'])
    expect(identity(table, { references: [declaredReference(['user_id'], 'users')] })).toEqual(['user_id: primary key (reference to users)', '|'])
    expect(identity(table, { references: [declaredReference(['user_id'], 'users', { place: { kind: 'inside', path: ['*'] } })] })).toEqual(['a: NOT NULL unique key', '| user_id'])
  })
})

describe('what is declared', () => {
  const users = tableOf('users', [int('id', serial), text('email', notNull), text('name')], { ...byId, uniques: [key(['email'])] })
  const lines = tableOf('lines', [int('order_id', notNull), int('line_no', notNull), int('article', notNull)], { primaryKey: key(['order_id', 'line_no']), references: [referenceOf(['order_id'], 'orders', ['id'])] })

  test('counts alone, in its order', () => {
    expect(identity(users, { declared: { rules: [['name'], ['id']], by: '--match' } })).toEqual(['name: declared by --match', 'id: declared by --match', '| id'])
    expect(inferIdentity(users, { declared: { rules: [['name']], by: 'profile shop' }, references: [] }).rules).toEqual([{ columns: ['name'], origin: 'declared', because: 'declared by profile shop' }])
  })

  test('leaves no surrogate where it is the primary key', () => {
    expect(identity(users, { declared: { rules: [['id']], by: '--match' } })).toEqual(['id: declared by --match', '|'])
    expect(identity(lines, { declared: { rules: [['line_no', 'order_id', 'line_no']], by: '--match' } })).toEqual(['line_no, order_id: declared by --match', '|'])
  })

  test('makes surrogates of the rest of the primary key, but for references', () => {
    expect(identity(lines, { declared: { rules: [['order_id', 'article']], by: '--match' } })).toEqual(['order_id, article: declared by --match', '| line_no'])
    expect(identity(lines, { declared: { rules: [['article']], by: '--match' } })).toEqual(['article: declared by --match', '| line_no'])
  })

  test('that is nothing is not declared', () => {
    expect(identity(users, { declared: { rules: [], by: '--match' } })).toEqual(['email: NOT NULL unique key', '| id'])
  })
})

const NAMES = ['a', 'b', 'c', 'd', 'absent'] as const
const someNames = fc.array(fc.constantFrom(...NAMES), { maxLength: 3 })
const someKey = fc.record({ name: fc.constantFrom(null, 'k'), columns: someNames, deferrability: fc.constant('not-deferrable' as const), nullsNotDistinct: fc.boolean() })
const someIdentity = fc.constantFrom<Identity | null>(null, null, { kind: 'rowid', autoincrement: true }, { kind: 'serial', sequence: 's' }, { kind: 'always', sequence: 's' })
const someTable = fc
  .record({
    columns: fc.array(
      fc.record({ family: fc.constantFrom<ScalarFamily>('integer', 'text', 'uuid', 'boolean', 'any'), nullable: fc.boolean(), identity: someIdentity, generated: fc.constantFrom(null, null, generated) }),
      { maxLength: 4 },
    ),
    primaryKey: fc.option(someKey),
    uniques: fc.array(someKey, { maxLength: 4 }),
    references: fc.array(someNames.map((columns) => referenceOf(columns, 'p', columns)), { maxLength: 2 }),
  })
  .map(({ columns, ...more }) => tableOf('t', columns.map(({ family, ...column }, index) => columnOf(NAMES[index]!, { declared: family, encoding: { family }, dynamic: false }, column)), more))

test('of any table: rules name columns that are there, are not generated, once; surrogates are compared by no rule or not by all', () => {
  fc.assert(
    fc.property(someTable, fc.array(someNames.map((columns) => declaredReference(columns, 'p')), { maxLength: 2 }), (table, references) => {
      const { rules, surrogates } = inferIdentity(table, { references })
      const stored = table.columns.filter((column) => column.generated === null).map(({ name }) => name)
      for (const { columns } of rules) {
        expect(columns.length).toBeGreaterThan(0)
        expect(new Set(columns).size).toBe(columns.length)
        expect(columns.filter((name) => !stored.includes(name))).toEqual([])
      }
      const referring = new Set([...table.references, ...references].flatMap(({ columns }) => columns))
      const inKeys = new Set([...(table.primaryKey?.columns ?? []), ...table.uniques.flatMap(({ columns }) => columns)])
      for (const name of surrogates) {
        expect(stored).toContain(name)
        expect(inKeys).toContain(name)
        expect(referring).not.toContain(name)
        expect(rules.some(({ columns }) => !columns.includes(name))).toBe(true)
      }
    }),
  )
})
