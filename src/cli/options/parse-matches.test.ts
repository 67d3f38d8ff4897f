import { describe, expect, test } from 'vitest'
import { BadValue } from './option.js'
import { parseMatches } from './parse-matches.js'
import { parseTableStrategies } from './parse-table-strategies.js'
import { MATCH } from './store-options.js'

describe('--match', () => {
  test('names the columns of a table; several for one table are rules in order', () => {
    expect(parseMatches(['users=email', 'pages=project, type', ' pages = slug ', 'audit."a=b"=x'])).toEqual({
      users: [['email']],
      pages: [['project', 'type'], ['slug']],
      'audit."a=b"': [['x']],
    })
  })

  test('takes quotes off the names of columns', () => {
    expect(parseMatches(['t="a,b","say ""hi""",c=d'])).toEqual({ t: [['a,b', 'say "hi"', 'c=d']] })
  })

  test('of a table named like something that every object has is kept', () => {
    expect(Object.entries(parseMatches(['__proto__=a']))).toEqual([['__proto__', [['a']]]])
  })

  test('stands in its variable one a line', () => {
    expect(MATCH.splitVariable('users=email\n\npages=project,type\n')).toEqual(['users=email', 'pages=project,type'])
  })

  test.each([
    ['users', 'TABLE=COLUMNS'],
    ['=email', 'TABLE=COLUMNS'],
    ['users=', 'TABLE=COLUMNS'],
    ['users=a,', 'empty name'],
    ['users=a,,b', 'empty name'],
    ['users="a', 'double quote'],
    ['users=a"b"', 'double quotes go around a whole name'],
    ['users=""', 'double quotes go around a whole name'],
    ['users=a,b,a', 'names the column a twice'],
  ])('%j is refused', (text, message) => {
    expect(() => parseMatches([text])).toThrow(BadValue)
    expect(() => parseMatches([text])).toThrow(message)
  })

  test('given twice is refused', () => {
    expect(() => parseMatches(['t=a,b', 't=b', 't=b,a'])).toThrow('"t=b,a" is given twice')
  })
})

describe('a strategy for a table', () => {
  const parse = parseTableStrategies(['merge', 'skip'])

  test('is one of those allowed, each table once', () => {
    expect(parse(['users=skip', ' audit."a=b" = merge'])).toEqual({ users: 'skip', 'audit."a=b"': 'merge' })
  })

  test.each([
    [['users'], 'TABLE=STRATEGY'],
    [['=skip'], 'TABLE=STRATEGY'],
    [['users='], 'TABLE=STRATEGY'],
    [['users=Skip'], '"Skip" is not one of merge, skip'],
    [['a=skip', 'a=merge'], 'table a is given twice'],
  ])('%j is refused', (texts, message) => {
    expect(() => parse(texts)).toThrow(message)
  })
})
