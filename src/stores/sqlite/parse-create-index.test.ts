import { expect, test } from 'vitest'
import { parseCreateIndex } from './parse-create-index.js'

test('parts lose their direction and keep everything else', () => {
  expect(parseCreateIndex('CREATE UNIQUE INDEX "i (x" ON t (a, lower(b || \',\') COLLATE nocase DESC, coalesce(c, 0) asc)')).toEqual({
    parts: ['a', "lower(b || ',') COLLATE nocase", 'coalesce(c, 0)'],
    condition: null,
  })
})

test('the condition is verbatim, without comments at its ends', () => {
  expect(parseCreateIndex('CREATE INDEX i ON t(a) WHERE /* only */ a > 0 AND (b IS NULL) -- end').condition).toBe('a > 0 AND (b IS NULL)')
})
