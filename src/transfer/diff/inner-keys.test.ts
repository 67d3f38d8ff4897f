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
