import { expect, test } from 'vitest'
import { cellPicker } from './pick-cells.js'
import { linesOf, rowSplitter } from './split-row.js'

const line = (text: string): Buffer => Buffer.from(text)

test('cells are taken in the order asked for, as often as asked for', () => {
  const pick = cellPicker(['a', 'b', 'c'], ['b', 'a', 'b'])
  expect(pick(line('{"a":1,"b":[2,"}"],"c":3}'))).toEqual(['[2,"}"]', '1', '[2,"}"]'])
  expect(cellPicker(['a'], [])(line('anything'))).toEqual([])
})

test.each(['{"b":1}', '{"a":1,"c":2}', '{"a":1,"b":"x', '{"a":,"b":1}'])('a line that is not canonical up to the last of them gives none: %s', (text) => {
  expect(cellPicker(['a', 'b'], ['b'])(line(text))).toBeNull()
})

test('a whole line comes apart, or says where it stops being canonical', () => {
  const split = rowSplitter(['a', 'b'])
  expect(split(line('{"a":1,"b":"x"}'))).toEqual({ cells: ['1', '"x"'] })
  expect(split(line('{"a":1,"c":"x"}'))).toEqual({ brokenAt: 1 })
  expect(split(line('{"a":1,"b":"x'))).toEqual({ brokenAt: 1 })
  expect(split(line('{"a":1,"b":"x"},'))).toEqual({ brokenAt: 2 })
  expect(rowSplitter([])(line('{}'))).toEqual({ cells: [] })
  expect(rowSplitter([])(line('{ }'))).toEqual({ brokenAt: 0 })
})

test('lines come without their newlines, the last also where it has none', () => {
  expect([...linesOf(line('a\n\nb'))].map(String)).toEqual(['a', '', 'b'])
})
