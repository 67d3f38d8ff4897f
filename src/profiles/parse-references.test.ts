import { expect, test } from 'vitest'
import { HoldallError } from '../errors/holdall-error.js'
import { parseConfig } from './parse-config.js'
import { emptyProfile, type Profile } from './profile.js'

/** The profile `p` with these lines, the first of which is line 3 of the file, column 5. */
function profile(lines: string): Profile {
  const text = `profiles:\n  p:\n${lines.split('\n').map((line) => `    ${line}`).join('\n')}\n`
  return parseConfig(text, '/app/holdall.yaml', '/app', {}).profiles['p']!
}

function failure(lines: string): HoldallError {
  try {
    profile(lines)
  } catch (error) {
    if (HoldallError.is(error)) return error
    throw error
  }
  throw new Error('it was read')
}

const columns = { kind: 'columns' }

test('identities: a list of columns is one rule, a list of lists several', () => {
  expect(profile('identities:\n  users: [email]\n  status: [name, table]\n  pages: [[project, type], [slug]]\n  2024: [1]').identities).toEqual({
    users: [['email']],
    status: [['name', 'table']],
    pages: [['project', 'type'], ['slug']],
    2024: [['1']],
  })
})

test('references: plain, polymorphic, inside, list', () => {
  const { references } = profile(`references:
  notes:
    - { columns: [record_id], table: tasks, when: { record_type: task } }
    - { columns: [record_id], table: users, when: { record_type: user } }
    - { columns: [member_ids], table: users, inside: '*' }
    - { columns: [doc], table: users, inside: team.members.*.id }
    - { columns: [doc], table: users, inside: [team.lead, id] }
    - { columns: [tags], table: tags, list: ',', targetColumns: [name] }
    - { columns: [a, b], table: audit.pairs, targetColumns: [x, y] }`)
  expect(references['notes']).toEqual([
    { columns: ['record_id'], table: 'tasks', targetColumns: [], place: columns, when: { column: 'record_type', value: 'task' } },
    { columns: ['record_id'], table: 'users', targetColumns: [], place: columns, when: { column: 'record_type', value: 'user' } },
    { columns: ['member_ids'], table: 'users', targetColumns: [], place: { kind: 'inside', path: ['*'] }, when: null },
    { columns: ['doc'], table: 'users', targetColumns: [], place: { kind: 'inside', path: ['team', 'members', '*', 'id'] }, when: null },
    { columns: ['doc'], table: 'users', targetColumns: [], place: { kind: 'inside', path: ['team.lead', 'id'] }, when: null },
    { columns: ['tags'], table: 'tags', targetColumns: ['name'], place: { kind: 'list', separator: ',' }, when: null },
    { columns: ['a', 'b'], table: 'audit.pairs', targetColumns: ['x', 'y'], place: columns, when: null },
  ])
})

test('labelColumns: a column a table', () => {
  expect(profile('labelColumns: { pages: title, __proto__: name }').labelColumns).toEqual(Object.assign(Object.create(null) as object, { pages: 'title', ['__proto__']: 'name' }))
})

test('what is left out is empty, and everything is frozen', () => {
  expect(profile('identities:\nreferences:\nlabelColumns:')).toEqual({ ...emptyProfile, name: 'p' })
  const { identities, references } = profile('identities: { a: [b] }\nreferences: { a: [{ columns: [b], table: c, when: { d: e } }] }')
  const [reference] = references['a']!
  for (const part of [identities, identities['a'], identities['a']![0], references, references['a'], reference, reference?.columns, reference?.place, reference?.when, reference?.targetColumns]) {
    expect(Object.isFrozen(part)).toBe(true)
  }
})

