import { expect, test } from 'vitest'
import { expression } from './expression.js'

test.each([
  '1', "'a)'::text", "E'it\\'s)'::text", "'it''s ('::text", '"odd)"', '$$)$$', '$q$);--$q$', "((price > (0)::numeric) AND (kind = ANY (ARRAY['a'::text, 'b'::text])))", "(data -> 'a'::text)", 'x - -1', "date'2020-01-01'", "''", "E''",
])('%s is put into parentheses as it is', (text) => {
  expect(expression(text, {}).text).toBe(`(${text})`)
})

test.each([
  '1) INHERITS (victim) --', '1)', '(1', "'a", "E'a\\'", '1 -- ', '1 /* )', '1; DROP TABLE victim', '"a', '(1]', "'\\'); DROP TABLE victim --'", '$q$ a $Q$ )', 'a$$ ) $$', "date'\\' ) INHERITS (victim) --'", "1e'\\' || ') INHERITS (victim) --'",
])('%s is no expression', (text) => {
  expect(() => expression(text, { table: 't' })).toThrow(expect.objectContaining({ code: 'SCHEMA_UNSUPPORTED' }) as Error)
})
