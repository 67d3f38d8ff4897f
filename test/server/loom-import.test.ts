import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ENGINES, loomDatabase, scratch, type LoomDatabase } from '../loom/loom-database.js'
import { answerOf, contentOf, sampleLoom, serveLoom, totalsOf, type Answer, type LoomServer } from './loom-server.js'
import { rawSocket, untilClosed } from './raw-socket.js'
import { readEvents } from './server-sent-events.js'

interface Job {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly bytes: number | null
  readonly result: Answer | null
}

async function jobOf(server: LoomServer, id: string | null): Promise<Job> {
  return (await (await server.get(`/api/v1/jobs/${id}`)).json()) as Job
}

describe('what cannot be imported', () => {
  const cases: [string, string | Buffer, Record<string, string>, Record<string, string>, number, string, RegExp][] = [
    ['no JSON', 'hello', {}, {}, 400, 'DOCUMENT_INVALID', /./],
    ['an array', '[1, 2]', {}, {}, 400, 'DOCUMENT_INVALID', /line 1, column 1/],
    ['broken JSON', '{"export_metadata": {\n  "version": nope}}', {}, {}, 400, 'DOCUMENT_INVALID', /line 2, column 14/],
    ['a document without metadata', '{"a": 1}', {}, {}, 400, 'DOCUMENT_INVALID', /./],
    ['nothing', '', {}, {}, 400, 'REQUEST_INVALID', /no body/],
    ['a form', 'a=b', {}, { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'MEDIA_TYPE_UNSUPPORTED', /application\/json/],
    ['an encoding that is not known', '{}', {}, { 'Content-Encoding': 'br' }, 415, 'MEDIA_TYPE_UNSUPPORTED', /br/],
    ['gzip that is none', '{}', {}, { 'Content-Encoding': 'gzip' }, 400, 'DOCUMENT_INVALID', /damaged/],
    ['what is no archive', 'hello', {}, { 'Content-Type': 'application/octet-stream' }, 415, 'ARCHIVE_NOT_ARCHIVE', /./],
    ['gzip that is cut', gzipSync('{"export_metadata": {}}').subarray(0, 30), {}, {}, 400, 'DOCUMENT_INVALID', /damaged/],
  ]
  test.each(cases)('%s', async (_name, body, query, headers, status, code, says) => {
    const loom = await loomDatabase('SQLite', { content: 'started' })
    const server = await serveLoom([loom])
    const before = await contentOf(loom)
    const response = await server.import(body, query, headers)
    const answer = await answerOf(response)
    expect([response.status, response.headers.get('content-type'), answer.status, answer.status_code, answer.code]).toEqual([status, 'application/problem+json', 'failed', status, code])
    expect(JSON.stringify(answer)).toMatch(says)
    expect(JSON.stringify(answer)).not.toContain(tmpdir())
    expect(answer.errors).toHaveLength(1)
    expect(await contentOf(loom)).toBe(before)
  })

  test.each<[Record<string, string>, RegExp]>([
    [{ strategy: 'overwrite' }, /strategy.*merge, skip, replace, fail-on-conflict/],
    [{ strategy: 'three-way' }, /strategy/],
    [{ dry_run: 'yes' }, /dry_run.*true, false/],
    [{ dryrun: 'true' }, /dryrun.*strategy, dry_run/],
    [{ dry_run: 'true', validate_only: 'true' }, /exclude each other/],
    [{ on_unresolved: 'x' }, /fail, null, skip, keep/],
    [{ convert: 'round,loss' }, /loss.*zone-to-utc/],
    [{ store: 'nope' }, /nope/],
  ])('the parameters %j', async (query, says) => {
    const server = await serveLoom([await loomDatabase('SQLite', { content: 'started' })])
    const response = await server.import('{}', query)
    expect([response.status, await response.text()]).toEqual([query['store'] === undefined ? 400 : 404, expect.stringMatching(says)])
  })

  test('a table or group that the document does not have', async () => {
    const server = await serveLoom([await loomDatabase('SQLite', { content: 'started' })])
    const document = await (await server.export({ include: 'core' })).text()
    const response = await server.import(document, { tables: 'userz' })
    expect([response.status, await answerOf(response)]).toMatchObject([400, { code: 'TABLE_NOT_FOUND', details: [expect.stringContaining('core'), expect.stringContaining('providers')] }])
  })
})

describe('a body that is too large', () => {
  const limit = 1 << 20

  test.each([true, false])('is refused with 413 to a client that sends all 60 MB before it reads (length told: %s)', async (told) => {
    const loom = await loomDatabase('SQLite', { content: 'started' })
    const server = await serveLoom([loom])
    const socket = await rawSocket(server.url)
    const body = Buffer.alloc(60 << 20, ' ')
    const length = told ? `Content-Length: ${body.length}` : 'Transfer-Encoding: chunked'
    socket.write(`POST /api/v1/import HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nContent-Type: application/json\r\n${length}\r\n\r\n`)
    if (!told) socket.write(`${body.length.toString(16)}\r\n`)
    await new Promise<void>((resolve, reject) => socket.write(body, (error) => (error ? reject(error) : resolve())))
    if (!told) socket.write('\r\n0\r\n\r\n')
    // The connection is whole: another request goes over it.
    socket.write(`GET /api/v1/health HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nConnection: close\r\n\r\n`)
    const answer = await untilClosed(socket)
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer).toContain(`"detail":"the body is larger than ${50 << 20} bytes"`)
    expect(answer).toContain('{"status":"ok"}')
  })

  test('a client that reads while it sends is told at once', async () => {
    const server = await serveLoom([await loomDatabase('SQLite', { content: 'started' })], { settings: { limits: { importBytes: limit } } })
    const sending = open(server)
    const response = once(sending, 'response') as Promise<[IncomingMessage]>
    sending.write(Buffer.alloc(2 * limit, ' '))
    const [{ statusCode }] = await response
    expect(statusCode).toBe(413)
    sending.destroy()
  })

  test('counts what a document is once it is inflated, however it came', async () => {
    const server = await serveLoom([await loomDatabase('SQLite', { content: 'started' })], { settings: { limits: { importBytes: limit } } })
    const bomb = gzipSync(Buffer.concat([Buffer.from('{'), Buffer.alloc(20 * limit, ' ')]))
    expect(bomb.length).toBeLessThan(limit / 10)
    for (const headers of [{ 'Content-Encoding': 'gzip' }, {}, { 'Content-Type': 'application/gzip' }] as Record<string, string>[]) {
      const response = await server.import(bomb, {}, headers)
      expect([headers, response.status, await answerOf(response)]).toMatchObject([headers, 413, { code: 'REQUEST_TOO_LARGE', detail: `the body is larger than ${limit} bytes` }])
    }
  })
})

