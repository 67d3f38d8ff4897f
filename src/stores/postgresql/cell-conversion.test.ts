import { expect, test } from 'vitest'
import { postgresqlColumn, sqliteColumn } from '../../../test/schema/tables.js'
import type { Encoding, ScalarFamily } from '../../schema/column-type.js'
import type { Column } from '../../schema/schema.js'
import type { Conversion } from '../conversion.js'
import { cellConverter } from './cell-conversion.js'

const sqlite = (declared: string): Column => sqliteColumn('c', declared)
const postgresql = (declared: string, encoding: ScalarFamily | Encoding): Column => postgresqlColumn('c', declared, encoding)

const bigint = postgresql('bigint', 'integer')
const boolean = postgresql('boolean', 'boolean')
const bytea = postgresql('bytea', 'bytes')
const date = postgresql('date', 'date')
const double = postgresql('double precision', 'real')
const float = postgresql('real', 'real')
const json = postgresql('json', 'json')
const numeric = postgresql('numeric', 'decimal')
const text = postgresql('text', 'text')
const time = postgresql('time without time zone', 'time')
const timestamp = postgresql('timestamp without time zone', 'timestamp')
const numbers = postgresql('integer[]', { family: 'array', element: { family: 'integer' }, delimiter: ',' })
const flags = postgresql('boolean[]', { family: 'array', element: { family: 'boolean' }, delimiter: ',' })
const blobs = postgresql('bytea[]', { family: 'array', element: { family: 'bytes' }, delimiter: ',' })
const pair = postgresql('pair', { family: 'composite', fields: [{ name: 'a', encoding: { family: 'integer' } }, { name: 'b', encoding: { family: 'text' } }] })

const convert = (cell: string, source: Column, target: Column, ...allowed: Conversion[]): string | null => cellConverter(source, target, new Set(allowed))(cell)

test.each<readonly [string, Column, Column, string | null]>([
  ['null', bigint, bigint, null],
  ['true', boolean, boolean, 't'],
  ['false', boolean, boolean, 'f'],
  ['1', sqlite(''), boolean, '1'],
  ['"9007199254740993"', bigint, numeric, '9007199254740993'],
  ['1.5', double, numeric, '1.5'],
  ['1.0e-07', double, postgresql('numeric(10,7)', 'decimal'), '0.0000001'],
  ['0.5', double, float, '0.5'],
  ['"NaN"', double, numeric, 'NaN'],
  ['"Infinity"', double, float, 'Infinity'],
  ['{"$real":"-Infinity"}', sqlite('REAL'), double, '-Infinity'],
  ['{"$integer":"9223372036854775807"}', sqlite(''), bigint, '9223372036854775807'],
  ['"12"', numeric, bigint, '12'],
  ['"1.5"', numeric, double, '1.5'],
  ['"1.5"', numeric, text, '1.5'],
  ['"1.50"', sqlite('TEXT'), postgresql('numeric(10,2)', 'decimal'), '1.50'],
  ['"abc"', text, postgresql('character varying(3)', 'text'), 'abc'],
  ['"😀😀"', text, postgresql('character varying(2)', 'text'), '😀😀'],
  ['"10:00:00.120000"', sqlite('TIME'), postgresql('time(2) without time zone', 'time'), '10:00:00.120000'],
  ['"2026-02-16"', sqlite('DATE'), date, '2026-02-16'],
  ['"00ff"', bytea, bytea, '\\x00ff'],
  ['{"$bytes":"00FF"}', sqlite('BLOB'), bytea, '\\x00FF'],
  ['"00"', sqlite('TEXT'), text, '00'],
  ['"{1,2}"', sqlite('TEXT'), numbers, '{1,2}'],
  ['"[1,"', sqlite('TEXT'), numbers, '[1,'],
  ['[1,null]', numbers, numbers, '{"1",NULL}'],
  ['"[0:0]={1}"', numbers, numbers, '[0:0]={1}'],
  ['[true,false]', flags, flags, '{"t","f"}'],
  ['["00ff"]', blobs, blobs, '{"\\\\x00ff"}'],
  ['{"a":-0,"b":null}', pair, pair, '("-0",)'],
  ['{"a":"5","b":"x\\"y"}', pair, pair, '("5","x""y")'],
])('%s goes in as it is meant: %#', (cell, source, target, written) => {
  expect(convert(cell, source, target)).toBe(written)
})

