import { describe, expect, test } from 'vitest'
import { keyOf, postgresqlColumn, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import type { Conversion } from '../stores/conversion.js'
import { alikeIdentity, renumbered } from './renumbered.js'

const texts = tableOf('logs', [sqliteColumn('id', 'TEXT'), sqliteColumn('path', 'TEXT')], { primaryKey: keyOf('id') })
const numbers = tableOf('logs', [sqliteColumn('id', 'INTEGER'), sqliteColumn('path', 'TEXT')], { primaryKey: keyOf('id') })
const id = (kind: 'serial' | null) => postgresqlColumn('id', 'integer', 'integer', { identity: kind === null ? null : { kind, sequence: 'logs_id_seq' } })
const path = postgresqlColumn('path', 'text', 'text')
const serial = tableOf('logs', [id('serial'), path], { primaryKey: keyOf('id') })

describe('a key of text is given anew', () => {
  test.each([
    ['where the target hands out numbers and the user lets it go', texts, serial, ['renumber'], 'id'],
    ['not without a word from the user', texts, serial, ['round'], null],
    ['not where the archive has numbers too', numbers, serial, ['renumber'], null],
    ['not where nobody hands out the numbers', texts, tableOf('logs', [id(null), path], { primaryKey: keyOf('id') }), ['renumber'], null],
    ['not where it is part of a key', texts, tableOf('logs', [id('serial'), path], { primaryKey: keyOf('id', 'path') }), ['renumber'], null],
    ['not where there is no key', texts, tableOf('logs', [id('serial'), path]), ['renumber'], null],
  ] as const)('%s', (_when, source, target, allowed, expected) => {
    expect(renumbered(source, target, new Set<Conversion>(allowed))).toBe(expected)
  })
})

test('rows without their keys are told by all columns that can be compared', () => {
  const json = { source: sqliteColumn('extra', 'TEXT'), target: postgresqlColumn('extra', 'json', 'json') }
  expect(alikeIdentity([{ source: sqliteColumn('path', 'TEXT'), target: path }, json])).toMatchObject({ rules: [{ columns: ['path'], alike: true }], surrogates: [] })
})
