import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { testFolder } from './folder.js'
import { holdall } from './holdall.js'

test('holdall demo --profile loom makes a SQLite file of so many rows and says what is in it', async () => {
  const cwd = testFolder()
  const made = await holdall(['demo', '--profile', 'loom', '--store', './loom.db', '--rows', '2000'], { cwd })
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).toMatch(/^logs +\d+$/m)
  expect(made.out).toContain('Made a Loom of 2,000 rows in 28 tables')
  const db = new Database(join(cwd, 'loom.db'), { readonly: true })
  expect(db.prepare('SELECT count(*) FROM users').pluck().get()).toBeGreaterThan(3)
  db.close()
})

test('it fills a PostgreSQL database, without its password in the answer', async () => {
  const database = await createDatabase()
  const made = await holdall(['demo', '--profile', 'loom', '--store', database.url, '--content', 'started', '--json'])
  expect(made.code).toBe(0)
  expect(made.json).toMatchObject({ profile: 'loom', content: 'started', rows: 68 })
  const { password } = new URL(database.url)
  if (password !== '') expect(made.out + made.err).not.toContain(`:${password}@`)
  expect(await database.query('SELECT id, is_active FROM users')).toEqual([['user-admin', 't']])
})

test('it refuses a database that holds a Loom, and leaves it as it is', async () => {
  const cwd = testFolder()
  const argv = ['demo', '--profile', 'loom', '-s', './loom.db', '--content', 'empty']
  expect((await holdall(argv, { cwd })).code).toBe(0)
  const again = await holdall([...argv.slice(0, -1), 'started', '--json'], { cwd })
  expect(again.code).toBe(4)
  expect(again.err).toContain('TARGET_NOT_EMPTY')
  const db = new Database(join(cwd, 'loom.db'), { readonly: true })
  expect(db.prepare('SELECT count(*) FROM users').pluck().get()).toBe(0)
  db.close()
})

test.each([
  [['--store', './loom.db'], '--profile is missing'],
  [['--rows', '5'], '--profile is missing'],
  [['--profile', 'loom'], '--store is missing'],
  [['--profile', 'lume', '--store', './loom.db'], 'there is no example database of lume'],
  [['--profile', 'loom', '--store', './loom.db', '--rows', 'many'], '--rows'],
  [['--profile', 'loom', '--store', './loom.db', '--content', 'full'], '"full" is not one of sample, started, empty'],
])('holdall demo %j is a mistake, with a hint', async (flags, message) => {
  const cwd = testFolder()
  const { code, err } = await holdall(['demo', ...flags], { cwd })
  expect(code).toBe(2)
  expect(err).toContain(message)
  expect(err.split('\n').length).toBeGreaterThan(2)
  expect(existsSync(join(cwd, 'loom.db'))).toBe(false)
})

test('holdall demo without flags shows the main job, whatever the variables of a script say', async () => {
  const cwd = testFolder()
  const { code, json } = await holdall(['demo', '--json'], { cwd, env: { HOLDALL_STORE: './loom.db', HOLDALL_PROFILE: 'other' } })
  expect(code).toBe(0)
  expect(json).toMatchObject({ unchanged: expect.any(Number) as number, three_way: { conflicting: 1 } })
  expect(readdirSync(cwd)).toEqual([])
})
