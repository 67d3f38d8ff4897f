import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { testFolder } from './folder.js'
import { holdall } from './holdall.js'
import { largeDatabase } from './sample.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let cwd = ''

beforeAll(() => {
  if (!existsSync(MAIN)) throw new Error('run `npm run build` first: these tests need the built command')
})

beforeEach(() => {
  cwd = testFolder()
  largeDatabase(join(cwd, 'app.db'), 200_000)
})

function start(line: string): ChildProcess & { readonly err: () => string } {
  const child = spawn(process.execPath, [MAIN, ...line.split(' ')], { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  return Object.assign(child, { err: () => text })
}

async function exit(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s stops an export that nobody reads, with %i', async (signal, code) => {
  const child = start('export -s app.db -o - --compression-level 1 --json')
  await once(child.stderr!, 'data')
  child.kill(signal)
  // The pipe is full and stays so until the process has heard the signal.
  const ended = exit(child)
  await once(child.stderr!, 'data')
  child.stdout!.resume()
  expect(await ended).toBe(code)
  expect(JSON.parse(child.err().trimEnd().split('\n').at(-1)!)).toMatchObject({ message_type: 'exit_error', code: 'INTERRUPTED', exit_code: code })
})

test('SIGINT leaves no file of an export behind', async () => {
  const child = start('export -s app.db -o app.tar.gz --compression-level 9 --json')
  await once(child.stderr!, 'data')
  child.kill('SIGINT')
  child.stdout!.resume()
  expect(await exit(child)).toBe(130)
  expect(readdirSync(cwd)).toEqual(['app.db'])
})

test('SIGINT stops an import that waits for a lock, and the target is as it was', async () => {
  expect((await holdall(['export', '-s', 'app.db', '-o', 'app.tar.gz', '-q', '--where', 'log=id <= 10'], { cwd })).code).toBe(0)
  const database = await createDatabase()
  await database.run("CREATE TABLE log (id bigint PRIMARY KEY, line text NOT NULL); INSERT INTO log VALUES (1, 'mine')")
  const holder = new pg.Client({ connectionString: database.url })
  await holder.connect()
  try {
    await holder.query('BEGIN; LOCK TABLE log IN ACCESS EXCLUSIVE MODE')
    const child = start(`import app.tar.gz -s ${database.url} --lock-timeout 2m --json`)
    child.stdout!.resume()
    const ended = exit(child)
    while ((await holder.query("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'log'::regclass")).rowCount === 0) expect(child.exitCode, child.err()).toBeNull()
    child.kill('SIGINT')
    expect([await ended, child.err()]).toEqual([130, expect.stringContaining('INTERRUPTED')])
  } finally {
    await holder.end()
  }
  expect(await database.query('SELECT * FROM log')).toEqual([['1', 'mine']])
})

test('a second SIGINT does not wait', async () => {
  const child = start('export -s app.db -o - --compression-level 1')
  const ended = exit(child)
  await once(child.stdout!, 'readable')
  child.kill('SIGINT')
  await once(child.stderr!, 'data')
  child.kill('SIGINT')
  // Standard output is not read, so nothing else can end the process.
  const [code] = (await once(child, 'exit')) as [number | null]
  child.stdout!.resume()
  expect([code, await ended]).toEqual([130, 130])
})

test('a reader that goes away ends the command with an error and no stack trace', async () => {
  const child = start('export -s app.db -o - --compression-level 1')
  await once(child.stdout!, 'data')
  child.stdout!.destroy()
  expect(await exit(child)).toBe(14)
  expect(child.err()).toContain('[OUTPUT_FAILED]')
  expect(child.err()).not.toMatch(/\n\s+at /)
})

test('the built command prints its version and help', async () => {
  const child = start('--help')
  let out = ''
  child.stdout!.setEncoding('utf8').on('data', (piece: string) => (out += piece))
  expect(await exit(child)).toBe(0)
  expect(out).toContain('export')
})
