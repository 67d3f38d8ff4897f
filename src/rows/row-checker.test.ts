import { describe, expect, test } from 'vitest'
import { columnOf, postgresqlColumn } from '../../test/schema/tables.js'
import type { Encoding, ScalarFamily } from '../schema/column-type.js'
import { rowChecker } from './row-checker.js'

function faults(encoding: Encoding, cell: string, dynamic = false): string[] {
  const check = rowChecker([postgresqlColumn('id', 'bigint', 'integer'), columnOf('c', { declared: '', encoding, dynamic })])
  return check(Buffer.from(`{"id":1,"c":${cell}}\n`)).map(({ message }) => message)
}

describe('cells by family', () => {
  test.each<[Encoding['family'], string[], string[]]>([
    ['boolean', ['true', 'false', 'null'], ['1', '"t"', 'True']],
    ['integer', ['0', '-9007199254740991', '"9223372036854775807"'], ['1.5', '"abc"', '01', '1e3', 'true', '99999999999999999999', '9007199254740993', '"99999999999999999999"']],
    ['real', ['0.1', '-0', '5e-324', '"NaN"', '"-Infinity"', '7'], ['"nan"', 'NaN', '.5', '"1"']],
    ['decimal', ['"12.50"', '"NaN"', '"-0.001"'], ['12.5', '"1e5"', '"abc"']],
    ['text', ['""', '"a\\u0000b"', '"\\uD83D\\uDE00"', '"\\"\\\\"'], ['1', '{"$text":"a"}', '"\\x"', '"\\u12"', '"\\ud800"', '"\\udc00"', '"\\ud83dx"', '"\\ud83d\\u0041"']],
    ['bytes', ['""', '"00ff"'], ['"0"', '"0G"', '"AB"']],
    ['uuid', ['"0b51f5a8-7d0a-4b3c-9d3e-0123456789ab"'], ['"0b51f5a8"', '7']],
    ['json', ['"{}"', '"\\n"'], ['"a\nb"'.replace('\n', '\t'), '{}', '']],
    ['timestamp', ['"2026-02-16 10:00:00.5"', '"infinity"', '"0044-03-15 00:00:00 BC"'], ['"2026-02-16T10:00:00"', '"yesterday"']],
  ])('%s', (family, good, bad) => {
    const encoding = { family } as Encoding
    for (const cell of good) expect([cell, faults(encoding, cell)]).toEqual([cell, []])
    for (const cell of bad) expect([cell, faults(encoding, cell).length]).toEqual([cell, 1])
  })

  test('columns of SQLite may hold tagged values, and only the tags of the format', () => {
    for (const cell of ['{"$text":"x"}', '{"$bytes":"00"}', '{"$integer":"9223372036854775807"}', '{"$real":"-Infinity"}', '{"$rawtext":"ff"}', '1.5']) {
      expect([cell, faults({ family: 'integer' }, cell, true)]).toEqual([cell, []])
    }
    for (const cell of ['{"$other":"x"}', '{"$bytes":"0"}', '{"$integer":"x"}', '{"a":1}', '[1]', '{"$text":1}', '{"$text":"\\ud800"}', '99999999999999999999', '{"$real":"5"}', '{"$real":"NaN"}']) {
      expect([cell, faults({ family: 'any' }, cell, true).length]).toEqual([cell, 1])
    }
  })

  test('arrays and composites are checked to the innermost value', () => {
    const numbers: Encoding = { family: 'array', element: { family: 'integer' }, delimiter: ',' }
    const pair: Encoding = { family: 'composite', fields: [{ name: 'a', encoding: { family: 'decimal' } }, { name: 'b', encoding: numbers }] }
    expect(faults(numbers, '[[1,null],["9223372036854775807",2]]')).toEqual([])
    expect(faults(numbers, '"[0:1]={1,2}"')).toEqual([])
    expect(faults(numbers, '[true]')).toHaveLength(1)
    expect(faults(pair, '{"a":"1.50","b":[1]}')).toEqual([])
    expect(faults(pair, '{"b":[1],"a":"1.50"}')).toHaveLength(1)
    expect(faults(pair, '{"a":1.5,"b":null}')).toHaveLength(1)
    expect(faults(pair, '[]')).toHaveLength(1)
    const of = (family: ScalarFamily): Encoding => ({ family: 'array', element: { family }, delimiter: ',' })
    for (const [encoding, good, bad] of [
      [of('boolean'), '[true,false,null]', '["t"]'],
      [of('integer'), '[1]', '[{"a":1}]'],
      [of('uuid'), '["0b51f5a8-7d0a-4b3c-9d3e-0123456789ab"]', '["0b51f5a8"]'],
      [of('text'), '["a"]', '["\\ud800"]'],
      [{ family: 'array', element: pair, delimiter: ',' }, '[{"a":null,"b":"{1}"}]', '[5]'],
      [{ family: 'composite', fields: [{ name: 'n', encoding: numbers }] }, '{"n":[1]}', '{"n":5}'],
      [numbers, '[1]', '[1'],
    ] as const) {
      expect([good, faults(encoding, good)]).toEqual([good, []])
      expect([bad, faults(encoding, bad).length]).toEqual([bad, 1])
    }
  })
})

test('a broken line is named with its row, the others are still checked', () => {
  const check = rowChecker([postgresqlColumn('a', '', 'integer'), postgresqlColumn('b', '', 'text')])
  const found = check(Buffer.concat([Buffer.from('{"a":1,"b":"x"}\n{"a":1}\n{"b":"x","a":1}\n{"a":1,"b":"x"} \n{"a":1,"b":"'), Buffer.from([0xff]), Buffer.from('"}\n{"a":2,"b":null}\n')]))
  expect(found.map(({ row }) => row)).toEqual([2, 3, 4, 5])
})

test('a table without columns has rows that are empty objects, the last line needs no newline', () => {
  const check = rowChecker([])
  expect(check(Buffer.from('{}\n{}'))).toEqual([])
  expect(check(Buffer.from('{}\n{ }\n\n')).map(({ row }) => row)).toEqual([2, 3])
})
