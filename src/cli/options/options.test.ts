import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BadValue, switchOption, valueOption, variableName } from './option.js'
import { parseConditions, splitLines } from './parse-conditions.js'
import { readDuration } from '../../profiles/read-duration.js'
import { parseWait } from './parse-duration.js'
import { parseInstant } from './parse-instant.js'
import { parseList } from './parse-list.js'
import { parseWholeNumber } from './parse-whole-number.js'

const NOW = new Date('2026-03-01T12:00:00.500Z')

describe('an instant', () => {
  test.each([
    ['2026-02-16', '2026-02-16T00:00:00.000Z'],
    ['2026-02-16T10:00:00Z', '2026-02-16T10:00:00.000Z'],
    ['2026-02-16t10:00:00.5z', '2026-02-16T10:00:00.500Z'],
    ['2026-02-16 10:00:00.123000+01:00', '2026-02-16T09:00:00.123Z'],
    ['2026-02-16T23:59:59-12:00', '2026-02-17T11:59:59.000Z'],
    ['30d', '2026-01-30T12:00:00.500Z'],
    ['12h', '2026-03-01T00:00:00.500Z'],
    ['2w', '2026-02-15T12:00:00.500Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseInstant(text, NOW).toISOString()).toBe(iso)
  })

  test.each(['', 'yesterday', '2026-02-30', '2026-13-01', '2026-02-16T10:00:00', '2026-02-16T24:00:00Z', '2026-02-16T10:60:00Z', '2026-02-16T10:00:00+25:00', '16.02.2026', '1770000000', '30 d', '-30d', '999999999w'])(
    '%j is refused',
    (text) => {
      expect(() => parseInstant(text, NOW)).toThrow(BadValue)
    },
  )

  test('a time without a zone is told so', () => {
    expect(() => parseInstant('2026-02-16T10:00:00', NOW)).toThrow('it names no zone')
  })

  test('what is finer than a millisecond is refused rather than cut off', () => {
    expect(() => parseInstant('2026-02-16T10:00:00.123456Z', NOW)).toThrow('finer than a millisecond')
  })

  test('every instant comes back from its own RFC 3339 spelling', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (date) => {
        expect(parseInstant(date.toISOString(), NOW).getTime()).toBe(date.getTime())
      }),
    )
  })
})

describe('a duration', () => {
  test.each([
    ['0s', 0],
    ['500ms', 500],
    ['10s', 10_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ])('%s is %i ms', (text, milliseconds) => {
    expect(parseWait(text)).toBe(milliseconds)
  })

  test.each(['', '10', 's', '1.5s', '10 s', '-1s', '10sec', '1h30m'])('%j is none', (text) => {
    expect(readDuration(text)).toBeNull()
    expect(() => parseWait(text)).toThrow(BadValue)
  })

  test('a wait longer than timers hold is refused', () => {
    expect(() => parseWait('5w')).toThrow('24 days')
  })
})

describe('a list', () => {
  test.each([
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    [' a , b ', ['a', 'b']],
    ['"my.table",audit."x,y"', ['"my.table"', 'audit."x,y"']],
    ['"say ""hi"",now",b', ['"say ""hi"",now"', 'b']],
    ['log_*,*.tmp?', ['log_*', '*.tmp?']],
  ])('%s is %j', (text, names) => {
    expect(parseList(text)).toEqual(names)
  })

  test.each(['', ',', 'a,', ',a', 'a,,b', '"a', 'a,"b'])('%j is refused', (text) => {
    expect(() => parseList(text)).toThrow(BadValue)
  })

  test('any names without commas, quotes and blanks come back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => !/[",\s]/.test(name)), { minLength: 1 }), (names) => {
        expect(parseList(names.join(','))).toEqual(names)
      }),
    )
  })
})

describe('conditions', () => {
  test('the table ends at the first equals sign', () => {
    expect(parseConditions(['orders=total > 10 AND state = 3', '"a=b".c = id IN (1,2)'])).toEqual({
      orders: 'total > 10 AND state = 3',
      '"a=b".c': 'id IN (1,2)',
    })
  })

  test.each([['orders'], ['=x'], ['orders='], ['  = 1']])('%j is refused', (text) => {
    expect(() => parseConditions([text])).toThrow('TABLE=CONDITION')
  })

  test('one table twice is refused', () => {
    expect(() => parseConditions(['a=x', 'a=y'])).toThrow('given twice')
  })

  test('a table named like a property of every object keeps its condition', () => {
    expect(Object.entries(parseConditions(['__proto__=1=1', 'constructor=2=2']))).toEqual([
      ['__proto__', '1=1'],
      ['constructor', '2=2'],
    ])
  })

  test('a variable holds one a line', () => {
    expect(splitLines('a=x IN (1, 2)\n\n b=y\n')).toEqual(['a=x IN (1, 2)', ' b=y'])
  })
})

test.each(['0', '10', '-1', '1.5', '6x', '', ' 6', '0x6', '1e0'])('the compression level %j is refused', (text) => {
  expect(() => parseWholeNumber(1, 9)(text)).toThrow('from 1 to 9')
})

test.each([
  ['1', true],
  ['true', true],
  ['TRUE', true],
  ['0', false],
  ['false', false],
])('the variable of a switch holds %s', (text, value) => {
  expect(switchOption({ name: 'yes', means: '' }).parse([text])).toBe(value)
})

test('the variable of a switch holds nothing else', () => {
  expect(() => switchOption({ name: 'yes', means: '' }).parse(['maybe'])).toThrow('neither 1 or true nor 0 or false')
})

test('a variable is named after its flag', () => {
  expect(variableName(valueOption({ name: 'compression-level', value: 'N', means: '', parse: (text) => text }))).toBe('HOLDALL_COMPRESSION_LEVEL')
})
