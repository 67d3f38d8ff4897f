import { expect, test } from 'vitest'
import { texts } from './texts.js'

test('the first values of a row are texts; what stands behind them may be NULL', () => {
  expect(texts(['a', '', null], 2)).toEqual(['a', ''])
})

test.each([[undefined], [[]], [['a']], [['a', null]]])('a row that has fewer, as %j, is a fault of the program', (row) => {
  expect(() => texts(row, 2)).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
})
