import { expect, test } from 'vitest'
import { sqliteColumnType } from './affinity.js'
import type { Encoding, ScalarFamily } from './column-type.js'
import { typeFit, type TypeFit, type TypeSide } from './type-fit.js'

const postgresql = (declared: string, encoding: ScalarFamily | Encoding): TypeSide => ({
  engine: 'postgresql',
  type: { declared, encoding: typeof encoding === 'string' ? { family: encoding } : encoding, dynamic: false },
  strict: false,
})
const sqlite = (declared: string, strict = false): TypeSide => ({ engine: 'sqlite', type: sqliteColumnType(declared), strict })

test.each<readonly [string, TypeSide, string, TypeFit]>([
  ['an integer', postgresql('integer', 'integer'), 'INTEGER', 'same'],
  ['a boolean', postgresql('boolean', 'boolean'), 'INT', 'same'],
  ['a blob', postgresql('bytea', 'bytes'), 'INTEGER', 'never'],
  ['a text', postgresql('text', 'text'), 'INTEGER', 'checked'],
  ['a float', postgresql('real', 'real'), 'REAL', 'same'],
  ['an integer', postgresql('integer', 'integer'), 'REAL', 'checked'],
  ['a text', postgresql('text', 'text'), 'REAL', 'checked'],
  ['a date', postgresql('date', 'date'), 'REAL', 'never'],
  ['a blob', postgresql('bytea', 'bytes'), 'BLOB', 'same'],
  ['a text', postgresql('text', 'text'), 'BLOB', 'never'],
  ['a date', postgresql('date', 'date'), 'TEXT', 'same'],
  ['an integer', postgresql('integer', 'integer'), 'TEXT', 'checked'],
  ['a blob', postgresql('bytea', 'bytes'), 'TEXT', 'never'],
  ['anything', sqlite(''), 'INTEGER', 'checked'],
  ['an integer of a table that binds nothing', sqlite('INT'), 'INTEGER', 'checked'],
  ['a text', postgresql('text', 'text'), 'ANY', 'same'],
])('%s into a strict column: %#', (_, source, declared, fit) => {
  expect(typeFit(source, sqlite(declared, true))).toBe(fit)
})

test.each<readonly [TypeSide, string, TypeFit]>([
  [postgresql('integer', 'integer'), 'NUMERIC', 'same'],
  [postgresql('integer', 'integer'), 'TEXT', 'checked'],
  [postgresql('double precision', 'real'), 'REAL', 'same'],
  [postgresql('double precision', 'real'), 'TEXT', 'checked'],
  [postgresql('bytea', 'bytes'), 'TEXT', 'same'],
  [postgresql('date', 'date'), 'TEXT', 'same'],
  [postgresql('date', 'date'), 'INTEGER', 'checked'],
  [postgresql('date', 'date'), 'BLOB', 'same'],
  [sqlite(''), 'INTEGER', 'checked'],
])('into a column of SQLite that binds nothing: %#', (source, declared, fit) => {
  expect(typeFit(source, sqlite(declared))).toBe(fit)
})

const composite = (...fields: readonly (readonly [string, ScalarFamily])[]): Encoding => ({ family: 'composite', fields: fields.map(([name, family]) => ({ name, encoding: { family } })) })
const array = (family: ScalarFamily): Encoding => ({ family: 'array', element: { family }, delimiter: ',' })

test.each<readonly [string, TypeSide, TypeSide, TypeFit]>([
  ['composites with as many fields', postgresql('a', composite(['x', 'bytes'])), postgresql('b', composite(['x', 'bytes'])), 'same'],
  ['a field that narrows', postgresql('a', composite(['x', 'bytes'], ['y', 'integer'])), postgresql('b', composite(['x', 'bytes'], ['y', 'integer'])), 'checked'],
  ['a field of another type', postgresql('a', composite(['x', 'integer'])), postgresql('b', composite(['x', 'boolean'])), 'never'],
  ['a field of another name', postgresql('a', composite(['x', 'bytes'])), postgresql('b', composite(['y', 'bytes'])), 'never'],
  ['a field more', postgresql('a', composite(['x', 'bytes'])), postgresql('b', composite(['x', 'bytes'], ['y', 'bytes'])), 'never'],
  ['arrays by their elements', postgresql('integer[]', array('integer')), postgresql('text[]', array('text')), 'never'],
  ['a wider array', postgresql('integer[]', array('integer')), postgresql('bigint[]', array('integer')), 'same'],
  ['a number for a flag', postgresql('integer', 'integer'), postgresql('boolean', 'boolean'), 'never'],
  ['a text for a number', postgresql('text', 'text'), postgresql('integer', 'integer'), 'never'],
  ['a number for a text', postgresql('integer', 'integer'), postgresql('text', 'text'), 'never'],
  ['padded text for text', postgresql('character(3)', 'text'), postgresql('text', 'text'), 'checked'],
  ['a wider integer', postgresql('integer', 'integer'), postgresql('bigint', 'integer'), 'same'],
  ['a date for a uuid', postgresql('date', 'date'), postgresql('uuid', 'uuid'), 'never'],
])('between two columns of PostgreSQL, %s', (_, source, target, fit) => {
  expect(typeFit(source, target)).toBe(fit)
})
