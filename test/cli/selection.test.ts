import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeEach, expect, test } from 'vitest'
import { testFolder } from './folder.js'
import { holdall, type Ran } from './holdall.js'
import { sampleDatabase } from './sample.js'

let cwd = ''
const run = async (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> => holdall(argv, { cwd, env })

beforeEach(() => {
  cwd = testFolder()
  sampleDatabase(join(cwd, 'app.db'))
})

test('an export of a part says what its references lead to, and inspect shows it', async () => {
  const { code, err, json } = await run(['export', '-s', 'app.db', '--include', 'orders', '-o', 'orders.tar.gz', '--json'])
  expect(code).toBe(0)
  expect(json).toMatchObject({ tables: [{ table: 'orders', rows: 3, closure: 0 }], stubs: [{ table: 'users', rows: 2 }] })
  expect(err).toContain('table users: references lead to 2 rows that are not exported; their identities go along as stubs')
  expect((await run(['inspect', 'orders.tar.gz'])).out).toMatch(/stubs +2 of users/)
  expect((await run(['inspect', 'orders.tar.gz', '--json'])).json).toMatchObject({ stubs: [{ table: 'users', rows: 2 }] })
  expect((await run(['verify', 'orders.tar.gz'])).code).toBe(0)
})

test('--closure and --subset bring what belongs together, and say how much of it only others refer to', async () => {
  const closure = await run(['export', '-s', 'app.db', '--include', 'orders', '--where', 'orders=total > 100', '--closure', '-o', 'a.tar.gz'])
  expect(closure.out).toMatch(/table +rows +referred to +size/)
  expect(closure.out).toMatch(/users +2 +2 /)
  const subset = await run(['export', '-s', 'app.db', '-o', 'b.tar.gz', '--json'], { HOLDALL_SUBSET: 'users=id = 2\norders=id = 10' })
  expect(subset.json).toMatchObject({ tables: expect.arrayContaining([expect.objectContaining({ table: 'orders', rows: 3, closure: 0 }), expect.objectContaining({ table: 'users', rows: 2, closure: 1 })]) as unknown })
  expect((await run(['import', 'b.tar.gz', '-s', 'b.db', '--create'])).code).toBe(0)
  const db = new Database(join(cwd, 'b.db'), { readonly: true })
  expect([db.prepare('SELECT name FROM users ORDER BY id').pluck().all(), db.pragma('foreign_key_check')]).toEqual([['Ann', 'Bob'], []])
  db.close()
})

test('--subset with a filter is refused, and a condition needs its table', async () => {
  const filtered = await run(['export', '-s', 'app.db', '--subset', 'users=id = 2', '--since', '1d', '-o', 'x.tar.gz'])
  expect([filtered.code, filtered.err]).toEqual([2, expect.stringContaining('--where, --since, --until and --project cannot be given with it')])
  const bare = await run(['export', '-s', 'app.db', '--subset', 'id', '-o', 'x.tar.gz'])
  expect([bare.code, bare.err]).toEqual([2, expect.stringContaining('is not of the form TABLE=CONDITION')])
})

test('--derived-from takes archives beside the command, and ids', async () => {
  const id = '9f5d2a52-36b6-4a8c-9d0f-0d6f2b2f4f11'
  const first = await run(['export', '-s', 'app.db', '-o', 'first.tar.gz', '--json'])
  await run(['export', '-s', 'app.db', '-o', 'second.tar.gz', '--derived-from', 'first.tar.gz', '--derived-from', id])
  const { export_id: exportId } = first.json as { export_id: string }
  expect((await run(['inspect', 'second.tar.gz', '--json'])).json).toMatchObject({ derived_from: [exportId, id] })
  expect((await run(['export', '-s', 'app.db', '-o', 'third.tar.gz', '--derived-from', 'none.tar.gz'])).code).toBe(10)
})
