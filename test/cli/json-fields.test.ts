import { join } from 'node:path'
import { readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Field } from '../../src/cli/command.js'
import { COMMANDS } from '../../src/cli/commands/commands.js'
import { EXIT_ERROR_FIELDS, STATUS_FIELDS } from '../../src/cli/documentation/line-fields.js'
import { testFolder } from './folder.js'
import { holdall } from './holdall.js'
import { otherDatabase, sampleDatabase } from './sample.js'
import { serve } from './served.js'

let cwd = ''

beforeEach(async () => {
  cwd = testFolder()
  sampleDatabase(join(cwd, 'app.db'))
  expect((await holdall(['export', '-s', 'app.db', '-o', 'app.tar.gz', '-q'], { cwd })).code).toBe(0)
  otherDatabase(join(cwd, 'other.db'))
  const whole = readFileSync(join(cwd, 'app.tar.gz'))
  writeFileSync(join(cwd, 'cut.tar.gz'), whole.subarray(0, whole.length - 700))
})

describe('a JSON result holds the fields that docs/CLI.md lists, and no others', () => {
  test.each([
    ['export', null, 'export -s app.db -o new.tar.gz'],
    ['import', null, 'import app.tar.gz -s new.db --create'],
    ['import', null, 'import app.tar.gz -s app.db --dry-run'],
    ['import', 'with --validate-only', 'import app.tar.gz --validate-only'],
    ['copy', null, 'copy app.db new.db --create'],
    ['inspect', 'of an archive', 'inspect app.tar.gz'],
    ['inspect', 'of a database', 'inspect --store app.db'],
    ['diff', null, 'diff app.db app.tar.gz'],
    ['diff', null, 'diff app.db other.db'],
    ['verify', null, 'verify app.tar.gz'],
    ['verify', null, 'verify cut.tar.gz'],
    ['demo', 'without --profile', 'demo'],
    ['demo', 'with --profile', 'demo --profile loom --store loom.db --rows 500'],
    ['keys', 'of create', 'keys create --name ops --role admin --state state.db'],
    ['recover', null, 'recover cut.tar.gz --output saved.tar.gz'],
  ])('%s %s: holdall %s', async (name, when, line) => {
    const { out } = await holdall([...line.split(' '), '--json'], { cwd })
    const fields = COMMANDS.find((command) => command.name === name)?.results.find((result) => result.when === when)?.fields
    expectFields(JSON.parse(out), [...fields!, ...HEAD])
  })
})

test.each([
  ['export', 'with --server', 'export -o there.json'],
  ['import', 'with --server', 'import app.json'],
  ['import', 'with --server', 'import app.json --dry-run --strategy fail-on-conflict'],
  ['import', 'with --server --validate-only', 'import app.json --validate-only'],
])('%s %s: holdall %s', async (name, when, line) => {
  const server = await serve()
  expect((await server.run('export -o app.json -q')).code).toBe(0)
  const { out } = await server.run(`${line} --json`)
  const fields = COMMANDS.find((command) => command.name === name)?.results.find((result) => result.when === when)?.fields
  expectFields(JSON.parse(out), [...fields!, ...HEAD])
})

test('status and exit_error lines do too', async () => {
  const { err } = await holdall(['export', '-s', 'app.db', '-o', 'app.tar.gz', '--json'], { cwd })
  const lines = err.trimEnd().split('\n').map((line) => JSON.parse(line) as { message_type: string })
  const failure = lines.pop()
  expect(failure?.message_type).toBe('exit_error')
  expectFields(failure, [...EXIT_ERROR_FIELDS.filter((field) => field.path !== 'stack[]'), HEAD[0]!])
  const { err: done } = await holdall(['export', '-s', 'app.db', '-o', 'new.tar.gz', '--json'], { cwd })
  const status = done.split('\n').filter((line) => line.includes('"status"'))
  expect(status.length).toBeGreaterThan(0)
  for (const line of status) expectFields(JSON.parse(line), [...STATUS_FIELDS, HEAD[0]!])
})

const HEAD: readonly Field[] = [
  { path: 'message_type', type: 'string', means: '' },
  { path: 'command', type: 'string', means: '' },
]

function expectFields(document: unknown, fields: readonly Field[]): void {
  const opaque = new Set(fields.filter((field) => field.type === 'object').map((field) => field.path))
  const documented = new Map(fields.map((field) => [field.path, field]))
  const found = new Map<string, Set<string>>()
  const walk = (path: string, value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(`${path}[]`, item)
    else if (typeof value === 'object' && value !== null && !opaque.has(path)) for (const [key, item] of Object.entries(value)) walk(path === '' ? key : `${path}.${key}`, item)
    else found.set(path, (found.get(path) ?? new Set()).add(value === null ? 'null' : typeof value))
  }
  walk('', document)
  expect([...found.keys()].filter((path) => !documented.has(path))).toEqual([])
  for (const [path, types] of found) for (const type of types) expect(documented.get(path)?.type.split(' or '), path).toContain(type)
  const lists = fields.filter((field) => !field.path.includes('[]')).map((field) => field.path)
  expect(lists.filter((path) => !found.has(path))).toEqual([])
}