test.each<[string, string, string, string]>([
  ['identities as a list', 'identities: [a]', '3:17', 'identities of profile p is not a mapping'],
  ['a rule as a text', 'identities: { users: email }', '3:26', 'identities.users is not a list'],
  ['a rule as a mapping', 'identities: { users: [{ a: b }] }', '3:27', 'an entry of identities.users is not a text'],
  ['an identity without columns', 'identities: { users: [] }', '3:26', 'identities.users names no column'],
  ['an identity left out', 'identities:\n  users:', '4:7', 'identities.users names no column'],
  ['a rule without columns', 'identities: { users: [[a], []] }', '3:32', 'a rule of identities.users names no column'],
  ['columns and rules in one list', 'identities: { users: [[a, b], c] }', '3:35', 'identities.users holds both columns and lists of columns'],
  ['a column twice', 'identities: { users: [a, b, a] }', '3:26', 'identities.users names the column a twice'],
  ['a rule twice', 'identities: { users: [[a, b], [b, a]] }', '3:35', 'identities.users holds the rule b, a twice'],
  ['references that are a text', 'references: { notes: tasks }', '3:26', 'references.notes is not a list'],
  ['a reference that is a text', 'references: { notes: [tasks] }', '3:27', 'an entry of references.notes is not a mapping'],
  ['no reference', 'references:\n  notes:', '4:7', 'references.notes names no reference'],
  ['an unknown key', 'references: { notes: [{ colums: [a], table: b }] }', '3:29', 'an entry of references.notes has an unknown key colums'],
  ['no columns', 'references: { notes: [{ table: b }] }', '3:27', 'an entry of references.notes has no columns'],
  ['columns that are a text', 'references: { notes: [{ columns: a, table: b }] }', '3:38', 'columns of an entry of references.notes is not a list'],
  ['columns that are empty', 'references: { notes: [{ columns: [], table: b }] }', '3:38', 'columns of an entry of references.notes names no column'],
  ['no table', 'references: { notes: [{ columns: [a] }] }', '3:27', 'an entry of references.notes has no table'],
  ['a table that is a list', 'references: { notes: [{ columns: [a], table: [b] }] }', '3:50', 'table of an entry of references.notes is not a text'],
  ['other numbers of columns', 'references: { notes: [{ columns: [a], table: b, targetColumns: [c, d] }] }', '3:68', 'targetColumns of an entry of references.notes are 2, its columns 1'],
  ['target columns left out', 'references: { notes: [{ columns: [a], table: b, targetColumns: }] }', '3:27', 'targetColumns of an entry of references.notes names no column'],
  ['inside and list', "references: { notes: [{ columns: [a], table: b, inside: '*', list: ',' }] }", '3:27', 'has both inside and list'],
  ['inside of two columns', "references: { notes: [{ columns: [a, c], table: b, inside: '*' }] }", '3:38', 'with inside has 2 columns'],
  ['a path with a hole', 'references: { notes: [{ columns: [a], table: b, inside: a..b }] }', '3:61', 'inside of an entry of references.notes is no path'],
  ['a path of nothing', 'references: { notes: [{ columns: [a], table: b, inside: [] }] }', '3:61', 'inside of an entry of references.notes is no path'],
  ['a path left out', 'references: { notes: [{ columns: [a], table: b, inside: }] }', '3:27', 'inside of an entry of references.notes is no path'],
  ['a path that is true', 'references: { notes: [{ columns: [a], table: b, inside: true }] }', '3:61', 'inside of an entry of references.notes is not a text'],
  ['a star without quotes', 'references: { notes: [{ columns: [a], table: b, inside: * }] }', '3:61', 'lias'],
  ['an empty separator', "references: { notes: [{ columns: [a], table: b, list: '' }] }", '3:59', 'list of an entry of references.notes is not a text, or is empty'],
  ['a separator left out', 'references: { notes: [{ columns: [a], table: b, list: }] }', '3:27', 'list of an entry of references.notes names no separator'],
  ['a condition of two columns', 'references: { notes: [{ columns: [a], table: b, when: { c: d, e: f } }] }', '3:59', 'when of an entry of references.notes names 2 columns instead of one'],
  ['a condition of nothing', 'references: { notes: [{ columns: [a], table: b, when: {} }] }', '3:59', 'names 0 columns instead of one'],
  ['a condition without value', 'references: { notes: [{ columns: [a], table: b, when: { c: } }] }', '3:61', 'has no value for c'],
  ['a condition on itself', 'references: { notes: [{ columns: [a], table: b, when: { a: c } }] }', '3:59', 'which is the column that refers'],
  ['one column that refers twice', 'references:\n  notes:\n    - { columns: [a], table: b }\n    - { columns: [a], table: c }', '6:11', 'references.notes says twice what a refers to'],
  ['a label that is a list', 'labelColumns: { pages: [title] }', '3:28', 'labelColumns.pages is not a text'],
])('%s is named by file, line and column', (_, lines, at, problem) => {
  const { code, message } = failure(lines)
  expect(code).toBe('CONFIG_INVALID')
  expect(message).toContain(`/app/holdall.yaml:${at}: `)
  expect(message).toContain(problem)
})
