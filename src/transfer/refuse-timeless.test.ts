import { expect, test } from 'vitest'
import { sqliteColumn, tableOf } from '../../test/schema/tables.js'
import type { ImportTable } from '../stores/import-table.js'
import { refuseTimeless } from './refuse-timeless.js'

const importOf = (name: string, more: Partial<ImportTable> = {}): ImportTable => {
  const table = tableOf(name, [sqliteColumn('id', 'INTEGER')])
  return { source: table, target: table, columns: [], role: 'written', identity: { rules: [], surrogates: [] }, references: [], strategy: 'keep-newer', prune: false, timeColumn: null, labelColumn: null, ...more }
}

test('tables without a time are refused where times decide, one by its name and several as a list', () => {
  expect(() => refuseTimeless([importOf('a'), importOf('b', { timeColumn: 'at' }), importOf('c', { strategy: 'merge' }), importOf('d', { role: 'referred' })])).toThrow(
    expect.objectContaining({ code: 'USAGE', message: 'keep-newer compares when rows were last written, and a has no column that says so', details: [] }),
  )
  expect(() => refuseTimeless([importOf('a'), importOf('b', { strategy: 'keep-older' })])).toThrow(expect.objectContaining({ message: expect.stringContaining('2 tables have') as string, details: ['a', 'b'] }))
  expect(() => refuseTimeless([importOf('a', { strategy: 'merge' })])).not.toThrow()
})
