import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { identifiedBy, importTable, tableIn } from '../../../../test/sqlite/importing.js'
import { introspect } from '../introspect.js'
import { uniqueKeys, type UniqueKeys } from './unique-keys.js'

function keysOf(ddl: string, rules: readonly (readonly string[])[] = [], surrogates: readonly string[] = []): UniqueKeys {
  const db = new Database(':memory:')
  db.exec(ddl)
  const table = tableIn(introspect(db), 't')
  return uniqueKeys(db, importTable(table, table, { identity: identifiedBy(rules, surrogates) }))
}

test.each<[string, string[], boolean]>([
  ['id INTEGER PRIMARY KEY, a', ['id'], true],
  ['id INTEGER PRIMARY KEY, a', ['a', 'id'], true],
  ['id INTEGER PRIMARY KEY, a', ['a'], false],
  ['a NOT NULL, b NOT NULL, UNIQUE (a, b)', ['b', 'a'], true],
  ['a NOT NULL, b NOT NULL, UNIQUE (a, b)', ['a'], false],
  ['a NOT NULL UNIQUE, b', ['A'], true],
  ['a TEXT PRIMARY KEY, b', ['a'], true],
  ['a TEXT NOT NULL COLLATE NOCASE UNIQUE', ['a'], true],
])('of (%s) the columns %j are a key: %s', (columns, names, key) => {
  expect(keysOf(`CREATE TABLE t (${columns})`).isKey(names)).toBe(key)
})

test('a key that may hold NULL is one only as long as no row does', () => {
  expect(keysOf(`CREATE TABLE t (a UNIQUE, b); INSERT INTO t VALUES (1, 1)`).isKey(['a'])).toBe(true)
  expect(keysOf(`CREATE TABLE t (a UNIQUE, b); INSERT INTO t VALUES (1, 1), (NULL, 2)`).isKey(['a'])).toBe(false)
})

test('indexes with a condition, over expressions, or not unique are no keys', () => {
  for (const index of ['UNIQUE INDEX i ON t (a) WHERE a > 5', 'UNIQUE INDEX i ON t (a, lower(b))', 'INDEX i ON t (a)']) {
    expect(keysOf(`CREATE TABLE t (a NOT NULL, b NOT NULL); CREATE ${index}`).isKey(['a'])).toBe(false)
  }
})

test('values compare as the index over just these columns has it, else as the column', () => {
  const ddl = `CREATE TABLE t (a TEXT NOT NULL, b TEXT COLLATE RTRIM, c TEXT NOT NULL UNIQUE); CREATE UNIQUE INDEX i ON t (a COLLATE NOCASE); CREATE UNIQUE INDEX j ON t (c COLLATE NOCASE)`
  expect(keysOf(ddl, [['a']]).collation('a').text).toBe('"NOCASE"')
  expect(keysOf(ddl, [['a', 'b']]).collation('a').text).toBe('"BINARY"')
  expect(keysOf(ddl, [['a', 'b']]).collation('b').text).toBe('"RTRIM"')
  // Where two differ, what one of them calls equal is equal.
  expect(keysOf(ddl, [['c']]).collation('c').text).toBe('"NOCASE"')
})

test('an index that calls less equal than the comparison does is no key for it', () => {
  const ddl = `CREATE TABLE t (a TEXT COLLATE NOCASE NOT NULL, b TEXT NOT NULL); CREATE UNIQUE INDEX i ON t (a COLLATE BINARY, b); CREATE UNIQUE INDEX j ON t (b COLLATE NOCASE)`
  expect(keysOf(ddl).isKey(['a', 'b'])).toBe(true)
  expect(keysOf(`CREATE TABLE t (a TEXT COLLATE NOCASE NOT NULL, b NOT NULL); CREATE UNIQUE INDEX i ON t (a COLLATE BINARY)`, [['a', 'b']]).isKey(['a', 'b'])).toBe(false)
})
