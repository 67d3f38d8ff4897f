import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isExactNumber, plainDecimal } from './plain-decimal.js'

test.each([
  [1e-7, '0.0000001'],
  [1.5e-10, '0.00000000015'],
  [1e21, '1000000000000000000000'],
  [1.25e22, '12500000000000000000000'],
  [-0, '-0'],
  [12.5, '12.5'],
])('%d is written %s', (value, text) => {
  expect(plainDecimal(value)).toBe(text)
})

test('it reads back as the same double', () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => Object.is(Number(plainDecimal(value)), value)))
})

test('an exact number comes back from a NUMERIC column of SQLite in its own spelling', () => {
  const database = new Database(':memory:')
  database.exec('CREATE TABLE t (v NUMERIC)')
  const insert = database.prepare<[string]>('INSERT INTO t VALUES (?) RETURNING v').safeIntegers(true).pluck()
  const stored = (text: string): string => {
    const value = insert.get(text) as bigint | number | string
    return typeof value === 'number' ? plainDecimal(value) : String(value)
  }
  const digits = fc.stringMatching(/^-?(?:0|[1-9]\d{0,19})(?:\.\d{0,18}[1-9])?$/)
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }).map(plainDecimal)
  fc.assert(
    fc.property(fc.oneof(digits, doubles), (text) => {
      fc.pre(isExactNumber(text))
      expect(stored(text)).toBe(text)
    }),
    { numRuns: 2000 },
  )
  expect(['9223372036854775807', '-9223372036854775808', '9223372036854775808', '0.1', '-0', '1.50', '007', '0.30000000000000004', '12345678901234567890.5'].map(isExactNumber)).toEqual([true, true, false, true, false, false, false, true, false])
  database.close()
})
