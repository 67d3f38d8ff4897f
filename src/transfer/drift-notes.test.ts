import { expect, test } from 'vitest'
import type { Drift } from '../schema/drift.js'
import { driftNotes } from './drift-notes.js'

const drift = (table: string, column: string | null, message: string): Drift => ({ severity: 'note', kind: 'type', table, column, message })
const typed = (table: string, column: string, types = 'A in the archive and B in the target'): Drift => drift(table, column, `${table}.${column} is ${types}; each value is checked.`)

test('what is said of few columns is said of each', () => {
  expect(driftNotes([typed('t', 'a'), typed('t', 'b'), typed('u', 'c')])).toEqual([
    't.a is A in the archive and B in the target; each value is checked.',
    't.b is A in the archive and B in the target; each value is checked.',
    'u.c is A in the archive and B in the target; each value is checked.',
  ])
})

test('what is said of many columns is said once, with their number', () => {
  const found = [typed('t', 'a'), typed('t', 'x', 'C in the archive and D in the target'), typed('t', 'b'), drift('t', null, 'The primary key of t is missing.'), typed('u', 'c'), typed('v', 'd')]
  expect(driftNotes(found)).toEqual([
    '4 columns, such as t.a: each is A in the archive and B in the target; each value is checked.',
    't.x is C in the archive and D in the target; each value is checked.',
    'The primary key of t is missing.',
  ])
})
