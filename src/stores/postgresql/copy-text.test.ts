import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnOf, keyOf, postgresqlColumn, tableOf } from '../../../test/schema/tables.js'
import type { Encoding } from '../../schema/column-type.js'
import type { Column } from '../../schema/schema.js'
import type { Conversion } from '../conversion.js'
import { createCopyReader } from './copy-text-reader.js'
import { createCopyWriter } from './copy-text-writer.js'

const ARRAY: Encoding = { family: 'array', element: { family: 'text' }, delimiter: ',' }
const PAIR: Encoding = {
  family: 'composite',
  fields: [
    { name: 'a', encoding: { family: 'integer' } },
    { name: 'b "x"', encoding: ARRAY },
  ],
}
const COLUMNS = [
  postgresqlColumn('id', 'bigint', 'integer'),
  postgresqlColumn('na"me', 'text', 'text'),
  postgresqlColumn('ok', 'boolean', 'boolean'),
  postgresqlColumn('f', 'double precision', 'real'),
  postgresqlColumn('n', 'numeric', 'decimal'),
  postgresqlColumn('b', 'bytea', 'bytes'),
  postgresqlColumn('tags', 'text[]', ARRAY),
  postgresqlColumn('pair', 'pair', PAIR),
  postgresqlColumn('doc', 'json', 'json'),
]

