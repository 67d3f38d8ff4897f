import { expect, test } from 'vitest'
import { keyOf, referenceOf, schemaOf, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import { referenceCheck, type ReferenceCheck } from './check-references.js'

const parent = tableOf('p', [sqliteColumn('id', 'TEXT')], { primaryKey: keyOf('id') })
const child = tableOf('c', [sqliteColumn('n', 'INTEGER'), sqliteColumn('p', 'TEXT')], { references: [referenceOf(['p'], 'p', ['id'])] })
const lines = (values: readonly unknown[]): Buffer => Buffer.from(values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join(''))

function check(work: (check: ReferenceCheck) => void, stubs = false): readonly (readonly [string, number, readonly string[]])[] {
  const references = referenceCheck(schemaOf('sqlite', stubs ? [child] : [parent, child]), stubs ? [parent] : [])
  try {
    work(references)
    return references.broken().map(({ table, values, examples }) => [table, values, examples.map(({ value, row }) => `${value} in row ${row}`)])
  } finally {
    references.close()
  }
}

test('each value that leads nowhere is counted once, and five are shown with the first row that holds them', () => {
  const rows = [1, 2, 3, 4, 5, 6, 7, 7].map((n) => ({ n, p: `gone ${n}` }))
  const found = check((references) => {
    references.add(parent, lines([{ id: 'a' }]))
    references.add(child, lines([{ n: 0, p: 'a' }, { n: 0, p: null }]))
    references.add(child, lines(rows))
  })
  expect(found).toEqual([['c', 7, [3, 4, 5, 6, 7].map((row) => `"gone ${row - 2}" in row ${row}`)]])
})

test('keys of any length are told apart', () => {
  const long = 'x'.repeat(5_000)
  const found = check((references) => {
    references.add(parent, lines([{ id: `${long}a` }]))
    references.add(child, lines([{ n: 1, p: `${long}a` }, { n: 2, p: `${long}b` }]))
  })
  expect(found).toMatchObject([['c', 1, [expect.stringMatching(/ in row 2$/)]]])
})

test('rows and stubs that are not canonical hold no keys', () => {
  expect(check((references) => {
    references.add(parent, lines(['{"id":', '{"other":"a"}']))
    references.add(child, lines([{ n: 1, p: 'a' }, '{"n":1}']))
  })).toMatchObject([['c', 1, ['"a" in row 1']]])
  expect(check((references) => {
    references.addStubs(parent, lines([{ id: 'a' }, '{"other":"b"}', { id: null }]))
    references.add(child, lines([{ n: 1, p: 'a' }, { n: 2, p: 'b' }]))
  }, true)).toMatchObject([['c', 1, ['"b" in row 2']]])
})