describe('a job', () => {
  test('is what an import is: with counts, bytes, a result, and events while it runs', async () => {
    const from = await sampleLoom('SQLite', 3000)
    const into = await loomDatabase('SQLite', { content: 'empty' })
    const server = await serveLoom([from, into])
    const document = await (await server.export()).text()
    const response = await server.import(document, { store: 'loom2', async: 'true' })
    const { id } = (await response.json()) as Job
    expect([response.status, response.headers.get('location'), response.headers.get('x-job-id')]).toEqual([202, `/api/v1/jobs/${id}`, id])
    const phases = new Set<unknown>()
    for await (const { event, data } of readEvents(await server.get(`/api/v1/jobs/${id}/events`))) if (event === 'progress') phases.add(data['phase'])
    expect([...phases]).toContain('write')
    const job = await jobOf(server, id)
    expect(job).toMatchObject({ kind: 'import', state: 'done', bytes: Buffer.byteLength(document), result: { status: 'completed', job_id: id, errors: [] } })
    expect(totalsOf(job.result!)['inserted']).toBeGreaterThan(2000)
    expect(await (await server.get('/metrics')).text()).toMatch(/holdall_job_bytes_total\{kind="import"\} \d+/)
    const { jobs } = (await (await server.get('/api/v1/history?kind=import')).json()) as { jobs: Job[] }
    expect(jobs).toMatchObject([{ id, result: null, counts: { projects: { new: expect.any(Number) as number } } }])
  })

  test('that fails keeps its answer too', async () => {
    const server = await serveLoom([await loomDatabase('SQLite', { content: 'started' })])
    const document = await (await server.export({ include: 'users' })).text()
    const { id } = (await (await server.import(document, { strategy: 'fail-on-conflict', async: 'true' })).json()) as Job
    await vi.waitFor(async () => expect(await jobOf(server, id)).toMatchObject({ state: 'failed', result: { status: 'failed', status_code: 409, code: 'CONFLICT', conflicts: { total: 1 }, job_id: id } }))
  })

  test('imports into one store go one after the other, and both arrive', async () => {
    const from = await sampleLoom('SQLite', 3000)
    const into = await loomDatabase('SQLite', { content: 'empty' })
    const server = await serveLoom([from, into])
    const document = await (await server.export()).text()
    const answers = await Promise.all([1, 2].map(async () => answerOf(await server.import(document, { store: 'loom2' }))))
    const inserted = answers.map((answer) => totalsOf(answer)['inserted']!)
    expect(inserted.filter((count) => count > 0)).toHaveLength(1)
    expect(totalsOf(answers[inserted.indexOf(0)]!)).toMatchObject({ updated: 0, failed: 0, unchanged: Math.max(...inserted) })
  })

  test('nothing of a body is left behind', async () => {
    const server = await serveLoom([await loomDatabase('SQLite', { content: 'started' })])
    const folder = scratch()
    vi.stubEnv('TMPDIR', folder)
    onTestFinished(() => void vi.unstubAllEnvs())
    const document = await (await server.export()).text()
    for (const body of [document, 'hello']) await answerOf(await server.import(body))
    const { id } = (await (await server.import(document, { async: 'true' })).json()) as Job
    await vi.waitFor(async () => expect((await jobOf(server, id)).state).toBe('done'))
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]))
  })
})

