import { describe, expect, test } from 'vitest'
import { keyOf, postgresqlColumn, schemaOf, tableOf } from '../../test/schema/tables.js'
import type { DeclaredReference } from '../schema/declared-reference.js'
import { refuseUnknownMatches } from './check-matches.js'
import { refuseUnknownNames } from './check-profile.js'
import { identifyTable } from './identify-table.js'
import { emptyProfile, type Profile } from './profile.js'

const text = (name: string) => postgresqlColumn(name, 'text', 'text', { nullable: false })
const notes = tableOf('notes', [text('id'), text('title'), text('record_id'), text('record_type'), { ...text('slug'), generated: { expression: 'lower(title)', stored: true } }], { primaryKey: keyOf('id') })
const users = tableOf('users', [text('id'), text('email')], { primaryKey: keyOf('id') })
const pairs = tableOf('pairs', [text('x'), text('y')], { primaryKey: keyOf('x', 'y') })
const log = tableOf('log', [text('line')])
const schema = schemaOf('postgresql', [notes, users, pairs, log])

const reference = (more: Partial<DeclaredReference>): Partial<Profile> => ({
  references: { notes: [{ columns: ['record_id'], table: 'users', targetColumns: [], place: { kind: 'columns' }, when: null, ...more }] },
})
const check = (part: Partial<Profile>) => () => refuseUnknownNames(schema, { ...emptyProfile, ...part })

test('a profile serves several versions of an application: tables that are not there are passed over', () => {
  expect(check({ identities: { gone: [['x']] }, labelColumns: { gone: 'x' }, ...reference({ table: 'gone', targetColumns: ['x'] }) })).not.toThrow()
  expect(check({ references: { gone: [{ columns: ['x'], table: 'users', targetColumns: ['y'], place: { kind: 'columns' }, when: null }] } })).not.toThrow()
  expect(check({ identities: { users: [['email'], ['id']] }, labelColumns: { notes: 'title' }, ...reference({ when: { column: 'record_type', value: 'user' } }) })).not.toThrow()
  expect(check(reference({ table: 'log', targetColumns: ['line'], place: { kind: 'list', separator: ',' } }))).not.toThrow()
})

test.each<[string, Partial<Profile>, string, string, string | undefined]>([
  ['an identity', { identities: { users: [['id'], ['emial']] } }, 'COLUMN_NOT_FOUND', 'identities names the column emial, which is not there', 'Did you mean email?'],
  ['an identity that is generated', { identities: { notes: [['slug']] } }, 'CONFIG_INVALID', 'identities names the column slug, whose values the database computes: archives do not carry them', undefined],
  ['a label', { labelColumns: { notes: 'titel' } }, 'COLUMN_NOT_FOUND', 'labelColumns names the column titel, which is not there', 'Did you mean title?'],
  ['a reference', reference({ columns: ['recordid'] }), 'COLUMN_NOT_FOUND', 'references names the column recordid, which is not there', 'Did you mean record_id?'],
  ['a condition', reference({ when: { column: 'recordtype', value: 'x' } }), 'COLUMN_NOT_FOUND', 'when of references names the column recordtype, which is not there', 'Did you mean record_type?'],
  ['a target column', reference({ targetColumns: ['mail'] }), 'COLUMN_NOT_FOUND', 'targetColumns of references of notes names the column mail, which is not there', 'Did you mean email?'],
  ['a key of more columns', reference({ table: 'pairs' }), 'CONFIG_INVALID', 'the reference of record_id to pairs has 1 column, but the primary key (x, y) 2 columns', 'Name as many columns on both sides, in the same order.'],
  ['fewer target columns', reference({ columns: ['record_id', 'title'], targetColumns: ['id'] }), 'CONFIG_INVALID', 'the reference of record_id, title to users has 2 columns, but targetColumns (id) 1 column', undefined],
  ['a target without primary key', reference({ table: 'log' }), 'CONFIG_INVALID', 'the reference of record_id to log needs targetColumns, for that table has no primary key', undefined],
  ['a list of two columns', reference({ columns: ['record_id', 'title'], place: { kind: 'list', separator: ',' } }), 'CONFIG_INVALID', 'the reference of record_id, title to users is a list of 2 columns instead of one', undefined],
  ['a path in two columns', reference({ columns: ['record_id', 'title'], place: { kind: 'inside', path: ['*'] } }), 'CONFIG_INVALID', 'the reference of record_id, title to users is inside of 2 columns instead of one', undefined],
])('%s that does not fit is named', (_, part, code, message, hint) => {
  expect(check(part)).toThrow(expect.objectContaining({ code, message, ...(hint === undefined ? {} : { hint }) }) as Error)
})

test('a table named like something that every object has is only a table', () => {
  const odd = tableOf('constructor', [text('id')], { primaryKey: keyOf('id') })
  const byHand: Profile = { ...emptyProfile, name: null, groups: {}, timeColumns: {}, leaveOut: {}, identities: {}, references: {}, labelColumns: {}, alike: {}, project: {}, secrets: {}, leaveAlone: [] }
  expect(() => refuseUnknownNames(schemaOf('postgresql', [odd]), byHand)).not.toThrow()
  expect(identifyTable(odd, byHand, {}).rules[0]?.because).toBe('primary key (text)')
})

describe('--match', () => {
  test('comes before the profile, and the profile before the keys', () => {
    const profile: Profile = { ...emptyProfile, name: 'shop', identities: { users: [['email']] } }
    const because = (match: Record<string, string[][]>, of = profile) => identifyTable(users, of, match).rules.map((rule) => `${rule.columns.join()} ${rule.because}`)
    expect(because({ users: [['id']] })).toEqual(['id declared by --match'])
    expect(because({ notes: [['id']] })).toEqual(['email declared by profile shop'])
    expect(because({}, { ...profile, name: null })).toEqual(['email declared by the profile'])
    expect(because({}, emptyProfile)).toEqual(['id primary key (text)'])
  })

  test.each<[string, Record<string, string[][]>, string, string, string | undefined]>([
    ['a table', { user: [['email']] }, 'TABLE_NOT_FOUND', '--match names the table user, which is not there', 'Did you mean users?'],
    ['a column', { users: [['emial']] }, 'COLUMN_NOT_FOUND', '--match names the column emial, which is not there', 'Did you mean email?'],
    ['a generated column', { notes: [['slug']] }, 'USAGE', '--match names the column slug, whose values the database computes: archives do not carry them', undefined],
  ])('of %s that does not fit is refused', (_, match, code, message, hint) => {
    expect(() => refuseUnknownMatches(schema, match)).toThrow(expect.objectContaining({ code, message, ...(hint === undefined ? {} : { hint }) }) as Error)
  })
})
