import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import Database from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { emptyProfile } from '../../src/profiles/profile.js'
import { testFolder } from '../cli/folder.js'
import { largeDatabase, sampleDatabase } from '../cli/sample.js'
import { loomDatabase } from '../loom/loom-database.js'
import { createDatabase } from '../postgres/database.js'
import { sampleLoom, serveLoom } from './loom-server.js'
import { startServer } from './start.js'

interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly details?: readonly string[]
}

async function answer(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const [response] = (await once(httpRequest(url, { headers }).end(), 'response')) as [IncomingMessage]
  return response
}

describe('what can be known before the first byte is a problem', () => {
  test.each<[Record<string, string>, number, string, RegExp]>([
    [{ include: 'core,nope' }, 400, 'TABLE_NOT_FOUND', /nope.*core, workflow, activity.*providers/s],
    [{ exclude: 'user' }, 400, 'TABLE_NOT_FOUND', /user.*groups: core/s],
    [{ tables: 'users,userz' }, 400, 'TABLE_NOT_FOUND', /userz/],
    [{ format: 'xml' }, 400, 'REQUEST_INVALID', /format.*archive, json, json-pretty/],
    [{ projekt: 'x' }, 400, 'REQUEST_INVALID', /projekt.*format, include.*project_id/],
    [{ since: 'yesterday' }, 400, 'REQUEST_INVALID', /since: .*yesterday.* is not a time; use 2026-02-16/],
    [{ since: '2026-02-30' }, 400, 'REQUEST_INVALID', /not a time there is/],
    [{ until: '2026-02-16T10:00:00' }, 400, 'REQUEST_INVALID', /names no zone/],
    [{ since: '2026-02-16T10:00:00 01:00' }, 400, 'REQUEST_INVALID', /%2B/],
    [{ since: '2026-02-16', until: '2026-02-16' }, 400, 'REQUEST_INVALID', /not before until/],
    [{ compress: 'yes' }, 400, 'REQUEST_INVALID', /compress.*true, false, gzip/],
    [{ redact: '1' }, 400, 'REQUEST_INVALID', /redact.*true, false/],
    [{ project_id: 'nowhere' }, 404, 'PROJECT_NOT_FOUND', /nowhere/],
    [{ include: 'core', exclude: 'core' }, 400, 'SELECTION_EMPTY', /no table is left/],
    [{ store: 'nope' }, 404, 'STORE_NOT_FOUND', /nope/],
  ])('%j', async (query, status, code, says) => {
    const server = await serveLoom([await loomDatabase('SQLite', { content: 'started' })])
    const response = await server.export(query)
    expect([response.status, response.headers.get('content-type'), response.headers.get('content-disposition')]).toEqual([status, 'application/problem+json', null])
    const problem = (await response.json()) as Problem
    expect([problem.code, problem.status]).toEqual([code, status])
    expect(JSON.stringify(problem)).toMatch(says)
  })

  test('a database that is not there is 503, whatever the engine', async () => {
    const { get } = await startServer({
      stores: [
        { name: 'gone', kind: 'ready', location: '/nowhere/loom.db', profile: emptyProfile },
        { name: 'down', kind: 'ready', location: 'postgres://ada:verysecret@127.0.0.1:1/loom', profile: emptyProfile },
      ],
    })
    for (const store of ['gone', 'down']) {
      const response = await get(`/api/v1/export?store=${store}`)
      const text = await response.text()
      expect([store, response.status, (JSON.parse(text) as Problem).code]).toEqual([store, 503, 'STORE_UNREADABLE'])
      expect(text).not.toContain('verysecret')
    }
  })
})