const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '').replace(/[\ud800-\udfff]/g, ''))
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<string> => fc.option(arbitrary).map((value) => JSON.stringify(value))
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => {
  const safe = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
  return safe ? String(value) : `"${value}"`
})
const real = fc.double().map((value) => (Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : JSON.stringify(String(value))))
const strings = fc.array(fc.option(text), { maxLength: 3 })
const line = fc
  .tuple(
    fc.oneof(integer, fc.constant('null')),
    nullable(text),
    nullable(fc.boolean()),
    fc.oneof(real, fc.constant('null')),
    fc.constantFrom('null', '"12.50"', '"-0.001"', '"NaN"', '"99999999999999999999.1"'),
    nullable(fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex'))),
    nullable(strings),
    fc.option(fc.record({ a: fc.option(fc.integer()), b: fc.option(strings) })).map((pair) => JSON.stringify(pair && { a: pair.a, 'b "x"': pair.b })),
    nullable(fc.json()),
  )
  .map((cells) => `{${cells.map((cell, index) => `${JSON.stringify(COLUMNS[index]?.name)}:${cell}`).join(',')}}\n`)

function copyText(columns: readonly Column[], lines: string, targets = columns, allowed: readonly Conversion[] = []): string {
  const table = tableOf('t', columns, { primaryKey: keyOf('id') })
  const pairs = columns.flatMap((source) => targets.filter(({ name }) => name === source.name).map((target) => ({ source, target })))
  const writer = createCopyWriter({ source: table, target: table, columns: pairs, role: 'written', identity: { rules: [], surrogates: [] }, references: [], strategy: 'merge', prune: false, timeColumn: null, labelColumn: null }, new Set(allowed))
  return writer.write({ bytes: Buffer.from(lines), rows: 1 }).toString('utf8')
}

describe('canonical lines and COPY text', () => {
  test('every line that goes into COPY text comes back byte for byte, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (lines, step) => {
        const reader = createCopyReader(COLUMNS)
        const copy = Buffer.from(copyText(COLUMNS, lines.join('')))
        const parts: Buffer[] = []
        for (let at = 0; at < copy.length; at += step) parts.push(reader.push(copy.subarray(at, at + step))?.bytes ?? Buffer.alloc(0))
        parts.push(reader.end()?.bytes ?? Buffer.alloc(0))
        expect(Buffer.concat(parts).toString('utf8')).toBe(lines.join(''))
      }),
      { numRuns: 300 },
    )
  })

  test('a table without columns gives an empty object a row', () => {
    const reader = createCopyReader([])
    reader.push(Buffer.from('\n\n'))
    expect(reader.end()).toEqual({ bytes: Buffer.from('{}\n{}\n'), rows: 2 })
    expect(copyText([], '{}\n{}\n')).toBe('\n\n')
  })

  test('integers beyond 2^53 are strings and those within are numbers', () => {
    const reader = createCopyReader([postgresqlColumn('n', 'bigint', 'integer')])
    reader.push(Buffer.from('9007199254740991\n9007199254740992\n-9007199254740992\n-1\n'))
    expect(reader.end()?.bytes.toString()).toBe('{"n":9007199254740991}\n{"n":"9007199254740992"}\n{"n":"-9007199254740992"}\n{"n":-1}\n')
  })

  test('columns the import does not write are skipped', () => {
    expect(copyText(COLUMNS.slice(0, 3), '{"id":1,"na\\"me":"x,}","ok":true}\n', [COLUMNS[0]!, COLUMNS[2]!])).toBe('1\tt\n')
  })

  test('a long row with every kind of character keeps all of them', () => {
    const columns = [postgresqlColumn('t', 'text', 'text')]
    const lines = `{"t":${JSON.stringify('plain "quoted" back\\slash\ttab\u000bvertical\u0001'.repeat(3_000))}}\n`
    const reader = createCopyReader(columns)
    reader.push(Buffer.from(copyText(columns, lines)))
    expect(reader.end()?.bytes.toString()).toBe(lines)
  })

  test('what COPY escapes by a letter of its own is escaped as JSON has it', () => {
    const reader = createCopyReader([postgresqlColumn('t', 'text', 'text')])
    reader.push(Buffer.from('a\\vb\\nc\n'))
    expect(reader.end()?.bytes.toString()).toBe('{"t":"a\\u000bb\\nc"}\n')
  })

  test('arrays of arrays, as domains make them, keep their inner literals', () => {
    const inner: Encoding = { family: 'array', element: { family: 'integer' }, delimiter: ',' }
    const columns = [postgresqlColumn('a', 'numbers[]', { family: 'array', element: inner, delimiter: ',' })]
    const reader = createCopyReader(columns)
    reader.push(Buffer.from('{"{1,2}",NULL}\n'))
    const line = reader.end()?.bytes.toString() ?? ''
    expect([line, copyText(columns, line)]).toEqual(['{"a":["{1,2}",null]}\n', '{"{1,2}",NULL}\n'])
  })

  test('big integers inside arrays are strings, as they are outside', () => {
    const reader = createCopyReader([postgresqlColumn('a', 'bigint[]', { family: 'array', element: { family: 'integer' }, delimiter: ',' })])
    reader.push(Buffer.from('{9007199254740991,-9007199254740992}\n'))
    expect(reader.end()?.bytes.toString()).toBe('{"a":[9007199254740991,"-9007199254740992"]}\n')
  })

  test('a solidus may be escaped, other escapes of plain characters go the careful way', () => {
    const column = postgresqlColumn('t', 'text', 'text')
    expect(copyText([column], '{"t":"a\\/b\\u0041\\u000b"}\n')).toBe('a/bA\\v\n')
    expect(() => copyText([column], '{"t":"a\\x"}\n')).toThrow(expect.objectContaining({ code: 'ROW_INVALID' }))
    expect(() => copyText([column], '{"t":"a\tb"}\n')).toThrow(expect.objectContaining({ code: 'ROW_INVALID' }))
  })

  test('columns of other types take what fits them', () => {
    const cases: readonly (readonly [string, Column, Column, string])[] = [
      ['5', postgresqlColumn('c', 'integer', 'integer'), postgresqlColumn('c', 'double precision', 'real'), '5'],
      ['1.5e+2', postgresqlColumn('c', 'real', 'real'), postgresqlColumn('c', 'double precision', 'real'), '1.5e+2'],
      ['"1"', postgresqlColumn('c', 'numeric', 'decimal'), postgresqlColumn('c', 'integer', 'integer'), '1'],
      ['"12.5"', postgresqlColumn('c', 'numeric', 'decimal'), postgresqlColumn('c', 'numeric(10,2)', 'decimal'), '12.5'],
      ['"10:00:00"', postgresqlColumn('c', 'text', 'text'), postgresqlColumn('c', 'time without time zone', 'time'), '10:00:00'],
      ['"a\\\\b"', postgresqlColumn('c', 'uuid', 'uuid'), postgresqlColumn('c', 'text', 'text'), 'a\\\\b'],
    ]
    for (const [cell, source, target, written] of cases) expect([cell, copyText([source], `{"c":${cell}}\n`, [target])]).toEqual([cell, `${written}\n`])
  })

  test('a row without an end, and more behind a row, are refused', () => {
    const columns = [postgresqlColumn('id', 'bigint', 'integer')]
    for (const lines of ['{"id":1}', '{"id":1} \n', '{"id":}\n', '{"id":1', '{"id":"1\n']) expect(() => copyText(columns, lines)).toThrow(expect.objectContaining({ code: 'ROW_INVALID' }))
    expect(() => copyText([postgresqlColumn('b', 'bytea', 'bytes')], '{"b":"00\n')).toThrow(expect.objectContaining({ code: 'ROW_INVALID' }))
  })

  test.each([
    ['{"id":1}\n', 'the row ends'],
    ['{"ok":true}\n', 'key of this column'],
    ['{"id":tru\n', 'not JSON'],
    ['{"id":true,"ok":true}\n', 'do not stand for a integer'],
  ])('the broken row %s is named', (lines, message) => {
    const columns = [postgresqlColumn('id', 'bigint', 'integer'), postgresqlColumn('ok', 'boolean', 'boolean')]
    expect(() => copyText(columns, `{"id":7,"ok":false}\n${lines}`)).toThrow(expect.objectContaining({ code: 'ROW_INVALID', place: expect.objectContaining({ table: 't', row: 2 }) as unknown }))
    expect(() => copyText(columns, lines)).toThrow(message === 'the row ends' ? /key of this column/ : new RegExp(message))
  })
})

