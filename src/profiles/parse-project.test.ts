import { expect, test } from 'vitest'
import { HoldallError } from '../errors/holdall-error.js'
import { parseConfig } from './parse-config.js'
import type { Profile } from './profile.js'

/** The profile `p` with these lines, the first of which is line 3 of the file, column 5. */
function profile(lines: string): Profile {
  const text = `profiles:\n  p:\n${lines.split('\n').map((line) => `    ${line}`).join('\n')}\n`
  return parseConfig(text, '/app/holdall.yaml', '/app', {}).profiles['p']!
}

function failure(lines: string): string {
  try {
    profile(lines)
  } catch (error) {
    if (HoldallError.is(error) && error.code === 'CONFIG_INVALID') return error.message
    throw error
  }
  throw new Error('it was read')
}

test('a way to a project is a column, or leads through tables to one', () => {
  const { project } = profile(`project:
  tasks: [project_id]
  steps:
    - { column: task_id, table: tasks, by: project_id }
    - { column: run, table: runs, targetColumn: number, by: { column: task_id, table: tasks, by: project_id } }`)
  const own = { kind: 'column', column: 'project_id' }
  const through = { kind: 'through', column: 'task_id', table: 'tasks', targetColumn: null, then: own }
  expect(project).toEqual({ tasks: [own], steps: [through, { kind: 'through', column: 'run', table: 'runs', targetColumn: 'number', then: through }] })
})

test('secrets are columns and rows', () => {
  const { secrets } = profile(`secrets:
  users: [token]
  settings: { columns: [key], rows: { name: [smtp, 7] } }`)
  expect(secrets).toEqual({ users: { columns: ['token'], rows: [] }, settings: { columns: ['key'], rows: [{ column: 'name', values: ['smtp', '7'] }] } })
})

test('rows that are alike, tables that are left alone, references that may lead nowhere', () => {
  const found = profile(`alike: { edges: [a, b] }
leaveAlone: [locks]
references: { notes: [{ columns: [user_id], table: users, optional: true }, { columns: [author], table: users, optional: false }] }`)
  expect(found).toMatchObject({ alike: { edges: ['a', 'b'] }, leaveAlone: ['locks'], references: { notes: [{ columns: ['user_id'], optional: true }, { columns: ['author'] }] } })
  expect(found.references['notes']?.[1]).not.toHaveProperty('optional')
})

test.each<[string, string]>([
  ['project: [a]', '/app/holdall.yaml:3:14: project of profile p is not a mapping of names to values'],
  ['project: { tasks: }', '/app/holdall.yaml:3:16: project.tasks names no way to a project'],
  ['project: { tasks: project_id }', '/app/holdall.yaml:3:23: project.tasks is not a list'],
  ['project: { tasks: [{ column: a, table: b }] }', '/app/holdall.yaml:3:24: an entry of project.tasks has no by'],
  ['project: { tasks: [{ table: b, by: c }] }', '/app/holdall.yaml:3:24: an entry of project.tasks has no column'],
  ['project: { tasks: [{ column: a, table: b, by: c, form: d }] }', '/app/holdall.yaml:3:54: an entry of project.tasks has an unknown key form'],
  ['project: { tasks: [{ column: a, table: b, by: { column: c, table: d } }] }', '/app/holdall.yaml:3:51: by of an entry of project.tasks has no by'],
  ['secrets: { users: }', '/app/holdall.yaml:3:16: secrets.users names neither columns nor rows'],
  ['secrets: { users: { rows: { key: [] } } }', '/app/holdall.yaml:3:38: rows.key of secrets.users names no value'],
  ['secrets: { users: { column: [a] } }', '/app/holdall.yaml:3:25: secrets.users has an unknown key column'],
  ['alike: { edges: [] }', '/app/holdall.yaml:3:21: alike.edges names no column'],
  ['alike: { edges: [a, a] }', '/app/holdall.yaml:3:21: alike.edges names the column a twice'],
  ['alike: { edges: [a] }\nidentities: { edges: [b] }', '/app/holdall.yaml:3:14: edges stands in both alike and identities'],
  ['leaveAlone: locks', '/app/holdall.yaml:3:17: leaveAlone of profile p is not a list'],
  ['references: { notes: [{ columns: [a], table: b, optional: perhaps }] }', '/app/holdall.yaml:3:63: optional of an entry of references.notes is neither true nor false'],
])('%s is refused with its place', (lines, message) => {
  expect(failure(lines)).toBe(message)
})
