import { expect, test } from 'vitest'
import { profileOption } from './profile-option.js'
import { emptyProfile } from './profile.js'

const byHand = { ...emptyProfile, groups: {}, timeColumns: {}, leaveOut: {}, identities: {}, references: {}, labelColumns: {} }
const reference = { columns: ['a'], table: 'b', targetColumns: [], place: { kind: 'columns' }, when: null }
const DUE = 'a profile, as resolveStore gives it'

test.each<[string, unknown]>([
  ['the empty one', emptyProfile],
  ['one by hand', byHand],
  [
    'one with everything',
    {
      ...emptyProfile,
      name: 'shop', groups: { core: ['users'] }, timeColumns: { users: 'seen' }, leaveOut: { users: ['hash'] }, identities: { users: [['email'], ['a', 'b']] }, labelColumns: { users: 'name' },
      references: { notes: [reference, { ...reference, place: { kind: 'inside', path: ['*'] }, when: { column: 'c', value: '' } }, { ...reference, place: { kind: 'list', separator: ',' }, optional: true }] },
      alike: { edges: ['a', 'b'] }, secrets: { users: { columns: ['token'], rows: [{ column: 'key', values: ['x'] }] } }, leaveAlone: ['locks'],
      project: { users: [{ kind: 'column', column: 'p' }, { kind: 'through', column: 'a', table: 'b', targetColumn: null, then: { kind: 'column', column: 'p' } }] },
    },
  ],
])('%s is a profile', (_, profile) => {
  expect(profileOption(profile)).toBeNull()
})

test.each<[unknown, string]>([
  ['shop', DUE],
  [{ ...byHand, groups: undefined, leaveOut: undefined }, `${DUE}: groups, leaveOut are missing`],
  [{ ...byHand, references: undefined }, `${DUE}: references is missing`],
  [{ ...byHand, identity: {} }, `${DUE}: it has an unknown key identity`],
  [{ ...byHand, toString: {} }, `${DUE}: it has an unknown key toString`],
  [{ ...byHand, name: 5 }, `${DUE}: its name must be a text or null`],
  [{ ...byHand, groups: { core: 'users' } }, `${DUE}: its groups must be an object of arrays of texts`],
  [{ ...byHand, labelColumns: { a: ['b'] } }, `${DUE}: its labelColumns must be an object of texts`],
  ...[{ users: ['email'] }, { users: [] }, { users: [[]] }, { users: [['']] }, [['email']]].map(
    (identities): [unknown, string] => [{ ...byHand, identities }, `${DUE}: its identities must be an object of arrays of column lists, such as { users: [["email"]] }`],
  ),
  ...[
    reference, [reference], { a: reference }, { a: [{}] }, { a: [{ ...reference, columns: [] }] }, { a: [{ ...reference, table: '' }] }, { a: [{ ...reference, targetColumns: undefined }] },
    { a: [{ ...reference, place: undefined }] }, { a: [{ ...reference, place: { kind: 'inside' } }] }, { a: [{ ...reference, place: { kind: 'list', separator: '' } }] },
    { a: [{ ...reference, place: { kind: 'near' } }] }, { a: [{ ...reference, when: undefined }] }, { a: [{ ...reference, when: { column: 'c' } }] },
  ].map((references): [unknown, string] => [{ ...byHand, references }, `${DUE}: its references must be an object of arrays of references with columns, table, targetColumns, place and when`]),
  [{ ...byHand, alike: { a: [] } }, `${DUE}: its alike must be an object of column lists`],
  [{ ...byHand, leaveAlone: {} }, `${DUE}: its leaveAlone must be an array of texts`],
  ...[{ a: ['b'] }, { a: { columns: ['b'] } }, { a: { columns: [], rows: [{ column: 'b', values: [] }] } }].map((secrets): [unknown, string] => [{ ...byHand, secrets }, `${DUE}: its secrets must be an object of { columns, rows }`]),
  ...[{ a: [] }, { a: ['b'] }, { a: [{ kind: 'through', column: 'b', table: 'c', targetColumn: null }] }].map(
    (project): [unknown, string] => [{ ...byHand, project }, `${DUE}: its project must be an object of arrays of ways to a project, such as { tasks: [{ kind: "column", column: "project_id" }] }`],
  ),
])('%j is none', (profile, due) => {
  expect(profileOption(profile)).toBe(due)
})

test.each(Object.keys(emptyProfile))('no profile lacks %s', (key) => {
  expect(profileOption({ ...byHand, [key]: undefined })).toBe(`${DUE}: ${key} is missing`)
})
