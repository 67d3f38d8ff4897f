import { describe, expect, test } from 'vitest'
import { meaning } from './meaning.js'
import type { MergeRow, MergeSchema, MergeTable } from './merge-schema.js'
import { oracle, type Expected, type OracleInput } from './oracle.js'

const people: MergeTable = {
  name: 'people',
  columns: [
    { name: 'id', kind: 'surrogate', nullable: false },
    { name: 'email', kind: 'text', nullable: false },
    { name: 'name', kind: 'text', nullable: true },
    { name: 'boss', kind: 'integer', nullable: true },
    { name: 'at', kind: 'time', nullable: false },
  ],
  primaryKey: ['id'],
  uniques: [['email']],
  references: [{ columns: ['boss'], table: 'people', targetColumns: ['id'], deferrable: false }],
  timeColumn: 'at',
  labelColumn: 'name',
}
const notes: MergeTable = {
  name: 'notes',
  columns: [{ name: 'person', kind: 'integer', nullable: false }, { name: 'text', kind: 'text', nullable: true }],
  primaryKey: null,
  uniques: [],
  references: [{ columns: ['person'], table: 'people', targetColumns: ['id'], deferrable: false }],
  timeColumn: null,
  labelColumn: null,
}
const schema: MergeSchema = { tables: [people, notes] }

const person = (id: number, email: string, more: Partial<MergeRow> = {}): MergeRow => ({ id, email, name: email.toUpperCase(), boss: null, at: '1', ...more })

/** Rows as `email name boss's-email`, and notes as `email: text`. */
function shown(expected: Expected): { people: string[]; notes: string[]; ids: unknown[] } {
  const rows = expected.state['people'] ?? []
  const email = (id: unknown): unknown => rows.find((row) => row['id'] === id)?.['email'] ?? '-'
  return {
    people: rows.map((row) => [row['email'], row['name'], email(row['boss'])].join(' ')).sort(),
    notes: (expected.state['notes'] ?? []).map((row) => [email(row['person']), row['text']].join(': ')).sort(),
    ids: rows.map((row) => [row['email'], row['id']].join('=')).sort(),
  }
}

const counted = (expected: Expected, table = 'people'): unknown => Object.fromEntries(Object.entries(expected.counts[table] ?? {}).filter(([, count]) => count > 0))

const run = (strategy: OracleInput['strategy'], archive: OracleInput['archive'], target: OracleInput['target'], more: Partial<OracleInput> = {}): Expected => oracle({ schema, archive, target, strategy, ...more })

// Here b is 1 and a is 2; there a is 1, c (whose boss is a) is 2, and b is 3.
const target = { people: [person(1, 'b'), person(2, 'a', { name: 'old', at: '5' }), person(7, 'x')], notes: [{ person: 2, text: 'hi' }, { person: 2, text: 'hi' }] }
const archive = { people: [person(1, 'a'), person(2, 'c', { boss: 1 }), person(3, 'b'), person(5, 'd', { boss: 2 })], notes: [{ person: 1, text: 'hi' }, { person: 1, text: 'hi' }, { person: 1, text: 'hi' }, { person: 2, text: 'hi' }] }

