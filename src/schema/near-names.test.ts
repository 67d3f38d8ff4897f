import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editDistance, nearNames } from './near-names.js'

const tables = ['users', 'user_roles', 'orders', 'order_lines', 'audit.users', 'invoices', 'Künstler']

test.each([
  ['user', ['users', 'user_roles', 'audit.users']],
  ['Users', ['users', 'audit.users']],
  ['ordres', ['orders']],
  ['invoces', ['invoices']],
  ['künstler', ['Künstler']],
  ['xyzzy', []],
  ['', []],
])('%s may have meant %j', (name, expected) => {
  expect(nearNames(name, tables)).toEqual(expected)
})

test('there are at most three', () => {
  expect(nearNames('t1', ['t2', 't3', 't4', 't5', 't11'])).toHaveLength(3)
})

test('the edit distance counts insertions, deletions, substitutions and swaps', () => {
  expect([editDistance('', 'abc'), editDistance('abc', 'abc'), editDistance('acb', 'abc'), editDistance('kitten', 'sitting')]).toEqual([3, 0, 1, 3])
})

test('the edit distance is symmetric and never beyond the longer length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a))
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
    }),
  )
})