describe('values of SQLite on their way into PostgreSQL', () => {
  const dynamic = (declared: string, encoding: Encoding): Column => columnOf('c', { declared, encoding, dynamic: true })
  const into = (declared: string, encoding: Encoding): Column => postgresqlColumn('c', declared, encoding)
  const cases: readonly [string, Column, Column, Conversion | null, string | null][] = [
    ['"a\\u0000b"', dynamic('TEXT', { family: 'text' }), into('text', { family: 'text' }), 'drop-nul', 'ab'],
    ['5', dynamic('TEXT', { family: 'text' }), into('text', { family: 'text' }), 'mixed-to-text', '5'],
    ['{"$bytes":"00ff"}', dynamic('', { family: 'any' }), into('text', { family: 'text' }), 'mixed-to-text', '00ff'],
    ['{"$bytes":"c3bc09"}', dynamic('TEXT', { family: 'text' }), into('text', { family: 'text' }), 'blob-to-text', 'ü\\t'],
    ['{"$bytes":"6100"}', dynamic('TEXT', { family: 'text' }), into('text', { family: 'text' }), 'mixed-to-text', '6100'],
    ['""', dynamic('TIME', { family: 'any' }), into('time without time zone', { family: 'time' }), 'empty-to-null', '\\N'],
    ['{"$text":""}', dynamic('INTEGER', { family: 'integer' }), into('bigint', { family: 'integer' }), 'empty-to-null', '\\N'],
    ['""', dynamic('TEXT', { family: 'text' }), into('jsonb', { family: 'json' }), 'empty-to-null', '\\N'],
    ['{"$rawtext":"61ff"}', dynamic('TEXT', { family: 'text' }), into('text', { family: 'text' }), 'replace-invalid-utf8', 'a\ufffd'],
    ['{"$text":"x"}', dynamic('INTEGER', { family: 'integer' }), into('bigint', { family: 'integer' }), null, null],
    ['1.5', dynamic('INTEGER', { family: 'integer' }), into('bigint', { family: 'integer' }), null, null],
    ['2', dynamic('BOOLEAN', { family: 'any' }), into('boolean', { family: 'boolean' }), null, null],
    ['"0.125"', dynamic('TEXT', { family: 'text' }), into('numeric(10,2)', { family: 'decimal' }), 'round', '0.125'],
    ['1234', dynamic('INTEGER', { family: 'integer' }), into('numeric(5,-2)', { family: 'decimal' }), 'round', '1234'],
    ['0.125', dynamic('NUMERIC(10,2)', { family: 'any' }), into('numeric(10,2)', { family: 'decimal' }), 'round', '0.125'],
    ['"2026-02-16 10:00:00+02:00"', dynamic('DATETIME', { family: 'any' }), into('timestamp without time zone', { family: 'timestamp' }), 'zone-to-utc', '2026-02-16 08:00:00'],
    ['"2026-02-16 10:00:00.1234567"', dynamic('DATETIME', { family: 'any' }), into('timestamp without time zone', { family: 'timestamp' }), 'round', '2026-02-16 10:00:00.1234567'],
    ['"abc  "', dynamic('TEXT', { family: 'text' }), into('character varying(3)', { family: 'text' }), null, null],
    ['9007199254740993', dynamic('', { family: 'any' }), into('double precision', { family: 'real' }), 'round', '9007199254740993'],
  ]
  test.each(cases)('%s is refused unless its conversion is allowed', (cell, source, target, conversion, written) => {
    expect(() => copyText([source], `{"c":${cell}}\n`, [target])).toThrow(expect.objectContaining({ code: 'ROW_REFUSED' }))
    if (conversion !== null) expect(copyText([source], `{"c":${cell}}\n`, [target], [conversion])).toBe(`${written ?? ''}\n`)
  })

  test('big integers, blobs and booleans go where they belong', () => {
    expect(copyText([dynamic('INTEGER', { family: 'integer' })], '{"c":"9223372036854775807"}\n', [into('bigint', { family: 'integer' })])).toBe('9223372036854775807\n')
    expect(copyText([dynamic('BLOB', { family: 'bytes' })], '{"c":"00ff"}\n', [into('bytea', { family: 'bytes' })])).toBe('\\\\x00ff\n')
    expect(copyText([dynamic('BOOLEAN', { family: 'any' })], '{"c":1}\n', [into('boolean', { family: 'boolean' })])).toBe('1\n')
  })

  test('a float keeps its own digits as a numeric: an exponent adds none', () => {
    expect(copyText([dynamic('NUMERIC', { family: 'any' })], '{"c":-1.0e-07}\n', [into('numeric', { family: 'decimal' })])).toBe('-0.0000001\n')
    expect(copyText([dynamic('NUMERIC', { family: 'any' })], '{"c":1.5e+20}\n', [into('numeric', { family: 'decimal' })])).toBe('150000000000000000000\n')
  })

  test('an array that rests as JSON text becomes an array again', () => {
    const target = into('integer[]', { family: 'array', element: { family: 'integer' }, delimiter: ',' })
    expect(copyText([dynamic('TEXT', { family: 'text' })], '{"c":"[1,null,3]"}\n', [target])).toBe('{"1",NULL,"3"}\n')
    expect(copyText([dynamic('TEXT', { family: 'text' })], '{"c":"[0:1]={1,2}"}\n', [target])).toBe('[0:1]={1,2}\n')
  })
})
