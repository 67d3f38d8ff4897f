import { expect, test } from 'vitest'
import { messageOf } from './message-of.js'

test('an error says its message, else its name; anything else says itself', () => {
  expect([messageOf(new Error('gone')), messageOf(new TypeError('')), messageOf('plain'), messageOf(undefined)]).toEqual(['gone', 'TypeError', 'plain', 'undefined'])
})
