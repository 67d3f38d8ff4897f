import { expect, test } from 'vitest'
import { copyPosition } from './copy-position.js'

test.each([
  ['COPY users, line 123, column email: "x"', { row: 123, column: 'email' }],
  ['COPY users, line 7, column odd, "name": null input', { row: 7, column: 'odd, "name"' }],
  ['COPY users, line 7: "1\\t2"', { row: 7 }],
  ['COPY users, line 8', { row: 8 }],
  ['SQL statement "SELECT 1"\nCOPY users, line 9, column id: "abc"', { row: 9, column: 'id' }],
  ['COPY users, Zeile 12, Spalte email: »x«', { row: 12, column: 'email' }],
  ['COPY users, ligne 12, colonne email : « x »', { row: 12, column: 'email' }],
])('%s', (where, position) => {
  expect(copyPosition(where)).toEqual(position)
})

test('a context without COPY has no position', () => {
  expect(copyPosition('PL/pgSQL function keep() line 3 at RAISE')).toBeNull()
  expect(copyPosition(undefined)).toBeNull()
})
