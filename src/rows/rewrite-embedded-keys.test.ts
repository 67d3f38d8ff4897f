import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../../test/property/runs.js'
import { postgresqlColumn, sqliteColumn } from '../../test/schema/tables.js'
import type { Encoding } from '../schema/column-type.js'
import type { Column } from '../schema/schema.js'
import type { EmbeddedPlace, KeyVisit } from './embedded-edits.js'
import { embeddedKeys } from './embedded-keys.js'
import { rewriteEmbeddedKeys } from './rewrite-embedded-keys.js'

const text = sqliteColumn('t', 'TEXT')
const jsonb = postgresqlColumn('j', 'jsonb', 'json')
const array = (element: Encoding): Column => postgresqlColumn('a', 'x[]', { family: 'array', element, delimiter: ',' })
const inside = (...path: string[]): EmbeddedPlace => ({ kind: 'inside', path })
const commas: EmbeddedPlace = { kind: 'list', separator: ',' }

/** What an import does with keys: 4 and 8 are known, 9 leads nowhere. */
const rename: KeyVisit = (key) => ({ '4': '40', '8': '800', '9': null })[String(key)]
const rewritten = (column: Column, place: EmbeddedPlace, cell: string): string => rewriteEmbeddedKeys(cell, column, place, rename)
const document = (column: Column, place: EmbeddedPlace, json: string): unknown => JSON.parse(rewritten(column, place, JSON.stringify(json)))

/** JSON as somebody else writes it: with blanks anywhere and needless escapes. */
const spelled: fc.Arbitrary<string> = (() => {
  const blank = fc.constantFrom('', '', ' ', '\n  ', '\t')
  const letters = fc.string({ unit: fc.constantFrom('4', '8', '9', 'a', '"', '\\', 'é', '\n', ']', '}', ',', '😀') }).map((value) => JSON.stringify(value).replace(/é/g, '\\u00e9'))
  const scalar = fc.oneof(fc.constantFrom('4', '8', '9', '4.0', '1e3', '-0', '12345678901234567890', 'true', 'null', '"4"', '"8"', '"\\u0034"', '"9"', '""'), letters)
  const name = fc.constantFrom('"a"', '"b"', '"\\u0061"', '"4"')
  const { value } = fc.letrec<{ value: string }>((tie) => {
    const padded = fc.tuple(blank, tie('value'), blank).map((parts) => parts.join(''))
    const member = fc.tuple(blank, name, blank, padded).map(([before, key, after, each]) => `${before}${key}${after}:${each}`)
    return {
      value: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(padded, { maxLength: 4 }).map((each) => `[${each.join(',')}]`),
        fc.uniqueArray(member, { maxLength: 3, selector: (each) => Object.keys(JSON.parse(`{${each}}`) as object)[0] }).map((each) => `{${each.join(',')}}`),
      ),
    }
  })
  return fc.tuple(blank, value, blank).map((parts) => parts.join(''))
})()
const paths = fc.array(fc.constantFrom('*', '*', 'a', 'b'), { minLength: 1, maxLength: 3 })

/** The same by parsing and printing. */
function byParsing(value: unknown, path: readonly string[]): unknown {
  const [step, ...rest] = path
  if (step === undefined) {
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return value
    const renamed = rename(value)
    return renamed === undefined ? value : renamed === null ? GONE : typeof value === 'number' ? Number(renamed) : renamed
  }
  if (Array.isArray(value)) return step === '*' ? value.map((each: unknown) => byParsing(each, rest)).filter((each) => each !== GONE) : value
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value
  const changed = byParsing((value as Record<string, unknown>)[step], rest)
  return { ...value, [step]: changed === GONE ? null : changed }
}
const GONE = Symbol('gone')

test('renaming is what parsing, changing and printing would do', () => {
  fc.assert(
    fc.property(spelled, paths, fc.constantFrom(text, jsonb), (json, path, column) => {
      expect(JSON.parse(document(column, inside(...path), json) as string)).toEqual(byParsing(JSON.parse(json), path))
    }),
    runs(300),
  )
})