describe('who may', () => {
  test('nobody without a key, no operator, and no header but the key says who asks', async () => {
    const server = await serveLoom([await loomDatabase('SQLite', { content: 'started' })], { settings: { auth: { enabled: true } } })
    const key = (role: 'admin' | 'operator' | 'viewer'): string => server.context.keys.create({ name: role, role, expires: null }).token
    const claims = { 'X-User-ID': 'user-admin', 'X-Username': 'admin', 'X-Role': 'admin' }
    const ask = async (method: string, headers: Record<string, string>): Promise<number> => {
      const path = method === 'POST' ? 'import' : 'export'
      const response = await server.get(`/api/v1/${path}`, { method, headers: { ...claims, ...headers }, ...(method === 'POST' ? { body: '{}' } : {}) })
      await response.arrayBuffer()
      return response.status
    }
    for (const method of ['GET', 'HEAD', 'POST']) {
      expect([method, await ask(method, {})]).toEqual([method, 401])
      for (const role of ['viewer', 'operator'] as const) expect([method, await ask(method, { Authorization: `Bearer ${key(role)}` })]).toEqual([method, 403])
    }
    expect(await ask('GET', { Authorization: `Bearer ${key('admin')}` })).toBe(200)
    expect(await ask('HEAD', { 'X-API-Key': key('admin') })).toBe(200)
    const { entries } = server.context.audit.list({ before: null, limit: 100 })
    expect(entries.find(({ status }) => status === 200)).toMatchObject({ user: 'admin', action: 'export', target: '/api/v1/export' })
  })

  test('five exports an hour each, of those that began', async () => {
    const server = await serveLoom([await loomDatabase('SQLite', { content: 'started' })], { settings: { auth: { enabled: true }, limits: { exportsPerHour: 5 } } })
    const as = (name: string): RequestInit => ({ headers: { 'X-API-Key': server.context.keys.create({ name, role: 'admin', expires: null }).token } })
    const [ann, bob] = [as('ann'), as('bob')]
    const status = async (query: Record<string, string>, init: RequestInit): Promise<number> => {
      const response = await server.export(query, init)
      await response.arrayBuffer()
      return response.status
    }
    for (let n = 0; n < 6; n++) expect(await status({ include: 'nope' }, ann)).toBe(400)
    for (let n = 0; n < 6; n++) expect(await status({ project_id: 'nope' }, ann)).toBe(404)
    const many = await Promise.all(Array.from({ length: 8 }, async () => status({ include: 'core' }, ann)))
    expect(many.sort()).toEqual([200, 200, 200, 200, 200, 429, 429, 429])
    const late = await server.export({}, ann)
    expect([late.status, Number(late.headers.get('retry-after')) > 3000]).toEqual([429, true])
    expect(await status({}, bob)).toBe(200)
  })
})

test('HEAD tells the headers and exports nothing', async () => {
  const server = await serveLoom([await loomDatabase('SQLite', { content: 'started' })])
  const response = await server.export({ format: 'archive' }, { method: 'HEAD' })
  expect([response.status, response.headers.get('content-type'), response.headers.get('content-disposition'), response.headers.get('x-job-id')]).toEqual([
    200, 'application/gzip', `attachment; filename="loom-export-${new Date().toISOString().slice(0, 10)}.tar.gz"`, null,
  ])
  expect((await server.export({ format: 'xml' }, { method: 'HEAD' })).status).toBe(400)
  expect(await (await server.get('/api/v1/history')).json()).toMatchObject({ jobs: [] })
})

