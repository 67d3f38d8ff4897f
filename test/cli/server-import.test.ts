import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import Database from 'better-sqlite3'
import { beforeEach, expect, test } from 'vitest'
import { Interruption } from '../../src/cli/interruption.js'
import { testFolder } from './folder.js'
import { holdall } from './holdall.js'
import { startProxy } from './proxy.js'
import { otherDatabase } from './sample.js'
import { serve, type Served } from './served.js'

/** A document that brings a person the server's store lacks, and changes one. */
async function change(cwd: string): Promise<void> {
  const folder = testFolder()
  otherDatabase(join(folder, 'other.db'))
  const { code, err } = await holdall(['export', '-s', join(folder, 'other.db'), '--include', 'users', '-o', join(cwd, 'change.json'), '-q'])
  expect([code, err.includes('error')]).toEqual([0, false])
}

function people({ folder }: Served): unknown[] {
  const db = new Database(join(folder, 'app.db'), { readonly: true })
  try {
    return db.prepare('SELECT name FROM users ORDER BY name').pluck().all()
  } finally {
    db.close()
  }
}

/** Keeps the server's store from being written until `release`. */
function lock({ folder }: Served): { readonly release: () => void } {
  const db = new Database(join(folder, 'app.db'))
  db.exec('BEGIN IMMEDIATE')
  return { release: () => void (db.exec('ROLLBACK'), db.close()) }
}

async function jobs({ get }: Served): Promise<{ readonly id: string; readonly kind: string; readonly state: string }[]> {
  return ((await (await get('/api/v1/jobs')).json()) as { jobs: { id: string; kind: string; state: string }[] }).jobs
}

let server: Served

beforeEach(async () => {
  server = await serve()
  await change(server.cwd)
})

test('an import tells what it came to in the words that it has here; the second one changes nothing', async () => {
  const first = await server.run('import change.json --json')
  expect([first.code, first.json]).toEqual([0, expect.objectContaining({ store: 'app', dry_run: false, totals: { new: 1, changed: 1, unchanged: 1, kept: 0, deleted: 0, conflicting: 0, rejected: 0 } })])
  expect(people(server)).toEqual(['Ann', 'Bob', 'Cy', 'Di'])
  const second = await server.run('import change.json')
  expect([second.code, second.out]).toEqual([0, expect.stringContaining('Nothing to do: all 3 rows are unchanged in app at')])
})

test('--dry-run says the same and writes nothing, --validate-only looks at the file', async () => {
  expect((await server.run('import change.json --dry-run --json')).json).toMatchObject({ dry_run: true, totals: { new: 1, changed: 1 } })
  expect((await server.run('import change.json --validate-only --json')).json).toMatchObject({ status: 'validation', ok: true })
  expect(people(server)).toEqual(['Ann', 'Bob', 'Cy'])
  writeFileSync(join(server.cwd, 'broken.json'), '{"export_metadata": {')
  expect(await server.run('import broken.json --validate-only')).toMatchObject({ code: 5, err: expect.stringContaining('[DOCUMENT_INVALID]') as string })
})

test('from standard input', async () => {
  const { out } = await server.run('export --include users')
  const { code, json } = await server.run('import - --json', { stdin: Readable.from([Buffer.from(out)]) })
  expect([code, json]).toEqual([0, expect.objectContaining({ totals: expect.objectContaining({ unchanged: 3 }) as unknown })])
})

test('replace deletes only with --yes', async () => {
  const asked = await server.run('import change.json --strategy replace')
  expect([asked.code, asked.err]).toEqual([2, expect.stringContaining('[CONFIRMATION_NEEDED]')])
  expect(await jobs(server)).toEqual([])
  expect((await server.run('import change.json --strategy replace --include users --yes --json')).code).toBe(0)
  expect(people(server)).toEqual(['Ann', 'Bob', 'Di'])
})

test('fail-on-conflict ends with 4 and the rows, and so does its dry run', async () => {
  for (const flag of ['', ' --dry-run']) {
    const { code, err } = await server.run(`import change.json --strategy fail-on-conflict${flag}`)
    expect([code, err]).toEqual([4, expect.stringContaining('name="Ann"')])
    expect(err).toContain('with --store and --conflicts')
  }
  expect(people(server)).toEqual(['Ann', 'Bob', 'Cy'])
})

test.each([['a file', false], ['standard input', true]])('what is too large is refused while it is still being sent: %s', async (_what, piped) => {
  const small = await serve({ limits: { importBytes: 1_000_000 } })
  const text = `{"export_metadata":"${'x'.repeat(40_000_000)}"}`
  writeFileSync(join(small.cwd, 'large.json'), text)
  const { code, err } = await small.run(`import ${piped ? '-' : 'large.json'}`, { stdin: Readable.from([Buffer.from(text)]) })
  expect([code, err]).toEqual([2, expect.stringContaining('[REQUEST_TOO_LARGE]')])
})

test('a stop while the server works cancels the job, and the store is as it was', async () => {
  const held = lock(server)
  const stop = new AbortController()
  const running = server.run('import change.json', { signal: stop.signal })
  await expect.poll(async () => jobs(server)).toMatchObject([{ kind: 'import', state: 'running' }])
  stop.abort(new Interruption('SIGINT'))
  const { code, err } = await running
  held.release()
  expect([code, err]).toEqual([130, expect.stringContaining('stopped by SIGINT; nothing was changed')])
  expect(await jobs(server)).toMatchObject([{ state: 'cancelled' }])
  expect(people(server)).toEqual(['Ann', 'Bob', 'Cy'])
})

test('a stop while the file is on its way starts no job', async () => {
  const stop = new AbortController()
  const endless = new Readable({ read: () => undefined })
  endless.push(Buffer.alloc(100_000, 'x'))
  const running = server.run('import -', { signal: stop.signal, stdin: endless })
  await expect.poll(() => endless.readableLength).toBe(0)
  stop.abort(new Interruption('SIGTERM'))
  expect((await running).code).toBe(143)
  expect(await jobs(server)).toEqual([])
})

test('a connection that is lost while the server works is made again, and the result is known', async () => {
  const proxy = await startProxy(server.url)
  const held = lock(server)
  const running = server.run('import change.json --json', { env: { HOLDALL_SERVER: proxy.url } })
  await expect.poll(async () => jobs(server)).toMatchObject([{ state: 'running' }])
  proxy.cut()
  held.release()
  const { code, json } = await running
  expect([code, json]).toEqual([0, expect.objectContaining({ totals: expect.objectContaining({ new: 1 }) as unknown })])
})

test('where the server stays away, the command says that it does not know, and whom to ask', async () => {
  const proxy = await startProxy(server.url)
  const held = lock(server)
  const running = server.run('import change.json --idle-timeout 1s', { env: { HOLDALL_SERVER: proxy.url } })
  await expect.poll(async () => jobs(server)).toMatchObject([{ state: 'running' }])
  proxy.allow(0, 'close')
  proxy.cut()
  const { code, err } = await running
  held.release()
  const [job] = await jobs(server)
  expect([code, err]).toEqual([14, expect.stringContaining('whether the import came to its end is not known here')])
  expect(err).toContain(`${proxy.url}/api/v1/jobs/${job?.id}`)
})

test('a file that is not there', async () => {
  expect(await server.run('import nothing.json')).toMatchObject({ code: 10, err: expect.stringContaining('[ARCHIVE_NOT_FOUND]') as string })
})
