import { expect, test } from 'vitest'
import { postgresqlColumn, sqliteColumn } from '../../../../test/schema/tables.js'
import type { ScalarFamily } from '../../../schema/column-type.js'
import type { ColumnType } from '../../../schema/column-type.js'
import { cellValue, KIND, type Kind } from './cell-value.js'

const fixed = (family: ScalarFamily): ColumnType => postgresqlColumn('c', family, family).type
const sqlite = (declared: string): ColumnType => sqliteColumn('c', declared).type
const array: ColumnType = postgresqlColumn('c', 'x[]', { family: 'array', element: { family: 'integer' }, delimiter: ',' }).type
const composite: ColumnType = postgresqlColumn('c', 'x', { family: 'composite', fields: [] }).type

const kindOf = (json: string): Kind => {
  if (json === 'null') return KIND.null
  if (json === 'true' || json === 'false') return KIND.boolean
  if (json.startsWith('"')) return KIND.string
  if (json.startsWith('{')) return KIND.object
  if (json.startsWith('[')) return KIND.array
  return /[.eE]/.test(json) ? KIND.fraction : KIND.integer
}

test.each([
  ['null', fixed('text'), { class: 'null' }],
  ['true', fixed('boolean'), { class: 'integer', integer: 1n }],
  ['false', fixed('boolean'), { class: 'integer', integer: 0n }],
  ['5', fixed('integer'), { class: 'integer', integer: 5n }],
  ['5', sqlite('TEXT'), { class: 'integer', integer: 5n }],
  ['5', fixed('real'), { class: 'real', real: 5 }],
  ['1.5', sqlite(''), { class: 'real', real: 1.5 }],
  ['"9223372036854775807"', fixed('integer'), { class: 'integer', integer: 2n ** 63n - 1n }],
  ['"NaN"', fixed('real'), { class: 'nan' }],
  ['"-Infinity"', fixed('real'), { class: 'real', real: -Infinity }],
  ['"00ff"', fixed('bytes'), { class: 'blob' }],
  ['"1.50"', fixed('decimal'), { class: 'decimal', text: '1.50' }],
  ['"NaN"', fixed('decimal'), { class: 'text', text: 'NaN' }],
  ['"a\\n"', fixed('text'), { class: 'text', text: 'a\n' }],
  ['[1]', array, { class: 'text', text: '[1]' }],
  ['{}', composite, { class: 'text', text: '{}' }],
  ['{"$text":"x"}', sqlite('INTEGER'), { class: 'text', text: 'x' }],
  ['{"$bytes":"00"}', sqlite('TEXT'), { class: 'blob' }],
  ['{"$integer":"9223372036854775807"}', sqlite('TEXT'), { class: 'integer', integer: 2n ** 63n - 1n }],
  ['{"$real":"Infinity"}', sqlite('TEXT'), { class: 'real', real: Infinity }],
  ['{"$rawtext":"ff"}', sqlite('TEXT'), { class: 'raw' }],
] as const)('%s is a value of its column: %#', (json, type, value) => {
  expect(cellValue(type, kindOf(json), json)).toEqual(value)
})

test.each([
  ['true', fixed('integer')],
  ['5', fixed('text')],
  ['9007199254740993', fixed('integer')],
  ['1.5', fixed('integer')],
  ['1e999', fixed('real')],
  ['"t"', fixed('boolean')],
  ['"{}"', composite],
  ['"x"', fixed('integer')],
  ['"9223372036854775808"', fixed('integer')],
  ['"nan"', fixed('real')],
  ['"NaN"', sqlite('REAL')],
  ['"0"', fixed('bytes')],
  ['[1', array],
  ['[1]', fixed('json')],
  ['{', composite],
  ['{}', fixed('json')],
  ['{"$other":"x"}', sqlite('')],
  ['{"$text":"x"}', sqlite('TEXT')],
  ['{"$text":"x","$text":"y"}', sqlite('INTEGER')],
  ['{"$text":"x\\"}', sqlite('INTEGER')],
  ['{"$bytes":"00"}', sqlite('BLOB')],
  ['{"$bytes":"0G"}', sqlite('TEXT')],
  ['{"$integer":"1"}', sqlite('INTEGER')],
  ['{"$real":"Infinity"}', sqlite('REAL')],
  ['{"$real":"NaN"}', sqlite('TEXT')],
  ['{"$rawtext":"f"}', sqlite('TEXT')],
] as const)('%s is none: %#', (json, type) => {
  expect(cellValue(type, kindOf(json), json)).toBeNull()
})