test.each<readonly [string, Column, Column, Conversion, string | null]>([
  ['0.123456789', double, float, 'round', '0.123456789'],
  ['9007199254740993', sqlite(''), double, 'round', '9007199254740993'],
  ['"1234"', numeric, postgresql('numeric(5,-2)', 'decimal'), 'round', '1234'],
  ['1234', sqlite('INTEGER'), postgresql('numeric(5,-2)', 'decimal'), 'round', '1234'],
  ['"1.125"', numeric, postgresql('numeric(5,2)', 'decimal'), 'round', '1.125'],
  ['"10:00:00.125"', time, postgresql('time(2) without time zone', 'time'), 'round', '10:00:00.125'],
  ['5', sqlite(''), text, 'mixed-to-text', '5'],
  ['{"$bytes":"ff"}', sqlite(''), text, 'mixed-to-text', 'ff'],
  ['{"$bytes":"61"}', sqlite(''), text, 'blob-to-text', 'a'],
  ['{"$text":""}', sqlite('BLOB'), bytea, 'empty-to-null', null],
  ['"2026-02-16T10:00:00-05:30"', text, timestamp, 'zone-to-utc', '2026-02-16 15:30:00'],
  ['"2026-02-16 10:00+0100"', text, timestamp, 'zone-to-utc', '2026-02-16 09:00:00'],
  ['"2026-02-16 10:00:00.25+00:00:30"', text, timestamp, 'zone-to-utc', '2026-02-16 09:59:30.25'],
  ['"2026-02-16 10:00:00z"', text, timestamp, 'zone-to-utc', '2026-02-16 10:00:00'],
])('%s is bent only where --convert allows it: %#', (cell, source, target, conversion, written) => {
  expect(() => convert(cell, source, target)).toThrow(expect.objectContaining({ kind: 'refused', conversion }))
  expect(convert(cell, source, target, conversion)).toBe(written)
})

test('a decimal whose scale is negative takes what it need not round', () => {
  const hundreds = postgresql('numeric(5,-2)', 'decimal')
  for (const cell of ['"1200"', '"0"', '"-500"', '"NaN"', '"1200.00"']) expect(convert(cell, numeric, hundreds)).toBe(JSON.parse(cell))
})

test.each<readonly [string, Column, Column, RegExp]>([
  ['"x"', sqlite('TEXT'), bigint, /text cannot go/],
  ['"x"', sqlite('TEXT'), numeric, /no numeric/],
  ['1.5', sqlite(''), bigint, /fraction/],
  ['2', sqlite(''), boolean, /only 0 and 1/],
  ['5', sqlite(''), bytea, /number cannot go/],
  ['5', sqlite(''), numbers, /number cannot go/],
  ['5', sqlite('DATE'), date, /number cannot go/],
  ['{"$bytes":"00"}', sqlite(''), json, /bytes cannot go/],
  ['"00"', bytea, json, /bytes cannot go/],
  ['{"$real":"Infinity"}', sqlite('REAL'), text, /infinite float/],
  ['true', boolean, bigint, /boolean cannot go/],
  ['[1]', numbers, text, /array cannot go/],
  ['{"a":1,"b":null}', pair, numbers, /composite cannot go/],
  ['"NaN"', double, bigint, /text cannot go/],
  ['"abcd"', text, postgresql('character varying(3)', 'text'), /longer than 3/],
  ['"2026-02-16 10:00:00"', text, date, /time of day/],
  ['"10:00:00+01"', text, time, /no fixed UTC time/],
  ['"16 Feb 2026 10:00:00+01"', text, timestamp, /cannot be moved to UTC/],
])('%s cannot go in at all: %#', (cell, source, target, message) => {
  expect(() => convert(cell, source, target, 'zone-to-utc', 'mixed-to-text', 'blob-to-text')).toThrow(expect.objectContaining({ kind: 'refused', message: expect.stringMatching(message) as string }))
})

test.each<readonly [string, Column, Column, RegExp]>([
  ['{', text, text, /not JSON/],
  ['"x"', bigint, bigint, /holds digits/],
  ['"x"', double, double, /NaN, Infinity/],
  ['5', text, text, /number does not stand for a text/],
  ['true', text, text, /do not stand for a text/],
  ['[1]', text, text, /does not stand for a text/],
  ['"0"', bytea, bytea, /pairs of hex/],
  ['{}', sqlite(''), text, /one key and a string/],
  ['{"$text":"a","$bytes":""}', sqlite(''), text, /one key and a string/],
  ['{"$text":5}', sqlite(''), text, /one key and a string/],
  ['{"$other":"a"}', sqlite(''), text, /no tag \$other/],
  ['{"a":1}', numbers, numbers, /array is expected/],
  ['[5]', flags, flags, /true or false/],
  ['[5]', blobs, blobs, /string is expected/],
  ['[5]', pair, pair, /object is expected/],
  ['{"a":1,"c":2}', pair, pair, /no field c/],
  ['{"a":1}', pair, pair, /field b is missing/],
])('%s is no cell of its column: %#', (cell, source, target, message) => {
  expect(() => convert(cell, source, target)).toThrow(expect.objectContaining({ kind: 'invalid', message: expect.stringMatching(message) as string }))
})
