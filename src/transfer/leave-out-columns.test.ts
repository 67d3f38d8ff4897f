import { expect, test } from 'vitest'
import { keyOf, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import { emptyProfile } from '../profiles/profile.js'
import type { LeftOut } from '../schema/schema.js'
import { leaveOutColumns } from './leave-out-columns.js'

const table = tableOf('users', [sqliteColumn('id', 'INTEGER'), sqliteColumn('password', 'TEXT'), sqliteColumn('name', 'TEXT')], { primaryKey: keyOf('id'), uniques: [keyOf('password'), keyOf('name')] })
const without = (names: readonly string[], of = 'users'): { columns: readonly string[]; keys: number; leftOut: readonly LeftOut[] } => {
  const leftOut: LeftOut[] = []
  const left = leaveOutColumns(table, { ...emptyProfile, leaveOut: { [of]: names } }, leftOut)
  return { columns: left.columns.map(({ name }) => name), keys: left.uniques.length, leftOut }
}

test('a column goes with the keys that need it, and it is said', () => {
  expect(without(['password'])).toEqual({ columns: ['id', 'name'], keys: 1, leftOut: [{ kind: 'column', name: 'users.password', reason: 'the profile leaves it out' }] })
  expect(without(['password'], 'others')).toEqual({ columns: ['id', 'password', 'name'], keys: 2, leftOut: [] })
})

test('a column that is not there, and one of the primary key, are refused', () => {
  expect(() => without(['pasword'])).toThrow(expect.objectContaining({ code: 'COLUMN_NOT_FOUND', hint: 'Did you mean password?' }))
  expect(() => without(['zzz'])).toThrow(expect.objectContaining({ code: 'COLUMN_NOT_FOUND' }))
  expect(() => without(['id'])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', place: { table: 'users', column: 'id' } }))
})
