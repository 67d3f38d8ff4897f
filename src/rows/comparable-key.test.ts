import { expect, test } from 'vitest'
import { postgresqlColumn, sqliteColumn } from '../../test/schema/tables.js'
import type { Column } from '../schema/schema.js'
import { comparableKey } from './comparable-key.js'

const decimal = postgresqlColumn('k', 'numeric', 'decimal')
const text = postgresqlColumn('k', 'text', 'text')

test.each<readonly [Column, string, string]>([
  [decimal, '"10.00"', '"10"'],
  [decimal, '"1.50"', '"1.5"'],
  [sqliteColumn('k', ''), '5.0', '5'],
  [postgresqlColumn('k', 'public.citext', 'text'), '"ÄB"', '"äb"'],
  [sqliteColumn('k', 'TEXT', { collation: 'NOCASE' }), '"AB"', '"ab"'],
  [sqliteColumn('k', 'INTEGER'), '{"$integer":"9007199254740993"}', '"9007199254740993"'],
])('%# of one column: %s and %s are one key', (column, one, other) => {
  expect(comparableKey([one], [column])).toBe(comparableKey([other], [column]))
})

test.each<readonly [Column, string, string]>([
  [text, '"1.50"', '"1.5"'],
  [text, '"AB"', '"ab"'],
  [sqliteColumn('k', 'TEXT', { collation: 'NOCASE' }), '"Ä"', '"ä"'],
  [postgresqlColumn('k', 'pair', { family: 'composite', fields: [] }), '{"a":"1"}', '{"b":"1"}'],
])('%# of one column: %s and %s are two keys', (column, one, other) => {
  expect(comparableKey([one], [column])).not.toBe(comparableKey([other], [column]))
})

test('a key with a NULL in it is no key; the parts of a longer one are kept apart', () => {
  expect(comparableKey(['1', 'null'], [text, text])).toBeNull()
  expect(comparableKey(['"a"', '"b,c"'], [text, text])).not.toBe(comparableKey(['"a,b"', '"c"'], [text, text]))
})