test('where no key has another name, no byte changes, whatever the cell holds', () => {
  const cells = fc.oneof(fc.constant('null'), fc.oneof(spelled, fc.string({ unit: 'binary' }).map((value) => value.replaceAll(/[\ud800-\udfff]/g, ''))).map((value) => JSON.stringify(value)))
  fc.assert(
    fc.property(cells, fc.oneof(paths.map((path) => inside(...path)), fc.constant(commas)), fc.constantFrom(text, jsonb), (cell, place, column) => {
      expect(rewriteEmbeddedKeys(cell, column, place, () => undefined)).toBe(cell)
    }),
    runs(300),
  )
})

test('with the same name for every key, all between the keys stays, and extraction finds what renaming finds', () => {
  fc.assert(
    fc.property(spelled, paths, (json, path) => {
      const keys: unknown[] = []
      const marked = JSON.parse(rewriteEmbeddedKeys(JSON.stringify(json), text, inside(...path), (key) => (keys.push(key), 'KEY'))) as string
      expect(embeddedKeys(JSON.stringify(json), text, inside(...path))).toEqual(keys)
      const parts = marked.split('"KEY"')
      expect(parts.length).toBe(keys.length + 1)
      let at = 0
      for (const part of parts) {
        const found = json.indexOf(part, at)
        expect(found).toBeGreaterThanOrEqual(at)
        at = found + part.length
      }
    }),
    runs(300),
  )
})

test('a text stays a text, a number a number; blanks, spelling and order stay', () => {
  expect(document(jsonb, inside('*'), '[ 4,\n "8" , 5, 1.50, "\\u0034"]')).toBe('[ 40,\n "800" , 5, 1.50, "40"]')
  expect(document(text, inside('a', '*', 'id'), '{"b":4, "a" : [{"x":4,"id": 4},{"id":"8"}, 4]}')).toBe('{"b":4, "a" : [{"x":4,"id": 40},{"id":"800"}, 4]}')
  expect(document(text, inside('a'), '{"a":4,"a":8}')).toBe('{"a":40,"a":800}')
  expect(rewritten(sqliteColumn('n', 'INTEGER'), inside('*'), '{"$text":"[4]"}')).toBe('{"$text":"[40]"}')
  const wide = (key: unknown): string | undefined => (key === 4n ? '9007199254740993' : undefined)
  expect(rewriteEmbeddedKeys('"[4, 5]"', jsonb, inside('*'), wide)).toBe('"[9007199254740993, 5]"')
  expect(rewriteEmbeddedKeys('"[4, 5]"', jsonb, inside('*'), () => 'c')).toBe('"[\\"c\\", \\"c\\"]"')
})

test('a key that goes away takes its element along, and is null elsewhere', () => {
  expect(document(text, inside('*'), '[ 9, 4 , 9,9, 5 ,9 ]')).toBe('[ 40, 5 ]')
  expect(document(text, inside('*'), '[ 9 ]')).toBe('[  ]')
  expect(document(text, inside('*', 'id'), '[{"id": 9}, {"id":4}]')).toBe('[{"id": null}, {"id":40}]')
  expect(document(jsonb, inside('lead'), '{"lead" : "9"}')).toBe('{"lead" : null}')
})

test('arrays and composites of PostgreSQL', () => {
  const numbers = array({ family: 'integer' })
  expect(rewritten(numbers, inside('*'), '[4,null,9,5]')).toBe('[40,null,5]')
  expect(rewritten(numbers, inside('*'), '[[4,9],[8,5]]')).toBe('[[40,null],[800,5]]')
  expect(rewriteEmbeddedKeys('[4,"9007199254740993"]', numbers, inside('*'), (key) => (key === 4n ? '9007199254740995' : '7'))).toBe('["9007199254740995",7]')
  expect(rewritten(array({ family: 'text' }), inside('*'), '["4","x","8"]')).toBe('["40","x","800"]')
  const owner: Encoding = { family: 'composite', fields: [{ name: 'id', encoding: { family: 'integer' } }, { name: 'more', encoding: { family: 'json' } }, { name: 'ids', encoding: { family: 'array', element: { family: 'integer' }, delimiter: ',' } }] }
  const cell = JSON.stringify({ id: 9, more: '{"a": [4, "9"]}', ids: [8, 9] })
  const composite = postgresqlColumn('c', 'owner', owner)
  expect(rewritten(composite, inside('id'), cell)).toBe(JSON.stringify({ id: null, more: '{"a": [4, "9"]}', ids: [8, 9] }))
  expect(rewritten(composite, inside('more', 'a', '*'), cell)).toBe(JSON.stringify({ id: 9, more: '{"a": [40]}', ids: [8, 9] }))
  expect(rewritten(composite, inside('ids', '*'), cell)).toBe(JSON.stringify({ id: 9, more: '{"a": [4, "9"]}', ids: [800] }))
  expect(rewritten(array(owner), inside('*', 'ids', '*'), `[null,${cell}]`)).toBe(`[null,${JSON.stringify({ id: 9, more: '{"a": [4, "9"]}', ids: [800] })}]`)
})

