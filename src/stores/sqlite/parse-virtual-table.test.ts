import { expect, test } from 'vitest'
import { parseVirtualTable } from './parse-virtual-table.js'

test.each([
  ['CREATE VIRTUAL TABLE t USING fts5(a, b, content="x y", tokenize = \'porter ascii\')', 'fts5', { content: 'x y', tokenize: 'porter ascii' }],
  ['create virtual table if not exists main."t" using FTS5', 'fts5', {}],
  ['CREATE VIRTUAL TABLE t USING m(Key = a + (1, 2), other)', 'm', { key: 'a + (1, 2)' }],
  ['CREATE VIRTUAL TABLE t USING m(, a=)', 'm', {}],
  ['CREATE VIRTUAL TABLE t USING m(', 'm', {}],
] as const)('%s says its module and its options', (text, module, options) => {
  const parsed = parseVirtualTable(text)
  expect([parsed.module, Object.fromEntries(parsed.options)]).toEqual([module, options])
})

test.each(['CREATE VIRTUAL TABLE', 'CREATE VIRTUAL TABLE 5 USING m', 'CREATE VIRTUAL TABLE t m', 'CREATE TABLE t (a)'])('%s is refused', (text) => {
  expect(() => parseVirtualTable(text)).toThrow(/missing|early/)
})
