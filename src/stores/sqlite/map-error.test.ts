import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { HoldallError } from '../../errors/holdall-error.js'
import { mapError } from './map-error.js'

test.each([
  ['SQLITE_BUSY_SNAPSHOT', 'STORE_LOCKED'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'CONSTRAINT_VIOLATED'],
  ['SQLITE_CORRUPT_VTAB', 'STORE_UNREADABLE'],
  ['SQLITE_NOTADB', 'STORE_UNREADABLE'],
  ['SQLITE_READONLY_ROLLBACK', 'STORE_UNREADABLE'],
  ['SQLITE_READONLY', 'STORE_NOT_PERMITTED'],
  ['SQLITE_READONLY_DBMOVED', 'STORE_NOT_PERMITTED'],
  ['SQLITE_FULL', 'OUTPUT_FAILED'],
  ['SQLITE_IOERR_READ', 'STORE_UNREADABLE'],
  ['SQLITE_IOERR_FSYNC', 'OUTPUT_FAILED'],
  ['SQLITE_ERROR', 'STORE_FAILED'],
  ['SQLITE_TOOBIG', 'ROW_REFUSED'],
])('%s becomes %s, with the place and what SQLite said', (sqlite, code) => {
  const error = mapError(new Database.SqliteError('its own words', sqlite), { table: 't', row: 3 })
  expect(error).toMatchObject({ code, place: { table: 't', row: 3 } })
  expect(error.message).toContain('its own words')
})

test('a HoldallError passes, anything else is Holdall\'s own failure', () => {
  const own = new HoldallError('CONFLICT', { message: 'x' })
  expect(mapError(own, { table: 't' })).toBe(own)
  expect(mapError(new TypeError('x'), {}).code).toBe('INTERNAL')
})
