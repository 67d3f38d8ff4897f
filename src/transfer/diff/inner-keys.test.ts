import { expect, test } from 'vitest'
import { postgresqlColumn, sqliteColumn } from '../../../test/schema/tables.js'
import { innerKeys } from './inner-keys.js'

const target = sqliteColumn('id', 'INTEGER')
const inside = (...path: string[]) => ({ target, place: { kind: 'inside' as const, path } })
const text = sqliteColumn('doc', 'TEXT')
const told = (found: ReturnType<typeof innerKeys>): unknown => found?.keys.map((key) => ('cell' in key ? key.cell : `raw ${key.raw}`))

test('keys are taken out of a document, and the rest is its frame', () => {
  const one = innerKeys('"{\\"ids\\": [4, \\"x\\", null], \\"n\\": 4}"', text, [inside('ids', '*')])
  const other = innerKeys('"{\\"ids\\":[5,\\"y\\",null],\\"n\\":4}"', text, [inside('ids', '*')])
  expect([told(one), told(other)]).toEqual([['4', '{"$text":"x"}'], ['5', '{"$text":"y"}']])
  expect(one?.frame).toBe(other?.frame)
  expect(innerKeys('"{\\"ids\\":[5,\\"y\\",null],\\"n\\":5}"', text, [inside('ids', '*')])?.frame).not.toBe(one?.frame)
})

test('several references within one document all leave its frame', () => {
  const references = [inside('a'), inside('b', '*', 'id')]
  const one = innerKeys('"{\\"a\\":1,\\"b\\":[{\\"id\\":2},{\\"id\\":3}]}"', text, references)
  expect(told(one)).toEqual(['1', '2', '3'])
  expect(innerKeys('"{\\"a\\":9,\\"b\\":[{\\"id\\":8},{\\"id\\":7}]}"', text, references)?.frame).toBe(one?.frame)
})

test('nested lists of a document are stepped into one by one, those of an array at once', () => {
  expect(told(innerKeys('"[[1],[2,3]]"', text, [inside('*', '*')]))).toEqual(['1', '2', '3'])
  expect(innerKeys('"[[1],[2,3]]"', text, [inside('*', '*')])?.frame).toBe(innerKeys('"[[9],[9,9]]"', text, [inside('*', '*')])?.frame)
  const array = postgresqlColumn('ids', 'bigint[]', { family: 'array', element: { family: 'integer' }, delimiter: ',' })
  expect(told(innerKeys('[[1,2],[3,4]]', array, [inside('*')]))).toEqual(['1', '2', '3', '4'])
  expect(innerKeys('[[1,2],[3,4]]', array, [inside('*')])?.frame).toBe(innerKeys('[[5,6],[7,8]]', array, [inside('*')])?.frame)
})

test('a list of keys in a text keeps its blanks', () => {
  const list = { target, place: { kind: 'list' as const, separator: ',' } }
  expect(told(innerKeys('"1, 2,,x"', text, [list]))).toEqual(['1', '2', '{"$text":"x"}'])
  expect(innerKeys('"1, 2"', text, [list])?.frame).toBe(innerKeys('"10, 20"', text, [list])?.frame)
  expect(innerKeys('"1, 2"', text, [list])?.frame).not.toBe(innerKeys('"1,2"', text, [list])?.frame)
})

test('what is no document has no keys', () => {
  for (const cell of ['null', '"abc"', '5', '"5"']) expect(innerKeys(cell, text, [inside('*')])).toBeNull()
})

test('an array whose bounds are not 1 is told as a whole', () => {
  const array = postgresqlColumn('ids', 'bigint[]', { family: 'array', element: { family: 'integer' }, delimiter: ',' })
  expect(innerKeys('"[0:1]={1,2}"', array, [inside('*')])).toBeNull()
  expect(innerKeys('{"$bytes":"00"}', sqliteColumn('b', 'BLOB'), [inside('*')])).toBeNull()
})

test('keys inside JSON inside arrays and composites leave their frame too', () => {
  const documents = postgresqlColumn('docs', 'jsonb[]', { family: 'array', element: { family: 'json' }, delimiter: ',' })
  const frame = (cell: string, ...path: string[]): string | undefined => innerKeys(cell, documents, [inside(...path)])?.frame
  expect(told(innerKeys('["{\\"id\\":1}","no JSON",null]', documents, [inside('*', 'id')]))).toEqual(['1'])
  expect(frame('["{\\"id\\":1}","no JSON",null]', '*', 'id')).toBe(frame('["{\\"id\\":2}","no JSON",null]', '*', 'id'))
  const pair = postgresqlColumn('pair', 'pair', { family: 'composite', fields: [{ name: 'id', encoding: { family: 'integer' } }, { name: 'doc', encoding: { family: 'json' } }] })
  const framed = (cell: string, ...path: string[]): string | undefined => innerKeys(cell, pair, [inside(...path)])?.frame
  expect(framed('{"id":1,"doc":null}', 'id')).toBe(framed('{"id":2,"doc":null}', 'id'))
  expect(framed('{"id":1,"doc":"{\\"a\\":[1]}"}', 'doc', 'a', '*')).toBe(framed('{"id":1,"doc":"{\\"a\\":[2]}"}', 'doc', 'a', '*'))
  expect(framed('{"id":1,"doc":null}', 'gone', 'a')).not.toBe(framed('{"id":2,"doc":null}', 'gone', 'a'))
})

test('a path that leads past lists and through what is not there blanks nothing', () => {
  const frame = (json: unknown, ...path: string[]): string | undefined => innerKeys(JSON.stringify(JSON.stringify(json)), text, [inside(...path)])?.frame
  for (const path of [['a'], ['*', 'a'], ['b', '*'], ['b', 'c']]) expect(frame([{ x: 1 }], ...path)).not.toBe(frame([{ x: 2 }], ...path))
  expect(frame({ b: 1 }, 'b', '*')).not.toBe(frame({ b: 2 }, 'b', '*'))
})

test('what is no key of the column referred to is told as it is; digits of a list are numbers where no class is declared', () => {
  const uuid = { target: postgresqlColumn('id', 'bigint', 'integer'), place: { kind: 'list' as const, separator: ',' } }
  expect(told(innerKeys('"1,x"', postgresqlColumn('t', 'text', 'text'), [uuid]))).toEqual(['1', 'raw x'])
  expect(told(innerKeys('"1,01"', text, [{ target: sqliteColumn('id', ''), place: { kind: 'list', separator: ',' } }]))).toEqual(['1', '"01"'])
})
