import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { affinityOf, sqliteColumnType, type Affinity } from './affinity.js'

/** What SQLite itself makes of the declaration, told by what it does to values. */
function observed(declared: string, strict: boolean): Affinity {
  const database = new Database(':memory:')
  try {
    database.exec(`CREATE TABLE t (v ${declared})${strict ? ' STRICT' : ''}`)
    const typed = (value: unknown): string => database.prepare('INSERT INTO t VALUES (?) RETURNING typeof(v)').pluck().get(value) as string
    if (typed('1') === 'text') return typed(1.5) === 'text' ? 'text' : 'blob'
    if (typed(5n) === 'real') return 'real'
    database.exec('CREATE TABLE u AS SELECT v FROM t')
    const [column] = database.pragma('table_info(u)') as { type: string }[]
    return column?.type === 'INT' ? 'integer' : 'numeric'
  } finally {
    database.close()
  }
}

test('affinities are those of SQLite', () => {
  const words = fc.constantFrom('INT', 'int8', 'CHAR', 'CLOB', 'TEXT', 'BLOB', 'REAL', 'FLOAT', 'DOUBLE', 'NUMERIC', 'DATE', 'BOOLEAN', 'POINT', 'INTERVAL', 'XYZ', 'CHARINT', 'STRING', 'ANY')
  fc.assert(
    fc.property(fc.array(words, { maxLength: 3 }), fc.constantFrom('', '(10)', '(10,2)'), (parts, length) => {
      const declared = parts.length === 0 ? '' : parts.join(' ') + length
      expect(affinityOf(declared)).toBe(observed(declared, false))
    }),
  )
})

test('ANY in a STRICT table converts nothing', () => {
  expect([affinityOf('ANY', true), observed('ANY', true), affinityOf('ANY')]).toEqual(['blob', 'blob', 'numeric'])
})

test.each([
  ['INTEGER', 'integer'],
  ['NVARCHAR(160)', 'text'],
  ['FLOAT4', 'real'],
  ['BLOB', 'bytes'],
  ['', 'any'],
  ['DATETIME', 'any'],
  ['TEXT NUMERIC(10,2)', 'text'],
])('%s has the family %s', (declared, family) => {
  expect(sqliteColumnType(declared)).toEqual({ declared, encoding: { family }, dynamic: true })
})