describe.each(ENGINES)('a client that goes away, with %s', (engine) => {
  test('while it sends: nothing was begun', async () => {
    const loom = await loomDatabase(engine, { content: 'started' })
    const server = await serveLoom([loom])
    const before = await contentOf(loom)
    const document = await (await server.export()).text()
    const folder = scratch()
    vi.stubEnv('TMPDIR', folder)
    onTestFinished(() => void vi.unstubAllEnvs())
    const sending = open(server)
    sending.write(document.slice(0, 1000))
    await vi.waitFor(() => expect(readdirSync(folder)).toHaveLength(1))
    sending.destroy()
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]))
    expect(await contentOf(loom)).toBe(before)
    expect(await (await server.get('/api/v1/jobs?kind=import')).json()).toMatchObject({ jobs: [] })
  })

  test('while its import is at work: it is cancelled and rolled back', async () => {
    const loom = await sampleLoom(engine)
    const server = await serveLoom([loom])
    const document = await (await server.export()).text()
    await loom.run("UPDATE users SET email = 'changed'")
    const before = await contentOf(loom)
    const free = await hold(loom, engine)
    const sending = open(server)
    sending.end(document)
    const id = await vi.waitFor(async () => {
      const { jobs } = (await (await server.get('/api/v1/jobs?kind=import')).json()) as { jobs: Job[] }
      expect(jobs[0]?.state).toBe('running')
      return jobs[0]!.id
    })
    sending.destroy()
    if (engine === 'SQLite') await free()
    await vi.waitFor(async () => expect(await jobOf(server, id)).toMatchObject({ state: 'cancelled', error: { message: 'the client went away' } }), { timeout: 15_000 })
    if (engine === 'PostgreSQL') await free()
    expect(await contentOf(loom)).toBe(before)
  })
})

/** An import whose body is still to be sent. */
function open(server: LoomServer): ClientRequest {
  const sending = httpRequest(`${server.url}/api/v1/import`, { method: 'POST', headers: { 'Content-Type': 'application/json' } })
  sending.on('error', () => undefined)
  return sending
}

/** Locks a database against writers until it is freed. */
async function hold(loom: LoomDatabase, engine: string): Promise<() => Promise<void>> {
  if (engine === 'SQLite') {
    const database = new Database(loom.store)
    database.exec('BEGIN IMMEDIATE')
    return async () => Promise.resolve(void database.close())
  }
  const { default: pg } = await import('pg')
  const client = new pg.Client(loom.store)
  await client.connect()
  await client.query('BEGIN; LOCK TABLE users IN ROW EXCLUSIVE MODE')
  return async () => client.end()
}
