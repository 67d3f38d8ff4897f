import { expect, test } from 'vitest'
import { referenceOf, schemaOf, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import { keyStore } from './key-store.js'
import { waitingKeys } from './waiting-keys.js'
import type { Table } from '../schema/schema.js'
import { referenceCheck } from './check-references.js'

function broken(tables: Table[], rows: Record<string, string[]>): [string, number, number[]][] {
  const check = referenceCheck(schemaOf('sqlite', tables))
  try {
    for (const table of tables) for (const line of rows[table.id] ?? []) check.add(table, Buffer.from(`${line}\n`))
    return check.broken().map(({ table, values, examples }) => [table, values, examples.map(({ row }) => row)])
  } finally {
    check.close()
  }
}

const id = sqliteColumn('id', 'INTEGER')
const parent = tableOf('parent', [id, sqliteColumn('code', 'TEXT', { collation: 'NOCASE' })])

test('references that lead nowhere are found with their rows, NULL refers to nothing', () => {
  const child = tableOf('child', [id, sqliteColumn('up', 'INTEGER')], { references: [referenceOf(['up'], 'parent', ['id'])] })
  const rows = { parent: ['{"id":1,"code":"a"}'], child: ['{"id":1,"up":1}', '{"id":2,"up":7}', '{"id":3,"up":null}', '{"id":4,"up":7}', '{"id":5,"up":8}'] }
  expect(broken([parent, child], rows)).toEqual([['child', 2, [2, 5]]])
})

test('children before parents, self references and composite keys resolve', () => {
  const tree = tableOf('tree', [id, sqliteColumn('up', '')], { references: [referenceOf(['up'], 'tree', ['id'])] })
  const pair = tableOf('pair', [id, sqliteColumn('code', 'TEXT')], { references: [referenceOf(['id', 'code'], 'parent', ['id', 'code'])] })
  const rows = {
    tree: ['{"id":1,"up":2}', '{"id":2,"up":"1"}', '{"id":3,"up":4}'],
    pair: ['{"id":1,"code":"A"}', '{"id":1,"code":"b"}', '{"id":null,"code":"zzz"}'],
    parent: ['{"id":1,"code":"a"}'],
  }
  expect(broken([tree, pair, parent], rows)).toEqual([
    ['tree', 1, [3]],
    ['pair', 1, [2]],
  ])
})

test('a reference to a table that is not in the archive is not judged', () => {
  const child = tableOf('child', [id], { references: [referenceOf(['id'], 'elsewhere', ['id'])] })
  expect(broken([child], { child: ['{"id":1}'] })).toEqual([])
})

test('keys that outgrow memory go on in a file with the same answers', () => {
  const keys = keyStore(3)
  const waiting = waitingKeys(3)
  for (let key = 0; key < 10; key += 1) {
    keys.add(key % 2, String(key))
    keys.add(key % 2, String(key))
    waiting.add(key, 'k', 'v', key)
  }
  for (let key = 0; key < 12; key += 1) expect([key, keys.has(0, String(key))]).toEqual([key, key < 10 && key % 2 === 0])
  const left: number[] = []
  waiting.leave((id) => left.push(id))
  expect(left).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  keys.close()
  waiting.close()
})
