import { expect, test } from 'vitest'
import { jsonForm } from './json-form.js'
import { clockForm, instantForm, uuidForm } from './spelled-form.js'

test.each([
  ['2026-02-16T10:00:00Z', '2026-02-16 10:00:00'],
  ['2026-02-16 12:00:00.50+02', '2026-02-16 10:00:00.5'],
  ['infinity', 'infinity'],
  ['-infinity', '-infinity'],
  ['294276-12-31 23:59:59.123456+00', expect.stringMatching(/ms$/)],
  ['1771236000', null],
  [' 12.5 ', null],
  ['yesterday', null],
])('the instant %s in one spelling is %s', (text, form) => {
  expect(instantForm(text)).toEqual(form)
})

test.each([
  ['10:00', '10:00:00'],
  ['10:00:00.500', '10:00:00.5'],
  ['10:00Z', '10:00:00+00'],
  ['10:00+01', '10:00:00+01'],
  ['10:00+0130', '10:00:00+01:30'],
  ['10:00+01:30:15', '10:00:00+01:30:15'],
  ['10:00+01:00:15', '10:00:00+01:00:15'],
  ['ten', null],
])('the time of day %s in one spelling is %s', (text, form) => {
  expect(clockForm(text)).toBe(form)
})

test('braces, hyphens and case of a UUID are spelling', () => {
  expect(uuidForm('{0B51F5A87D0A4B3C9D3E0123456789AB}')).toBe('0b51f5a8-7d0a-4b3c-9d3e-0123456789ab')
  expect(uuidForm('0b51f5a8')).toBeNull()
})

test.each([
  ['{"b": 1.50, "a": [1e2, -0.0, 1.2e-3, null, "x"]}', '{"a":[100,0,0.0012,null,"x"],"b":1.5}'],
  ['{"a":1,"a":1.0}', '{"a":1}'],
  ['1e30000', '1e30000'],
  ['-12.5e1', '-125'],
  ['{', null],
])('the jsonb %s in one spelling is %s', (text, form) => {
  expect(jsonForm(text, 'jsonb')).toBe(form)
})

test('nested values keep their order; what is nested too deep for one spelling has none', () => {
  expect(jsonForm('{"b":1.50,"a":7}', 'nested')).toBe('{"b":1.5,"a":7}')
  expect(jsonForm('['.repeat(200_000) + ']'.repeat(200_000), 'jsonb')).toBeNull()
})
