import { expect, test } from 'vitest'
import { nearHint } from './near-hint.js'

test('names near the wanted one are hinted at, others are not', () => {
  expect(nearHint('usrs', ['users', 'orders'])).toEqual({ hint: 'Did you mean users?' })
  expect(nearHint('usrs', ['orders'])).toEqual({})
})
