import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { testFolder } from './folder.js'
import { holdall, type Ran } from './holdall.js'
import type { HostProps } from './host.js'
import { otherDatabase, sampleDatabase } from './sample.js'

let cwd = ''
const run = async (line: string, props: HostProps = {}): Promise<Ran> => holdall(line.split(' '), { cwd, ...props })

beforeEach(async () => {
  cwd = testFolder()
  sampleDatabase(join(cwd, 'app.db'))
  otherDatabase(join(cwd, 'other.db'))
  expect((await run('export -s app.db -o app.tar.gz -q')).code).toBe(0)
})

test('says table by table what differs, with examples and both values, and ends with 1', async () => {
  const { code, out } = await run('diff app.tar.gz other.db')
  expect(out.replace(/[^ (]*\/(?=[\w.]+\))/g, '').replace(/\([\d.]+ s\)/, '(# s)').split('\n')).toEqual([
    'table       only in A  only in B  changed  same',
    'orders              0          0        1     2',
    'users               1          1        1     1',
    '注文 table          0          0        0     2',
    'total               1          1        2     5',
    '',
    'Schemas:',
    '  only in B: table fresh',
    '  orders, only in B: column note',
    '',
    'Examples:',
    '  orders, changed: id=10',
    '    total: 12.5 → NULL',
    '  users, only in A: name="Cy"',
    '  users, only in B: name="Di"',
    '  users, changed: name="Bob"',
    '    boss_id: users(name="Ann") → NULL',
    '',
    'A (app.tar.gz) and B (other.db) differ: 1 row only in A, 1 row only in B, 2 rows changed, their schemas (# s).',
    '',
  ])
  expect(code).toBe(1)
})

test('ends with 0 where nothing differs, whatever the kind of each side, and says so unless --quiet', async () => {
  const database = await createDatabase()
  await run('export -s app.db -o app.json --format json')
  expect((await run(`import app.tar.gz -s ${database.url} --create -q`)).code).toBe(0)
  writeFileSync(join(cwd, 'holdall.yaml'), `stores:\n  copy: ${database.url}\n`)
  const { code, out } = await run('diff app.db app.json')
  expect([code, out]).toEqual([0, expect.stringMatching(/\n.*app\.db and .*app\.json hold the same: 8 rows in 3 tables \([\d.]+ s\)\.\n$/)])
  for (const sides of ['app.db copy', 'copy app.tar.gz', 'app.json copy']) expect(await run(`diff ${sides} --quiet`)).toMatchObject({ code: 0, out: '', err: '' })
  const piped = await run('diff - app.db --quiet', { stdin: Readable.from([readFileSync(join(cwd, 'app.tar.gz'))]) })
  expect([piped.code, piped.out]).toEqual([0, ''])
})

test('--quiet prints what differs and no progress, --show 0 no examples, --json one document', async () => {
  const quiet = await run('diff app.db other.db --quiet --show 0')
  expect([quiet.code, quiet.err]).toEqual([1, ''])
  expect(quiet.out).not.toContain('Examples:')
  expect(quiet.out).toContain(' differ: ')
  const { code, json } = await run('diff app.db other.db --json --include users --show 1')
  expect(code).toBe(1)
  expect(json).toMatchObject({
    command: 'diff',
    same: false,
    only_tables: { a: [], b: [] },
    totals: { only_a: 1, only_b: 1, changed: 1, same: 1, ambiguous_a: 0, ambiguous_b: 0 },
    tables: [{ table: 'users', identity: [{ columns: ['name'] }], examples: [{ kind: 'only-a' }, { kind: 'only-b' }, { kind: 'changed', columns: [{ column: 'boss_id', a: 'users(name="Ann")', b: null }] }] }],
  })
})

test('--match decides by what rows are recognised, and a profile of either side does', async () => {
  const totals = async (line: string): Promise<unknown> => ((await run(`${line} --include users --json`)).json as { totals: unknown }).totals
  expect(await totals('diff app.db other.db --match users=id')).toMatchObject({ only_a: 3, only_b: 3 })
  writeFileSync(join(cwd, 'holdall.yaml'), 'profiles:\n  app:\n    identities:\n      users: [[id]]\nstores:\n  app:\n    url: ./app.db\n    profile: app\n')
  expect(await totals('diff app other.db')).toMatchObject({ only_a: 3, only_b: 3 })
  expect(await totals('diff other.db app')).toMatchObject({ only_a: 3, only_b: 3 })
  expect(await totals('diff other.db app --match users=name')).toMatchObject({ only_a: 1, only_b: 1 })
})

test('text from a database cannot write to the terminal', async () => {
  const { default: Database } = await import('better-sqlite3')
  const database = new Database(join(cwd, 'other.db'))
  database.exec("INSERT INTO users VALUES (60, 'x' || char(27) || '[2J', NULL, NULL)")
  database.close()
  expect((await run('diff app.db other.db')).out).not.toContain('\u001b')
})

test.each([
  ['diff app.db', 2, 'b is missing'],
  ['diff app.db none', 10, 'no store is named none'],
  ['diff app.db none.db', 10, 'there is no such file'],
  ['diff none.tar.gz app.db', 10, 'cannot be opened'],
  ['diff app.db app.db --show many', 2, '--show: "many" is not a whole number'],
  ['diff app.db app.db --include nobody', 10, 'no table or group is named nobody'],
  ['diff - - --quiet', 2, 'only one side can be standard input'],
])('holdall %s ends with %i', async (line, code, message) => {
  const ran = await run(line)
  expect([ran.code, ran.out]).toEqual([code, ''])
  expect(ran.err).toContain(message)
})

test('the help says what 1 means', async () => {
  expect((await run('diff --help')).out).toContain('1  they differ')
})
