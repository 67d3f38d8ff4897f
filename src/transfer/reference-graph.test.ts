import { expect, test } from 'vitest'
import { keyOf, referenceOf, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import { emptyProfile, type Profile } from '../profiles/profile.js'
import type { DeclaredReference } from '../schema/declared-reference.js'
import { referenceGraph } from './reference-graph.js'

const parent = tableOf('p', [sqliteColumn('id', 'INTEGER'), sqliteColumn('code', 'TEXT')], { primaryKey: keyOf('id') })
const keyless = tableOf('k', [sqliteColumn('id', 'INTEGER')])
const child = tableOf('c', [sqliteColumn('p', 'INTEGER'), sqliteColumn('kind', 'TEXT'), sqliteColumn('made', 'INTEGER', { generated: { expression: 'p', stored: false } })], { references: [referenceOf(['p'], 'p', [])] })

const byProfile = (more: Partial<DeclaredReference>): Profile => ({
  ...emptyProfile,
  references: { c: [{ columns: ['p'], table: 'p', targetColumns: ['id'], place: { kind: 'columns' }, when: null, ...more }] },
})
const led = (profile: Profile): readonly string[] => referenceGraph([parent, keyless, child], profile).from(child).map(({ columns, targets, to }) => `${columns.map(({ name }) => name).join()} → ${to.table.id}.${targets.map(({ name }) => name).join()}`)

test('a reference without columns leads to the primary key, and references to one key share it', () => {
  expect(led(emptyProfile)).toEqual(['p → p.id'])
  const graph = referenceGraph([parent, keyless, child], byProfile({}))
  expect([graph.references.length, graph.keySets.length, graph.keySetsOf(parent).length, graph.keySetsOf(child).length, graph.from(keyless).length]).toEqual([2, 1, 1, 0, 0])
})

test('one by the profile counts where the column that decides stands in the rows', () => {
  expect(led(byProfile({ when: { column: 'kind', value: 'x' }, targetColumns: ['code'] }))).toEqual(['p → p.id', 'p → p.code'])
})

test.each<readonly [string, Partial<DeclaredReference>]>([
  ['to a table that does not go along', { table: 'gone' }],
  ['to a table without a key', { table: 'k', targetColumns: [] }],
  ['to a column that is not stored', { targetColumns: ['nothing'] }],
  ['of a column that is computed', { columns: ['made'] }],
  ['decided by a column that is not stored', { when: { column: 'made', value: '1' } }],
  ['of fewer columns than the key has', { targetColumns: ['id', 'code'] }],
])('a reference %s is not there', (_, more) => {
  expect(led(byProfile(more))).toEqual(['p → p.id'])
})
