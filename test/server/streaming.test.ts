import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { emptyProfile } from '../../src/profiles/profile.js'
import type { App } from '../../src/server/app.js'
import type { HoldallServer } from '../../src/server/create-server.js'
import { limitBytes } from '../../src/server/limit-bytes.js'
import { hourlyLimit } from '../../src/server/limits/hourly-limit.js'
import { streamJob } from '../../src/server/stream-job.js'
import { exportStore } from '../../src/transfer/export-store.js'
import { runImport } from '../../src/transfer/run-import.js'
import { testFolder } from '../cli/folder.js'
import { largeDatabase, sampleDatabase } from '../cli/sample.js'
import { createDatabase } from '../postgres/database.js'
import { startServer } from './start.js'

/** A route as an application's surface has one: an export that streams into the answer. */
const exportRoute =
  (location: string) =>
  (app: App, { jobs, context }: HoldallServer): void => {
    const limit = hourlyLimit(app, 'exports', context.settings.limits.exportsPerHour)
    app.get('/export', { config: { access: 'admin', audit: 'export' } }, async (request, reply) => {
      reply.type('application/gzip')
      return streamJob(reply, jobs, {
        kind: 'export',
        store: 'app',
        user: request.identity?.user ?? '',
        run: async ({ signal, onProgress }, body) => exportStore({ store: location, output: '-', stdout: body, compressionLevel: 1, signal, onProgress }),
        admit: async () => limit.take(request, reply),
        counts: ({ tables }) => Object.fromEntries(tables.map(({ table, rows }) => [table, { rows }])),
      })
    })
  }

async function open(url: string): Promise<IncomingMessage> {
  const [response] = (await once(httpGet(url), 'response')) as [IncomingMessage]
  return response
}

test('an export streams into the answer, which is a job with counts', async () => {
  const folder = testFolder()
  const location = join(folder, 'app.db')
  sampleDatabase(location)
  const { get, jobs } = await startServer({ folder, routes: exportRoute(location), stores: [{ name: 'app', kind: 'ready', location, profile: emptyProfile }] })
  const response = await get('/export')
  expect(response.status).toBe(200)
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(bytes.subarray(0, 2).toString('hex')).toBe('1f8b')
  const job = jobs.get(response.headers.get('x-job-id')!)!
  await job.result
  expect(job.record()).toMatchObject({ state: 'done', counts: { users: { rows: 3 }, orders: { rows: 3 } } })
})

test('an export that fails before its first byte is a problem', async () => {
  const { get } = await startServer({ routes: exportRoute(join(testFolder(), 'none.db')) })
  const response = await get('/export')
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  expect([response.status, await response.json()]).toMatchObject([404, { code: 'STORE_NOT_FOUND' }])
})

test('one that fails later breaks the answer off', async () => {
  const { get } = await startServer({
    routes: (app, { jobs }) =>
      void app.get('/half', { config: { access: 'viewer' } }, async (_request, reply) =>
        streamJob(reply, jobs, {
          kind: 'export',
          store: null,
          user: 'local',
          run: async (_context, body) => {
            await new Promise((resolve) => body.write('half', resolve))
            throw new Error('broke off')
          },
        }),
      ),
  })
  await expect(get('/half').then(async (response) => response.text())).rejects.toThrow()
})

test('a client that does not read holds the export, and one that goes ends it and its snapshot', async () => {
  const database = await createDatabase()
  const client = new pg.Client(database.url)
  await client.connect()
  onTestFinished(async () => client.end())
  await client.query('CREATE TABLE log (id int PRIMARY KEY, line text NOT NULL)')
  await client.query('INSERT INTO log SELECT n, md5(n::text) || md5((n * 7)::text) FROM generate_series(1, 600000) n')
  const sessions = async (): Promise<unknown> => (await client.query<{ n: number }>("SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")).rows[0]?.n

  const { url, jobs } = await startServer({ routes: exportRoute(database.url) })
  const response = await open(`${url}/export`)
  const job = jobs.get(String(response.headers['x-job-id']))!
  let before = -1
  await expect
    .poll(() => {
      const rows = job.progress()?.done ?? 0
      const same = rows === before
      before = rows
      return same && rows > 0
    }, { interval: 300, timeout: 20_000 })
    .toBe(true)
  expect(job.record().state).toBe('running')
  expect(before).toBeLessThan(600_000)
  expect(await sessions()).toBeGreaterThan(0)

  response.destroy()
  await expect(job.result).rejects.toMatchObject({ code: 'INTERRUPTED', message: 'the client went away' })
  expect(job.record().state).toBe('cancelled')
  await expect.poll(sessions).toBe(0)
})

