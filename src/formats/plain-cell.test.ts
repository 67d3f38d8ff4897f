import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { postgresqlColumn, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import type { Column } from '../schema/schema.js'
import type { Conversion } from '../stores/conversion.js'
import { plainCell, type PlainConversion } from './plain-cell.js'
import { PlainFault } from './plain-fault.js'
import { plainDigits, wholeNumber } from './plain-number.js'

const conversion = (allowed: readonly Conversion[] = [], spacedTimes = false): PlainConversion => ({ allows: (_, name) => allowed.includes(name), spacedTimes, onLost: () => undefined })

/** What a value becomes; null when it is refused. */
function become(column: Column, json: string, given: PlainConversion = conversion()): string | null {
  const cell = plainCell(tableOf('t', [column]), column, given)
  if (json.startsWith('"') && cell.keepsStrings) return json
  try {
    return cell.convert(json)
  } catch (error) {
    if (error instanceof PlainFault) return null
    throw error
  }
}

describe('into SQLite', () => {
  test.each<[string, string, string | null]>([
    ['BOOLEAN', 'true', '1'],
    ['BOOLEAN', 'false', '0'],
    ['BOOLEAN', '"true"', '"true"'],
    ['BOOLEAN', '1', '1'],
    ['INTEGER', '9007199254740991', '9007199254740991'],
    ['INTEGER', '9007199254740993', '"9007199254740993"'],
    ['INTEGER', '-9223372036854775808', '"-9223372036854775808"'],
    ['INTEGER', '9223372036854775808', null],
    ['INTEGER', '3e+11', '300000000000'],
    ['INTEGER', '5.0', '5'],
    ['INTEGER', '5.5', '5.5'],
    ['INTEGER', '1e300', '1e300'],
    ['INTEGER', '1e400', null],
    ['INTEGER', '"12"', '12'],
    ['INTEGER', '"twelve"', '{"$text":"twelve"}'],
    ['INTEGER', '[]', null],
    ['NUMERIC', '9007199254740993', '{"$integer":"9007199254740993"}'],
    ['REAL', '5', '5'],
    ['REAL', '0.1234567890123', '0.1234567890123'],
    ['REAL', '"much"', '{"$text":"much"}'],
    ['REAL', 'true', null],
    ['TEXT', '"\\u003c"', '"\\u003c"'],
    ['TEXT', '""', '""'],
    ['TEXT', '5', null],
    ['TEXT', 'true', null],
    ['TEXT', 'null', 'null'],
    ['TEXT', '{}', null],
    ['DATETIME', '"2026-02-16T10:00:00Z"', '"2026-02-16T10:00:00Z"'],
    ['BLOB', '"AACAPw=="', '"0000803f"'],
    ['BLOB', '""', '""'],
    ['BLOB', '"é!"', '"c3a921"'],
    ['BLOB', '"a\ufffd"', null],
    ['BLOB', '7', '7'],
    ['', '9007199254740993', '{"$integer":"9007199254740993"}'],
    ['', '5.0', '5.0'],
  ])('%s: %s becomes %s', (declared, json, expected) => {
    expect(become(sqliteColumn('c', declared), json)).toBe(expected)
  })

  test.each([
    ['DATETIME', '"2026-02-16T10:00:00Z"', '"2026-02-16 10:00:00+00:00"'],
    ['DATETIME', '"2026-02-16T10:00:00.123456789-08:00"', '"2026-02-16 10:00:00.123456789-08:00"'],
    ['DATETIME', '"10:00"', '"10:00"'],
    ['TEXT', '"2026-02-16T10:00:00Z"', '"2026-02-16T10:00:00Z"'],
  ])('where times are spaced, %s: %s becomes %s', (declared, json, expected) => {
    expect(become(sqliteColumn('c', declared), json, conversion([], true))).toBe(expected)
  })

  test('broken bytes become NULL by leave, but not where NULL cannot be', () => {
    const allowed = conversion(['broken-bytes-to-null'])
    expect(become(sqliteColumn('c', 'BLOB'), '"\ufffd"', allowed)).toBe('null')
    expect(become(sqliteColumn('c', 'BLOB', { nullable: false }), '"\ufffd"', allowed)).toBe(null)
  })
})

describe('into PostgreSQL', () => {
  test.each<[Column['type']['encoding']['family'], string, string | null]>([
    ['boolean', 'true', 'true'],
    ['boolean', '0', 'false'],
    ['boolean', '2', null],
    ['boolean', '"true"', null],
    ['integer', '3e+11', '300000000000'],
    ['integer', '9007199254740993', '"9007199254740993"'],
    ['integer', '5.5', null],
    ['integer', 'true', null],
    ['real', '1e400', null],
    ['real', '0.5', '0.5'],
    ['decimal', '12.5e1', '"125"'],
    ['decimal', '1e-3', '"0.001"'],
    ['decimal', '"12.50"', '"12.50"'],
    ['text', '5', null],
    ['json', '"{\\"a\\": 1}"', '"{\\"a\\": 1}"'],
    ['json', '{"a":1.0}', '"{\\"a\\":1.0}"'],
    ['json', '""', null],
    ['timestamp', '"2026-02-16T10:00:00Z"', '"2026-02-16 10:00:00"'],
    ['timestamp', '"2026-02-16T23:59:59.120-08:00"', '"2026-02-17 07:59:59.12"'],
    ['timestamp', '"2026-02-16 10:00:00"', '"2026-02-16 10:00:00"'],
    ['timestamp', '"0001-01-01T00:00:00Z"', '"0001-01-01 00:00:00"'],
    ['timestamp', '"0001-01-01T00:00:00+01:00"', '"0001-01-01T00:00:00+01:00"'],
    ['timestamp', '"2026-02-30T10:00:00Z"', '"2026-02-30T10:00:00Z"'],
    ['timestamp', '"2026-02-16T10:00:00.1234567Z"', null],
    ['timestamp', '5', null],
    ['timestamptz', '"2026-02-16T10:00:00+05:30"', '"2026-02-16 04:30:00+00"'],
    ['date', '"2026-02-16T00:00:00Z"', '"2026-02-16"'],
    ['date', '"2026-02-16T10:00:00Z"', null],
    ['time', '"08:30"', '"08:30:00"'],
    ['time', '"0000-01-01T08:30:00Z"', '"08:30:00"'],
    ['time', '"8:30"', '"8:30"'],
    ['bytes', '"AACAPw=="', '"0000803f"'],
    ['uuid', '5', null],
  ])('%s: %s becomes %s', (family, json, expected) => {
    expect(become(postgresqlColumn('c', family, family), json)).toBe(expected)
  })

  test('an array is a JSON array, or the literal that a driver gives', () => {
    const array = postgresqlColumn('c', 'text[]', { family: 'array', element: { family: 'text' }, delimiter: ',' })
    expect(become(array, '["a","b"]')).toBe('["a","b"]')
    expect(become(array, '"{a,b}"')).toBe('"{a,b}"')
    expect(become(array, '5')).toBe(null)
  })
})

test('a number keeps its value whatever its spelling', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.nat(12), (value, shift) => {
    expect(wholeNumber(String(value))).toBe(value)
    expect(wholeNumber(`${value}.000`)).toBe(value)
    expect(wholeNumber(`${value}${'0'.repeat(shift)}e-${shift}`)).toBe(value)
  }))
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
    const digits = plainDigits(JSON.stringify(value))
    expect(Number(digits)).toBe(value)
    expect(digits).not.toMatch(/e/i)
  }))
  expect(plainDigits('1e999999999')).toBe(null)
})
