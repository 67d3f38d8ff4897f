import { expect, test } from 'vitest'
import { postgresqlColumn, sqliteColumn } from '../../test/schema/tables.js'
import type { ReferencePlace } from '../schema/declared-reference.js'
import type { Encoding } from '../schema/column-type.js'
import type { Column } from '../schema/schema.js'
import { parseExactJson, numberText } from './exact-json.js'
import { keysReferred } from './referred-keys.js'

const int = sqliteColumn('id', 'INTEGER')
const text = sqliteColumn('code', 'TEXT')
const COLUMNS: ReferencePlace = { kind: 'columns' }
const inside = (...path: string[]): ReferencePlace => ({ kind: 'inside', path })

function keys(column: Column, target: Column, place: ReferencePlace, cell: string): string[] {
  return keysReferred({ columns: [column], targets: [target], place, when: null })([cell]).map(([key]) => key!)
}

test('a key takes the form of the column referred to, whatever class its value has', () => {
  const forms: [Column, Column, string, string[]][] = [
    [int, int, '5', ['5']],
    [int, text, '5', ['"5"']],
    [text, int, '"5"', ['5']],
    [text, int, '"9007199254740993"', ['"9007199254740993"']],
    [text, int, '"99999999999999999999"', ['{"$text":"99999999999999999999"}']],
    [text, int, '"05"', ['5']],
    [text, int, '" +7 "', ['7']],
    [text, int, '"2.50"', ['2.5']],
    [text, int, '"1e1"', ['10']],
    [text, sqliteColumn('n', 'NUMERIC'), '"-0.5"', ['-0.5']],
    [text, int, '"0x10"', ['{"$text":"0x10"}']],
    [text, int, '"x"', ['{"$text":"x"}']],
    [text, int, '{"$bytes":"00ff"}', ['{"$bytes":"00ff"}']],
    [sqliteColumn('r', 'REAL'), int, '5.0', ['5']],
    [sqliteColumn('r', 'REAL'), text, '2.5', ['"2.5"']],
    [text, sqliteColumn('b', 'BLOB'), '"a"', ['{"$text":"a"}']],
    [text, sqliteColumn('n', ''), '"5"', ['"5"']],
    [text, sqliteColumn('n', 'NUMERIC'), '"5"', ['5']],
    [postgresqlColumn('a', 'integer', 'integer'), postgresqlColumn('b', 'numeric', 'decimal'), '5', ['"5"']],
    [postgresqlColumn('a', 'numeric', 'decimal'), postgresqlColumn('b', 'bigint', 'integer'), '"9007199254740993.00"', ['"9007199254740993"']],
    [postgresqlColumn('a', 'numeric', 'decimal'), postgresqlColumn('b', 'bigint', 'integer'), '"1.5"', []],
    [postgresqlColumn('a', 'text', 'text'), postgresqlColumn('b', 'uuid', 'uuid'), '"ABCDEF00-0000-4000-8000-000000000000"', ['"abcdef00-0000-4000-8000-000000000000"']],
    [postgresqlColumn('a', 'text', 'text'), postgresqlColumn('b', 'boolean', 'boolean'), '"maybe"', []],
    [int, int, 'null', []],
  ]
  for (const [from, to, cell, expected] of forms) expect([from.type.declared, to.type.declared, keys(from, to, COLUMNS, cell)]).toEqual([from.type.declared, to.type.declared, expected])
})

test('a composite key with a NULL refers to nothing, and each part keeps its place', () => {
  const read = keysReferred({ columns: [int, text], targets: [int, text], place: COLUMNS, when: null })
  expect(read(['1', '"a"'])).toEqual([['1', '"a"']])
  expect(read(['1', 'null'])).toEqual([])
})

test('a polymorphic reference counts only where the type column says so', () => {
  const read = keysReferred({ columns: [int], targets: [int], place: COLUMNS, when: { column: 'type', value: 'user', type: text.type } })
  expect(read(['7', '"user"'])).toEqual([['7']])
  expect(read(['7', '"User"'])).toEqual([])
  expect(read(['7', 'null'])).toEqual([])
  const byNumber = keysReferred({ columns: [int], targets: [int], place: COLUMNS, when: { column: 'type', value: '2', type: int.type } })
  expect(byNumber(['7', '2'])).toEqual([['7']])
})

