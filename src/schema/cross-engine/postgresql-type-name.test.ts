import { expect, test } from 'vitest'
import { formatPostgresqlType, parsePostgresqlType } from './postgresql-type-name.js'

test.each([
  ['integer', null, 'integer', [], false],
  ['numeric(10,-2)', null, 'numeric', [10, -2], false],
  ['timestamp(3) without time zone[]', null, 'timestamp without time zone', [3], true],
  ['character varying(20)', null, 'character varying', [20], false],
  ['interval day to second(3)', null, 'interval day to second', [3], false],
  ['audit."Mood ""x"""', 'audit', 'Mood "x"', [], false],
  ['public.mood[]', 'public', 'mood', [], true],
] as const)('%s is taken apart', (declared, namespace, name, modifiers, array) => {
  expect(parsePostgresqlType(declared)).toEqual({ namespace, name, modifiers, array })
})

test.each(['', 'timestamp with time zone(3)x', 'double precision(', 'a b', 'x; DROP TABLE t', 'interval(1'])('%j is no type that PostgreSQL prints', (declared) => {
  expect(parsePostgresqlType(declared)).toBeNull()
})

test.each([
  [{ namespace: 'public', name: 'mood', modifiers: [], array: false }, false, 'public.mood'],
  [{ namespace: null, name: 'Mood "x"', modifiers: [], array: true }, false, 'public."Mood ""x"""[]'],
  [{ namespace: 'order', name: 'select', modifiers: [3], array: false }, false, '"order"."select"(3)'],
  [{ namespace: null, name: 'time with time zone', modifiers: [3], array: true }, true, 'time(3) with time zone[]'],
  [{ namespace: null, name: 'char', modifiers: [], array: false }, true, '"char"'],
  [{ namespace: null, name: 'bit', modifiers: [], array: false }, true, '"bit"'],
  [{ namespace: null, name: 'bit', modifiers: [3], array: false }, true, 'bit(3)'],
] as const)('%j is written so that PostgreSQL reads this very type: %#', (type, builtIn, written) => {
  expect(formatPostgresqlType(type, builtIn)).toBe(written)
})
