import { expect, test } from 'vitest'
import { postgresqlColumn, sqliteColumn } from '../../test/schema/tables.js'
import type { ScalarFamily } from '../schema/column-type.js'
import type { Column } from '../schema/schema.js'
import type { CellValue } from './cell-value.js'
import { keyCell } from './key-cell.js'
import { keyText } from './key-text.js'

const fixed = (family: ScalarFamily): Column => postgresqlColumn('k', family, family)
const array = postgresqlColumn('k', 'x[]', { family: 'array', element: { family: 'integer' }, delimiter: ',' })

test.each<readonly [CellValue, Column, string | null]>([
  [null, fixed('integer'), null],
  [5n, fixed('integer'), '5'],
  ['5.00', fixed('integer'), '5'],
  ['5.5', fixed('integer'), null],
  [1.5, fixed('real'), '1.5'],
  ['1e400', fixed('real'), '1e400'],
  ['x', fixed('real'), null],
  ['1.50', fixed('decimal'), '"1.50"'],
  ['NaN', fixed('decimal'), null],
  [true, fixed('boolean'), 'true'],
  ['t', fixed('boolean'), null],
  ['x', fixed('date'), '"x"'],
  ['x', fixed('bytes'), null],
  [1n, array, null],
  [Buffer.from([0, 255]), fixed('bytes'), '"00ff"'],
  [Buffer.from([0, 255]), fixed('text'), null],
])('%s as a key of PostgreSQL: %#', (value, column, cell) => {
  expect(keyCell(value, column)).toBe(cell)
})

test.each<readonly [CellValue, string, string | null]>([
  [true, 'INTEGER', '1'],
  [false, 'TEXT', '"0"'],
  [2n ** 62n, 'INTEGER', '"4611686018427387904"'],
  [2n ** 62n, 'REAL', '{"$integer":"4611686018427387904"}'],
  [2.5, 'TEXT', '"2.5"'],
  [2, 'TEXT', '"2.0"'],
  [1e21, 'REAL', '1e+21'],
  [2, 'INTEGER', '2'],
  [Infinity, 'REAL', null],
  ['1e999', 'REAL', '"1e999"'],
  ['2.5', 'REAL', '2.5'],
  [Buffer.from([255]), 'INTEGER', '{"$bytes":"ff"}'],
  [Buffer.from([255]), 'BLOB', '"ff"'],
])('%s as a key of a column that SQLite declares %s', (value, declared, cell) => {
  expect(keyCell(value, sqliteColumn('k', declared))).toBe(cell)
})

test.each<readonly [CellValue, Column, string | null]>([
  [null, fixed('text'), null],
  ['a"b', fixed('text'), 'a"b'],
  [5n, fixed('integer'), '5'],
  [2n ** 62n, sqliteColumn('k', 'REAL'), '4611686018427387904'],
  ['x', sqliteColumn('k', 'INTEGER'), 'x'],
])('the text of the key %s is without quotes and tags: %#', (value, column, text) => {
  expect(keyText(value, column)).toBe(text)
})
