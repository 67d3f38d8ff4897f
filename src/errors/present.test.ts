import { expect, test } from 'vitest'
import { present } from './present.js'

test('a value that is there comes as it is, also one that is empty', () => {
  expect([present(0), present(''), present(false)]).toEqual([0, '', false])
})

test.each([null, undefined])('%s is a fault of the program, with its place', (missing) => {
  expect(() => present(missing)).toThrow(expect.objectContaining({ code: 'INTERNAL', message: 'what must be there is missing' }))
  expect(() => present(missing, 'prepare comes first', { table: 't' })).toThrow(expect.objectContaining({ code: 'INTERNAL', message: 'prepare comes first', place: { table: 't' } }))
})
