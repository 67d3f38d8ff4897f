import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchGlob } from './match-glob.js'

test.each([
  ['users', 'users', true],
  ['users', 'Users', false],
  ['user?', 'users', true],
  ['user?', 'user', false],
  ['*', '', true],
  ['audit.*', 'audit.users', true],
  ['audit.*', 'audits', false],
  ['*_log', 'a_log_log', true],
  ['a*b*c', 'a_b_b_c', true],
  ['a*b*c', 'a_c_b', false],
  ['[a]', '[a]', true],
  ['a.c', 'abc', false],
  ['?', '😀', true],
])('%s on %s is %s', (pattern, id, expected) => {
  expect(matchGlob(pattern, id)).toBe(expected)
})

test('it agrees with the same pattern as a regular expression', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', '.', '*', '?', '$'), { maxLength: 8 }).map((parts) => parts.join(''))
  const ids = fc.array(fc.constantFrom('a', 'b', '.', '$'), { maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(letters, ids, (pattern, id) => {
      const source = pattern.replace(/[.$]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')
      expect(matchGlob(pattern, id)).toBe(new RegExp(`^${source}$`).test(id))
    }),
  )
})

test('a hostile pattern takes no exponential time', () => {
  expect(matchGlob(`${'*a'.repeat(500)}b`, 'a'.repeat(5_000))).toBe(false)
})
