import { expect, test } from 'vitest'
import { keyOf, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import { rowKey } from './row-key.js'

const table = tableOf('t', [sqliteColumn('id', 'TEXT'), sqliteColumn('n', 'INTEGER')], { primaryKey: keyOf('id') })

test('a row is named by its primary key, cut where that is long, and not at all where it has none', () => {
  expect(rowKey(table, Buffer.from('{"id":"a","n":1}'))).toEqual({ key: 'id="a"' })
  expect(rowKey(table, Buffer.from(`{"id":"${'x'.repeat(5_000)}","n":1}`)).key?.length).toBeLessThan(300)
  expect(rowKey({ ...table, primaryKey: null }, Buffer.from('{"id":"a","n":1}'))).toEqual({})
  expect(rowKey(table, Buffer.from('{"other":1}'))).toEqual({})
})