test('keys inside JSON are found by their path, with all their digits', () => {
  const json = (document: unknown): string => JSON.stringify(typeof document === 'string' ? document : JSON.stringify(document))
  expect(keys(text, int, inside('*'), json([4, '8', null, true, [15]]))).toEqual(['4', '8'])
  expect(keys(text, int, inside('*'), json('[ 9007199254740993, -1, 1.5, 99999999999999999999 ]'))).toEqual(['"9007199254740993"', '-1', '1.5', '{"$text":"99999999999999999999"}'])
  expect(keys(text, text, inside('*', 'user', 'id'), json([{ user: { id: 'a' } }, { user: null }, { user: { id: 12 } }, 5]))).toEqual(['"a"', '"12"'])
  expect(keys(text, int, inside('a', '*', '*'), json({ a: [[1, 2], [3]] }))).toEqual(['1', '2', '3'])
  expect(keys(text, text, inside(), json('"4: 5"'))).toEqual(['"4: 5"'])
  for (const nothing of ['', 'no JSON', '{"a":', '7']) expect(keys(text, int, inside('*'), json(nothing))).toEqual([])
  expect(keys(text, int, inside('toString'), json({}))).toEqual([])
  expect(keys(postgresqlColumn('j', 'jsonb', 'json'), postgresqlColumn('id', 'bigint', 'integer'), inside('ids', '*'), json('{"ids": [9007199254740993, "x", 2]}'))).toEqual(['"9007199254740993"', '2'])
})

test('keys inside arrays and composites of PostgreSQL are found, in every dimension', () => {
  const id = postgresqlColumn('id', 'bigint', 'integer')
  const array = (element: Encoding): Column => postgresqlColumn('a', 'x[]', { family: 'array', element, delimiter: ',' })
  const numbers = array({ family: 'integer' })
  expect(keys(numbers, id, inside('*'), '[4,null,"9007199254740993"]')).toEqual(['4', '"9007199254740993"'])
  expect(keys(numbers, id, inside('*'), '[[1,2],[3,null]]')).toEqual(['1', '2', '3'])
  expect(keys(numbers, id, inside('*'), '"[0:1]={5,NULL}"')).toEqual(['5'])
  expect(keys(array({ family: 'text' }), postgresqlColumn('c', 'text', 'text'), inside('*'), JSON.stringify('[2:4]={"a \\"b\\", c",d,NULL}'))).toEqual(['"a \\"b\\", c"', '"d"'])
  expect(keys(array({ family: 'json' }), id, inside('*', 'id'), JSON.stringify(['{"id":1}', '{"id":"2"}', '3']))).toEqual(['1', '2'])
  const pair: Encoding = { family: 'composite', fields: [{ name: 'owner', encoding: { family: 'integer' } }, { name: 'more', encoding: { family: 'json' } }] }
  expect(keys(array(pair), id, inside('*', 'owner'), '[{"owner":1,"more":null},null,{"owner":"9007199254740993","more":null}]')).toEqual(['1', '"9007199254740993"'])
  expect(keys(array(pair), id, inside('*', 'more', 'x', '*'), JSON.stringify([{ owner: null, more: '{"x":[7]}' }]))).toEqual(['7'])
})

test('a text of keys is cut at its separator, blanks are no part of a key', () => {
  const list: ReferencePlace = { kind: 'list', separator: ',' }
  expect(keys(text, int, list, '" 4,8 ,,15, x"')).toEqual(['4', '8', '15', '{"$text":"x"}'])
  expect(keys(text, text, list, '"a, b"')).toEqual(['"a"', '"b"'])
  expect(keys(int, int, list, '5')).toEqual(['5'])
  expect(keys(text, sqliteColumn('n', ''), list, '"5,a"')).toEqual(['5', '"a"'])
  expect(keys(text, int, list, '""')).toEqual([])
})

test('numbers of JSON keep their text, also beside strings that look like them', () => {
  const [one, two, three] = parseExactJson('[1e400, "12 \\" 3", 0.10]') as [unknown, unknown, unknown]
  expect([numberText(one), numberText(two), two, numberText(three)]).toEqual(['1e400', null, '12 " 3', '0.10'])
  expect(parseExactJson('[01]')).toBeUndefined()
})