test('without a profile all tables come, ungrouped, under a name of our own', async () => {
  const folder = testFolder()
  sampleDatabase(`${folder}/app.db`)
  const { get } = await startServer({ folder, stores: [{ name: 'app', kind: 'ready', location: `${folder}/app.db`, profile: emptyProfile }] })
  const response = await get('/api/v1/export?tables=users,orders')
  expect(response.headers.get('content-disposition')).toMatch(/filename="holdall-export-/)
  expect(JSON.stringify(await response.json())).toContain('"Ann"')
  expect((await get('/api/v1/export?project_id=1')).status).toBe(400)
})

test('the history and the metrics know what an export wrote, and for whom', async () => {
  const server = await serveLoom([await sampleLoom('SQLite')])
  const response = await server.export()
  const bytes = (await response.arrayBuffer()).byteLength
  const job = await (await server.get(`/api/v1/jobs/${response.headers.get('x-job-id')}`)).json()
  expect(job).toMatchObject({ kind: 'export', store: 'loom', user: 'local', state: 'done', bytes, seconds: expect.any(Number) as number, result: { format: 'json', notes: [] } })
  expect(await (await server.get('/metrics')).text()).toContain(`holdall_job_bytes_total{kind="export"} ${bytes}`)
})

test('rows written while a document is being read are not in it', async () => {
  const { server, client } = await largePostgresql()
  const response = await answer(`${server.url}/api/v1/export`)
  response.pause()
  await client.query("INSERT INTO log VALUES (1000001, 'late'); UPDATE log SET line = 'late' WHERE id = 300000")
  let text = ''
  for await (const chunk of response.setEncoding('latin1')) text = (text + String(chunk)).slice(-200_000)
  expect(text).toContain('"id":300000')
  expect(text).not.toContain('late')
})

test('an export that fails in its middle ends as no whole answer does, compressed or not', async () => {
  const { server, client } = await largePostgresql()
  for (const compress of ['false', 'true']) {
    const response = await answer(`${server.url}/api/v1/export?compress=${compress}`)
    expect(response.statusCode).toBe(200)
    await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
    const body = compress === 'true' ? response.pipe(createGunzip()) : response
    const failed = new Promise<Error>((resolve, reject) => {
      response.once('error', resolve)
      body.once('error', resolve)
      body.once('end', () => reject(new Error('it looked complete')))
    })
    if (body === response) response.resume()
    else body.resume()
    expect((await failed).message).not.toBe('')
    expect(response.complete).toBe(false)
  }
  await expect(fetch(`${server.url}/api/v1/export`).then(async (response) => {
    await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
    return response.text()
  })).rejects.toThrow()
})

test('a client that does not read holds the export in little memory; once it is gone so are the snapshot and the export', async () => {
  const { server, client } = await largePostgresql()
  const sessions = async (): Promise<unknown> => (await client.query<{ n: number }>("SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")).rows[0]?.n
  const response = await answer(`${server.url}/api/v1/export`)
  response.pause()
  const job = server.jobs.get(String(response.headers['x-job-id']))!
  // PostgreSQL waits until somebody takes its rows, again and again.
  const waits = async (): Promise<unknown> => {
    const seen = new Set<unknown>()
    for (let n = 0; n < 50; n++) seen.add((await client.query<{ wait_event: string }>("SELECT wait_event FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")).rows[0]?.wait_event)
    return [...seen]
  }
  await expect.poll(waits, { timeout: 20_000, interval: 200 }).toEqual(['ClientWrite'])
  expect([job.record().state, await sessions()]).toEqual(['running', 1])
  // What the sockets and buffers hold, out of some 70 MB.
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(40 << 20)
  response.destroy()
  await expect(job.result).rejects.toMatchObject({ code: 'INTERRUPTED', message: 'the client went away' })
  await expect.poll(sessions).toBe(0)
})

test('a writer of SQLite need not wait for a client that is gone', async () => {
  const folder = testFolder()
  largeDatabase(`${folder}/app.db`, 200_000)
  const server = await startServer({ folder, stores: [{ name: 'app', kind: 'ready', location: `${folder}/app.db`, profile: emptyProfile }] })
  const response = await answer(`${server.url}/api/v1/export`)
  response.destroy()
  await expect(server.jobs.get(String(response.headers['x-job-id']))!.result).rejects.toMatchObject({ code: 'INTERRUPTED' })
  const database = new Database(`${folder}/app.db`, { timeout: 0 })
  onTestFinished(() => void database.close())
  expect(database.prepare('DELETE FROM log WHERE id < 10').run().changes).toBe(9)
})

/** A database of some 70 MB. */
async function largePostgresql(): Promise<{ readonly server: Awaited<ReturnType<typeof startServer>>; readonly client: pg.Client }> {
  const database = await createDatabase()
  const client = new pg.Client(database.url)
  await client.connect()
  onTestFinished(async () => client.end())
  await client.query("CREATE TABLE log (id int PRIMARY KEY, line text NOT NULL); INSERT INTO log SELECT n, repeat(md5(n::text), 6) FROM generate_series(1, 300000) n")
  const server = await startServer({ stores: [{ name: 'app', kind: 'ready', location: database.url, profile: emptyProfile }] })
  return { server, client }
}