describe('the oracle', () => {
  test('merge follows references through the ids of the target and keeps ids that are free', () => {
    const expected = run('merge', archive, target)
    expect(counted(expected)).toEqual({ new: 2, changed: 1, unchanged: 1 })
    expect(counted(expected, 'notes')).toEqual({ new: 2, unchanged: 2 })
    expect(shown(expected)).toEqual({
      people: ['a A -', 'b B -', 'c C a', 'd D c', 'x X -'],
      notes: ['a: hi', 'a: hi', 'a: hi', 'c: hi'],
      ids: ['a=2', 'b=1', 'c=8', 'd=5', 'x=7'],
    })
  })

  test('skip leaves what is there', () => {
    const expected = run('skip', archive, target)
    expect(counted(expected)).toEqual({ new: 2, kept: 1, unchanged: 1 })
    expect(shown(expected).people).toEqual(['a old -', 'b B -', 'c C a', 'd D c', 'x X -'])
  })

  test('replace and prune remove what only the target has', () => {
    const expected = run('replace', archive, target)
    expect(counted(expected)).toEqual({ new: 2, changed: 1, unchanged: 1, deleted: 1 })
    expect(meaning(schema, expected.state)).toEqual(meaning(schema, archive))
    const pruned = run('skip', archive, target, { prune: true })
    expect(counted(pruned)).toEqual({ new: 2, kept: 1, unchanged: 1, deleted: 1 })
  })

  test('pruning what a kept row refers to fails', () => {
    const expected = run('skip', { people: [person(1, 'a', { name: 'new' })], notes: [] }, { people: [person(1, 'a', { boss: 2 }), person(2, 'b')], notes: [] }, { prune: true })
    expect(expected.codes).toContain('REFERENCE_UNRESOLVED')
  })

  test('fail-on-conflict counts equal rows too', () => {
    const expected = run('fail-on-conflict', archive, target)
    expect(counted(expected)).toEqual({ new: 2, conflicting: 2 })
    expect(expected.codes).toContain('CONFLICT')
    expect(run('fail-on-conflict', { people: [person(7, 'new')], notes: [] }, target).codes).toEqual([])
  })

  test('keep-newer takes the later row, keep-older the strictly older one', () => {
    const at = (a: string, b: string): OracleInput['archive'] => ({ people: [person(1, 'a', { name: 'from there', at: a }), person(2, 'b', { name: 'from there', at: b })], notes: [] })
    const names = (expected: Expected): string[] => shown(expected).people
    const now = { people: [person(1, 'a', { at: '5' }), person(2, 'b', { at: '5' })], notes: [] }
    expect(names(run('keep-newer', at('5', '6'), now))).toEqual(['a A -', 'b from there -'])
    expect(counted(run('keep-newer', at('5', '6'), now))).toEqual({ kept: 1, changed: 1 })
    expect(names(run('keep-older', at('5', '4'), now))).toEqual(['a A -', 'b from there -'])
    expect(counted(run('keep-older', at('5', '4'), now))).toEqual({ kept: 1, changed: 1 })
  })

  test('keep-both inserts a marked row beside the one that differs, and its referrers follow', () => {
    const expected = run('keep-both', { people: [person(1, 'a', { name: 'other' }), person(2, 'b', { boss: 1 })], notes: [] }, { people: [person(1, 'a')], notes: [] })
    expect(counted(expected)).toEqual({ new: 2 })
    expect(expected.state['people']).toMatchObject([{ id: 1, name: 'A' }, { name: 'other (imported)' }, { email: 'b', boss: expected.state['people']?.[1]?.['id'] }])
  })

  test('a reference inside a key counts by what it refers to', () => {
    const items: MergeTable = { ...notes, name: 'notes', primaryKey: ['person', 'text'], columns: notes.columns.map((column) => ({ ...column, nullable: false })) }
    const expected = run('merge', { people: [person(9, 'a')], notes: [{ person: 9, text: 'hi' }] }, { people: [person(1, 'a')], notes: [{ person: 1, text: 'hi' }] }, { schema: { tables: [people, items] } })
    expect(counted(expected, 'notes')).toEqual({ unchanged: 1 })
  })

  test('rules are tried in order, and a row that is taken is taken', () => {
    const codes: MergeTable = { ...people, uniques: [['email'], ['name']], columns: people.columns.map((column) => ({ ...column, nullable: column.name === 'boss' })) }
    const two = { tables: [codes, notes] }
    const now = { people: [person(1, 'a', { name: 'A' }), person(2, 'b', { name: 'B' })], notes: [] }
    const second = run('merge', { people: [person(1, 'z', { name: 'B' })], notes: [] }, now, { schema: two })
    expect(shown(second).people).toEqual(['a A -', 'z B -'])
    const swapped = run('merge', { people: [person(1, 'a', { name: 'B' }), person(2, 'b', { name: 'A' })], notes: [] }, now, { schema: two })
    expect(swapped.codes).toEqual([])
    const taken = run('skip', { people: [person(1, 'a', { name: 'Z' }), person(2, 'q', { name: 'A' })], notes: [] }, now, { schema: two })
    expect(taken.codes).toContain('CONSTRAINT_VIOLATED')
  })

  test('rows without or with a shared identity are conflicts, unless they are there as a whole', () => {
    const match = { people: [['name']] }
    const now = { people: [person(1, 'a', { name: 'n' }), person(2, 'b', { name: 'n' }), person(3, 'c', { name: null })], notes: [] }
    const same = run('merge', { people: [person(5, 'b', { name: 'n' }), person(6, 'c', { name: null })], notes: [] }, now, { match })
    expect([counted(same), same.codes]).toEqual([{ unchanged: 2 }, []])
    const differ = run('merge', { people: [person(5, 'd', { name: 'n' }), person(6, 'e', { name: null }), person(7, 'f', { name: 'm' }), person(8, 'g', { name: 'm' })], notes: [] }, now, { match })
    expect([counted(differ), differ.codes]).toEqual([{ conflicting: 4 }, ['CONFLICT', 'AMBIGUOUS']])
  })
})

describe('the oracle of three-way', () => {
  const base = { people: [person(1, 'a', { at: '0' }), person(2, 'b'), person(3, 'c'), person(4, 'd')], notes: [] }
  const three = (there: readonly MergeRow[], here: readonly MergeRow[]): Expected => run('three-way', { people: there, notes: [] }, { people: here, notes: [] }, { base })

  test('takes what changed there only, keeps what changed here only, and merges by column', () => {
    const expected = three(
      [person(11, 'a', { name: 'there', at: '0' }), person(12, 'b'), person(13, 'c', { name: 'there' })],
      [person(21, 'a', { at: '0' }), person(22, 'b', { name: 'here' }), person(23, 'c', { at: '9' })],
    )
    expect([counted(expected), expected.codes]).toEqual([{ changed: 2, kept: 1 }, []])
    expect(expected.state['people']).toEqual([person(21, 'a', { name: 'there', at: '0' }), person(22, 'b', { name: 'here' }), person(23, 'c', { name: 'there', at: '9' })])
  })

  test('deletes what was deleted there and untouched here, and leaves deleted what was deleted here', () => {
    const expected = three([person(1, 'a', { at: '0' })], [person(2, 'b'), person(9, 'n')])
    expect([counted(expected), expected.codes]).toEqual([{ kept: 1, deleted: 1 }, []])
    expect(shown(expected).people).toEqual(['n N -'])
  })

  test.each([
    ['the same column changed on both sides', [person(1, 'a', { name: 'there', at: '0' })], [person(1, 'a', { name: 'here', at: '0' })]],
    ['changed there, deleted here', [person(1, 'a', { name: 'there', at: '0' })], []],
    ['deleted there, changed here', [], [person(1, 'a', { name: 'here', at: '0' })]],
    ['added on both sides, differently', [person(8, 'n')], [person(9, 'n', { name: 'here' })]],
  ])('%s is a conflict', (_, there, here) => {
    expect(three(there, here).codes).toContain('CONFLICT')
  })

  test('the same change on both sides is none', () => {
    const expected = three([person(1, 'a', { name: 'same', at: '0' })], [person(5, 'a', { name: 'same', at: '0' })])
    expect([counted(expected), expected.codes]).toEqual([{ unchanged: 1 }, []])
  })
})
