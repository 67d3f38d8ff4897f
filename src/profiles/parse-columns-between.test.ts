import { expect, test } from 'vitest'
import { parseConfig } from './parse-config.js'

const parse = (entries: string) => parseConfig(`profiles:\n  shop:\n    columnsBetween:\n      items: ${entries}\n`, '/shop/holdall.yaml', '/shop', {}).profiles['shop']?.columnsBetween

test('a column has a name in each engine', () => {
  expect(parse('[{ sqlite: tags_json, postgresql: tags }]')).toEqual({ items: [{ sqlite: 'tags_json', postgresql: 'tags' }] })
})

test.each([
  ['[{ sqlite: tags_json }]', 'has no postgresql'],
  ['[{ sqlite: [a], postgresql: tags }]', 'sqlite of columnsBetween.items'],
  ['[{ sqlite: a, postgres: b }]', 'postgres'],
  ['{ sqlite: a, postgresql: b }', 'columnsBetween.items'],
])('%s is a mistake that is named with its line', (entries, message) => {
  expect(() => parse(entries)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) as string }))
  expect(() => parse(entries)).toThrow(/:4:/)
})