test('arrays whose bounds JSON cannot say', () => {
  const literal = (column: Column, place: EmbeddedPlace, value: string): unknown => JSON.parse(rewritten(column, place, JSON.stringify(value)))
  const numbers = array({ family: 'integer' })
  expect(literal(numbers, inside('*'), '[0:3]={4,NULL,9,5}')).toBe('[0:2]={40,NULL,5}')
  expect(literal(numbers, inside('*'), '[0:1]={9,9}')).toBe('{}')
  expect(literal(numbers, inside('*'), '[0:0][1:2]={{4,9}}')).toBe('[0:0][1:2]={{40,NULL}}')
  expect(literal(array({ family: 'text' }), inside('*'), '[2:4]={"4",x,"a \\"b\\", c"}')).toBe('[2:4]={"40",x,"a \\"b\\", c"}')
  expect(literal(array({ family: 'json' }), inside('*', 'id'), '[0:1]={"{\\"id\\": 4}","{\\"id\\": \\"9\\"}"}')).toBe('[0:1]={"{\\"id\\": 40}","{\\"id\\": null}"}')
})

test('what the path does not lead to stays as it is', () => {
  const numbers = array({ family: 'integer' })
  for (const [column, place, cell] of [
    [numbers, inside('a'), '"[0:1]={4,8}"'],
    [numbers, inside('*', 'a'), '"[0:1]={4,8}"'],
    [numbers, inside('*', 'a'), '[4,8]'],
    [array({ family: 'json' }), inside('*', 'id'), JSON.stringify('[0:0]={word}')],
    [sqliteColumn('b', 'BLOB'), inside('*'), '{"$bytes":"00"}'],
    [sqliteColumn('n', 'INTEGER'), inside('*'), '4'],
    [sqliteColumn('b', 'BLOB'), commas, '{"$bytes":"34"}'],
    [postgresqlColumn('c', 'pair', { family: 'composite', fields: [] }), inside('gone', 'id'), '{"gone":5}'],
  ] as const) expect([cell, rewritten(column, place, cell)]).toEqual([cell, cell])
})

test('in an array whose bounds JSON cannot say, the empty text is no key', () => {
  expect(rewriteEmbeddedKeys(JSON.stringify('[0:1]={"",4}'), array({ family: 'text' }), inside('*'), () => 'x')).toBe(JSON.stringify('[0:1]={"",x}'))
})

test('lists keep their separators and blanks; a list may be one number', () => {
  expect(rewritten(text, commas, '" 4,8 ,,15, x,9"')).toBe('" 40,800 ,,15, x"')
  expect(rewritten(text, commas, '"9,9 ,4"')).toBe('"40"')
  expect(rewritten(text, commas, '"9"')).toBe('""')
  expect(rewritten(text, { kind: 'list', separator: ' | ' }, '"4 | 8"')).toBe('"40 | 800"')
  expect(rewritten(sqliteColumn('n', ''), commas, '4')).toBe('40')
  expect(rewritten(sqliteColumn('n', ''), commas, '9')).toBe('null')
  expect(rewritten(sqliteColumn('n', 'INTEGER'), commas, '{"$text":"4,\\"9"}')).toBe('{"$text":"40,\\"9"}')
})
