import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alignTable } from './align-table.js'
import { displayWidth } from './display-width.js'
import { printable } from './printable.js'
import { formatCount, formatDuration, formatRows, formatSize } from './quantities.js'
import { COLORED, PLAIN } from './style.js'

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567, '1,234,567'],
])('the count %i', (count, text) => {
  expect(formatCount(count)).toBe(text)
})

test('one row is not rows', () => {
  expect([0, 1, 2000].map(formatRows)).toEqual(['0 rows', '1 row', '2,000 rows'])
})

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [1024 * 1024 - 1, '1.0 MiB'],
  [5 * 1024 ** 3, '5.0 GiB'],
])('the size %i', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text)
})

test.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.6, '1 min 0 s'],
  [185, '3 min 5 s'],
  [7440, '2 h 4 min'],
])('the duration %d', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

describe('a table', () => {
  test('numbers stand to the right and names, wide ones too, to the left', () => {
    const lines = alignTable(
      [
        { title: 'table', align: 'left' },
        { title: 'rows', align: 'right' },
      ],
      [
        ['users', '1,000'],
        ['注文', '2'],
      ],
      PLAIN,
    )
    expect(lines).toEqual(['table   rows', 'users  1,000', '注文       2'])
  })

  test('a name from an archive cannot rewrite the screen', () => {
    const [, line] = alignTable([{ title: 't', align: 'left' }], [['\u001b[2Jevil\n\u202e']], COLORED)
    expect(line).toBe('\\u001b[2Jevil\\n\\u202e')
  })
})

test('printable text holds no control character, whatever it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
})

test.each([
  ['abc', 3],
  ['é', 1],
  ['注文', 4],
  ['👩‍👩‍👧', 2],
  ['', 0],
])('%s takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width)
})
