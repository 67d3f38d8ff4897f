import { expect, test } from 'vitest'
import { sqliteColumn, tableOf } from '../../../../test/schema/tables.js'
import { sqliteColumnType } from '../../../schema/affinity.js'
import { holding } from './holding.js'

const names = ['id', 'left', 'right', 'note']
const table = (ddl: string | null): ReturnType<typeof tableOf> => tableOf('t', names.map((name) => sqliteColumn(name, '')), { traits: ['virtual'], ddl })
const held = (ddl: string | null): readonly string[] => {
  const virtual = table(ddl)
  return virtual.columns.map((column) => holding(virtual, column))
}

test('an R*Tree takes an id, coordinates and what is beside them; other virtual tables take anything', () => {
  expect(held('CREATE VIRTUAL TABLE t USING rtree(id, left, right, +note)')).toEqual(['rowid', 'float32', 'float32', 'blob'])
  expect(held('CREATE VIRTUAL TABLE t USING rtree_i32(id, left, right, +note)')).toEqual(['rowid', 'int32', 'int32', 'blob'])
  expect(held('CREATE VIRTUAL TABLE t USING fts5(id, left, right, note)')).toEqual(['blob', 'blob', 'blob', 'blob'])
  expect(held(null)).toEqual(['blob', 'blob', 'blob', 'blob'])
})

test('a plain column holds by its affinity, a rowid integers only, a column of a strict table by its type', () => {
  const id = sqliteColumn('id', 'INTEGER', { identity: { kind: 'rowid', autoincrement: false } })
  const text = { ...sqliteColumn('a', 'ANY'), type: sqliteColumnType('ANY') }
  const plain = tableOf('t', [id, text])
  expect([holding(plain, id), holding(plain, text), holding({ ...plain, traits: ['strict'] }, text)]).toEqual(['rowid', 'numeric', 'blob'])
})
