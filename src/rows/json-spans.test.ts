import { expect, test } from 'vitest'
import { elementSpans, memberSpans, parsedString, rootSpan } from './json-spans.js'

const cut = (text: string, spans: Iterable<{ readonly start: number; readonly end: number }>): readonly string[] => [...spans].map(({ start, end }) => text.slice(start, end))

test('elements and members are found with blanks, escapes and nesting between them', () => {
  const list = ' [ 1 ,"a\\"]", {"x":[2]} ,[]]'
  expect(cut(list, [rootSpan(list)])).toEqual([list.trim()])
  expect(cut(list, elementSpans(list, 1))).toEqual(['1', '"a\\"]"', '{"x":[2]}', '[]'])
  const object = '{ "a" : 1,"\\u0062":{"c":"}"} }'
  expect([...memberSpans(object, 0)].map(({ name, start, end }) => [name, object.slice(start, end)])).toEqual([['a', '1'], ['b', '{"c":"}"}']])
})

test('what is no JSON ends all the same', () => {
  expect(cut('[1', elementSpans('[1', 0))).toEqual(['1'])
  expect(cut('["a', elementSpans('["a', 0))).toEqual(['"a'])
  expect(cut('[[1', elementSpans('[[1', 0))).toEqual(['[1'])
  expect([...memberSpans('{5 :1,"a":2}', 0)].map(({ name }) => name)).toEqual(['a'])
})

test('only a string is read as one', () => {
  expect([parsedString('"a\\n"'), parsedString('5'), parsedString('"a')]).toEqual(['a\n', null, null])
})