test('a client that goes away from an export of SQLite ends it too', async () => {
  const folder = testFolder()
  const location = join(folder, 'app.db')
  largeDatabase(location, 200_000)
  const { url, jobs } = await startServer({ folder, routes: exportRoute(location), stores: [{ name: 'app', kind: 'ready', location, profile: emptyProfile }] })
  const response = await open(`${url}/export`)
  const job = jobs.get(String(response.headers['x-job-id']))!
  response.destroy()
  await expect(job.result).rejects.toMatchObject({ code: 'INTERRUPTED' })
  // No reader is left that would hold the log of a writer.
  const database = new Database(location)
  database.pragma('journal_mode = WAL')
  database.exec('DELETE FROM log WHERE id < 10')
  expect(database.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }])
  database.close()
})

test('the sixth export within an hour is refused, for this user alone; requests that were refused before do not count', async () => {
  const folder = testFolder()
  const location = join(folder, 'app.db')
  sampleDatabase(location)
  const server = await startServer({ folder, routes: exportRoute(location), settings: { auth: { enabled: true } }, stores: [{ name: 'app', kind: 'ready', location, profile: emptyProfile }] })
  const as = (name: string, role: 'admin' | 'viewer'): RequestInit => ({ headers: { 'X-API-Key': server.context.keys.create({ name, role, expires: null }).token } })
  const [ann, bob, viewer] = [as('ann', 'admin'), as('bob', 'admin'), as('ann', 'viewer')]
  const status = async (init?: RequestInit): Promise<number> => {
    const response = await server.get('/export', init)
    await response.arrayBuffer()
    return response.status
  }
  for (let n = 0; n < 3; n++) expect([await status(), await status(viewer)]).toEqual([401, 403])
  for (let n = 0; n < 5; n++) expect(await status(ann)).toBe(200)
  const sixth = await server.get('/export', ann)
  expect(sixth.status).toBe(429)
  expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(3000)
  expect(await status(bob)).toBe(200)
  const audit = server.context.audit.list({ before: null, limit: 100 }).entries
  expect(audit.filter(({ action }) => action === 'export').map(({ user, status: code }) => `${user} ${code}`).slice(0, 3)).toEqual(['bob 200', 'ann 429', 'ann 200'])
  expect(audit.at(-1)).toMatchObject({ user: null, role: null, action: 'export', target: '/export', status: 401 })
  expect(JSON.stringify(audit)).not.toContain('hk_')
})

test('an import is fed from the body, and refused once that is too large', async () => {
  const folder = testFolder()
  const location = join(folder, 'app.db')
  sampleDatabase(location)
  const server = await startServer({
    folder,
    stores: [{ name: 'app', kind: 'ready', location, profile: emptyProfile }],
    routes: (app, given) => {
      const { jobs } = given
      exportRoute(location)(app, given)
      void app.register(async (imports) => {
        imports.removeAllContentTypeParsers()
        imports.addContentTypeParser('*', (_request, _payload, done) => done(null))
        imports.post<{ Querystring: { limit: string } }>('/import', { config: { access: 'admin' } }, async ({ raw, query }) => {
          const body = raw.pipe(limitBytes(Number(query.limit)))
          const job = jobs.start({ kind: 'import', store: 'app', user: 'local', exclusive: 'app', run: async ({ signal }) => runImport({ store: location, input: '-', stdin: body, signal }) })
          const { totals } = await job.result
          return totals
        })
      })
    },
  })
  const archive = Buffer.from(await (await server.get('/export')).arrayBuffer())
  const send = async (limit: number): Promise<Response> => server.get(`/import?limit=${limit}`, { method: 'POST', body: archive, headers: { 'Content-Type': 'application/gzip' } })
  expect(await (await send(1_000_000)).json()).toMatchObject({ unchanged: 8 })
  const refused = await send(100)
  expect([refused.status, await refused.json()]).toMatchObject([413, { code: 'REQUEST_TOO_LARGE' }])
})
