import { describe, expect, test } from 'vitest'
import { type columnOf, postgresqlColumn, sqliteColumn } from '../../../test/schema/tables.js'
import { keyFold } from './key-fold.js'
import { valueForm } from './value-form.js'
import { valueKind } from './value-kind.js'

const pg = (declared: string, family: Parameters<typeof postgresqlColumn>[2]) => postgresqlColumn('x', declared, family)
const lite = (declared: string) => sqliteColumn('x', declared)

describe('across engines one value has one form, whatever its spelling', () => {
  test.each([
    [pg('boolean', 'boolean'), 'true', lite('BOOLEAN'), '1', 'true'],
    [pg('numeric(10,2)', 'decimal'), '"12.50"', lite('NUMERIC'), '12.5', '12.5'],
    [pg('numeric', 'decimal'), '"12.50"', lite('TEXT NUMERIC'), '"12.5"', '12.5'],
    [pg('numeric', 'decimal'), '"100"', lite('NUMERIC'), '100', '100'],
    [pg('double precision', 'real'), '1e-7', lite('REAL'), '0.0000001', '0.0000001'],
    [pg('bigint', 'integer'), '"9007199254740993"', lite('INTEGER'), '"9007199254740993"', '9007199254740993'],
    [pg('bigint', 'integer'), '"9007199254740993"', lite('NUMERIC'), '{"$integer":"9007199254740993"}', '9007199254740993'],
    [pg('bytea', 'bytes'), '"00ff"', lite('BLOB'), '"00ff"', "x'00ff'"],
    [pg('timestamp with time zone', 'timestamptz'), '"2026-02-16 10:00:00.5+00"', lite('DATETIME'), '"2026-02-16T12:00:00.500+02:00"', '2026-02-16 10:00:00.5'],
    [pg('timestamp without time zone', 'timestamp'), '"infinity"', lite('DATETIME'), '"infinity"', 'infinity'],
    [pg('date', 'date'), '"0044-03-15 BC"', lite('TEXT DATE'), '"0044-03-15 BC"', '-000043-03-15 00:00:00'],
    [pg('timestamp without time zone', 'timestamp'), '"294276-01-01 00:00:00"', lite('DATETIME'), '"294276-01-01 00:00:00"', '9224286393600000 ms'],
    [pg('time with time zone', 'timetz'), '"10:00:00+05:30"', lite('TEXT'), '"10:00+0530"', '10:00:00+05:30'],
    [pg('uuid', 'uuid'), '"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"', lite('TEXT'), '"{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}"', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    [pg('jsonb', 'json'), String.raw`"{\"b\": 100, \"a\": [-0.5, \"x\"]}"`, lite('TEXT'), String.raw`"{\"a\":[-5e-1,\"\u0078\"],\"b\":1.0e2}"`, '{"a":[-0.5,"x"],"b":100}'],
    [pg('integer[]', { family: 'array', element: { family: 'integer' }, delimiter: ',' }), '[1,null]', lite('TEXT'), '"[1, null]"', '[1,null]'],
    [pg('character(5)', 'text'), '"ab   "', lite('CHAR(5)'), '"ab"', '"ab"'],
    [pg('text', 'text'), '"a\\u0062\\n"', lite('TEXT'), '"ab\\n"', String.raw`"ab\n"`],
  ])('%# %o', (a, one, b, other, form) => {
    const kind = valueKind(a, b)
    expect([valueForm(a, kind)(one), valueForm(b, kind)(other)]).toEqual([form, form])
  })

  test.each([
    [pg('boolean', 'boolean'), 'true', lite('BOOLEAN'), '2'],
    [pg('bigint', 'integer'), '5', lite('TEXT'), '"5"'],
    [pg('numeric', 'decimal'), '"1067"', lite('TEXT'), '"01067"'],
    [pg('timestamp with time zone', 'timestamptz'), '"2026-02-16 10:00:00+00"', lite('DATETIME'), '1771236000'],
    [pg('json', 'json'), '"{}"', lite('TEXT'), '"{ }"'],
    [pg('text', 'text'), '"E"', lite('TEXT'), '"e"'],
    [pg('bytea', 'bytes'), '"35"', lite('BLOB'), '{"$text":"35"}'],
    [pg('double precision', 'real'), '-0', lite('REAL'), '0'],
    [pg('text', 'text'), '"null"', lite('TEXT'), 'null'],
    [pg('text', 'text'), '"a"', lite('TEXT'), '{"$rawtext":"61"}'],
  ])('and another value another: %# %o', (a, one, b, other) => {
    const kind = valueKind(a, b)
    expect(valueForm(a, kind)(one)).not.toEqual(valueForm(b, kind)(other))
  })
})

test('within one engine storage class, scale and spelling count', () => {
  const any = lite('')
  const forms = ['5', '5.0', '"5"', '{"$bytes":"35"}', '{"$rawtext":"35"}', '{"$real":"Infinity"}', 'null', '-0.0', '0'].map(valueForm(any, valueKind(any, any)))
  expect(new Set(forms).size).toBe(forms.length)
  const numeric = pg('numeric', 'decimal')
  expect(['"1.0"', '"1.00"'].map(valueForm(numeric, valueKind(numeric, numeric)))).toEqual(['1.0', '1.00'])
})

test('columns of one engine whose types have changed are compared by what both mean', () => {
  expect(valueKind(pg('integer', 'integer'), pg('numeric', 'decimal'))).toBe('decimal')
  expect(valueKind(pg('text', 'text'), pg('uuid', 'uuid'))).toBe('uuid')
  expect(valueKind(pg('timestamp without time zone', 'timestamp'), pg('timestamp with time zone', 'timestamptz'))).toBe('instant')
  expect(valueKind(pg('boolean', 'boolean'), pg('integer', 'integer'))).toBe('boolean')
  expect(valueKind(pg('bytea', 'bytes'), pg('integer', 'integer'))).toBe('number')
})

test('keys are equal as databases compare them', () => {
  const fold = (column: ReturnType<typeof columnOf>, ...cells: string[]): unknown => new Set(cells.map((cell) => keyFold(column, column, 'exact')(valueForm(column, 'exact')(cell) ?? ''))).size
  expect(fold(pg('numeric', 'decimal'), '"1.0"', '"1.00"', '"1"')).toBe(1)
  expect(fold(lite('NUMERIC'), '5', '5.0')).toBe(1)
  expect(fold(lite('TEXT'), '"1.0"', '"1.00"')).toBe(2)
  expect(fold(sqliteColumn('x', 'TEXT', { collation: 'NOCASE' }), '"Ab"', '"aB"')).toBe(1)
  expect(fold(sqliteColumn('x', 'TEXT', { collation: 'NOCASE' }), '"Ä"', '"ä"')).toBe(2)
  expect(fold(sqliteColumn('x', 'TEXT', { collation: 'RTRIM' }), '"a  "', '"a"')).toBe(1)
  expect(fold(pg('citext', 'text'), '"Ä"', '"ä"')).toBe(1)
  expect(fold(pg('character(3)', 'text'), '"a  "', '"a"')).toBe(1)
})

describe('what cannot be told in another way is told as it is', () => {
  const numbers = pg('integer[]', { family: 'array', element: { family: 'integer' }, delimiter: ',' })
  test.each([
    [numbers, 'exact', '[1, 2]', '[1, 2]'],
    [numbers, 'nested', '[1, 2]', '[1,2]'],
    [lite('REAL'), 'number', '{"$real":"Infinity"}', 'Infinity'],
    [lite('TEXT'), 'nested', '"plain"', '"plain"'],
    [lite('TEXT'), 'decimal', '"twelve"', '"twelve"'],
    [pg('numeric', 'decimal'), 'number', '"1.50"', '1.5'],
    [lite('TEXT'), 'number', '"1.50"', '"1.50"'],
    [lite('BOOLEAN'), 'boolean', '2', '2'],
    [lite('TEXT'), 'text', 'null', null],
  ] as const)('%# %o', (column, kind, cell, form) => {
    expect(valueForm(column, kind)(cell)).toBe(form)
  })
})
