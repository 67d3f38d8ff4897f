import { expect, test } from 'vitest'
import { profileOption } from './profile-option.js'
import { emptyProfile } from './profile.js'

const byHand = { name: null, groups: {}, timeColumns: {}, leaveOut: {}, identities: {}, references: {}, labelColumns: {} }
const reference = { columns: ['a'], table: 'b', targetColumns: [], place: { kind: 'columns' }, when: null }
const DUE = 'a profile, as resolveStore gives it'

test.each<[string, unknown]>([
  ['the empty one', emptyProfile],
  ['one by hand', byHand],
  [
    'one with everything',
    {
      name: 'shop', groups: { core: ['users'] }, timeColumns: { users: 'seen' }, leaveOut: { users: ['hash'] }, identities: { users: [['email'], ['a', 'b']] }, labelColumns: { users: 'name' },
      references: { notes: [reference, { ...reference, place: { kind: 'inside', path: ['*'] }, when: { column: 'c', value: '' } }, { ...reference, place: { kind: 'list', separator: ',' } }] },
    },
  ],
])('%s is a profile', (_, profile) => {
  expect(profileOption(profile)).toBeNull()
})

test.each<[unknown, string]>([
  ['shop', DUE],
  [{}, `${DUE}: name, groups, timeColumns, leaveOut, identities, references, labelColumns are missing`],
  [{ name: null, groups: {}, timeColumns: {}, leaveOut: {} }, `${DUE}: identities, references, labelColumns are missing`],
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
])('%j is none', (profile, due) => {
  expect(profileOption(profile)).toBe(due)
})
