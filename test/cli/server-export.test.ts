import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { holdall } from './holdall.js'
import { Kept } from './host.js'
import { startProxy } from './proxy.js'
import { serve } from './served.js'

test('a document from a server is the one that an export here writes', async () => {
  const { run, cwd, folder } = await serve()
  const { code, json } = { ...(await run('export -o there.json --json')), json: null }
  expect([code, json]).toEqual([0, null])
  expect((await holdall(['export', '-s', join(folder, 'app.db'), '-o', 'here.json', '-q'], { cwd })).code).toBe(0)
  const end = (name: string): unknown => (JSON.parse(readFileSync(join(cwd, name), 'utf8')) as { export_end: unknown }).export_end
  expect(end('there.json')).toEqual(end('here.json'))
})

test.each([
  ['export --output b.json', 'json'],
  ['export --format json-pretty --output b.json', 'json'],
  ['export --compress -o b.json.gz', 'gzip'],
  ['export -o b.json.gz', 'gzip'],
  ['export --include users --output b.json', 'json'],
  ['export --output b.tar.gz', 'archive'],
  ['export --output b.tgz', 'archive'],
  ['export --format archive --output b', 'archive'],
  ['export --output b', 'json'],
])('%s writes %s', async (line, kind) => {
  const { run, cwd } = await serve()
  const { code, out, err } = await run(`${line} --json`)
  expect([code, err.includes('exit_error')]).toEqual([0, false])
  const result = JSON.parse(out) as { output: string; bytes: number; rows: number }
  const bytes = readFileSync(result.output)
  expect(result).toMatchObject({ store: 'app', bytes: bytes.length })
  if (kind === 'archive') expect((await holdall(['verify', result.output], { cwd })).code).toBe(0)
  else expect(JSON.parse((kind === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8'))).toHaveProperty('export_end.complete', true)
  expect(result.rows).toBe(line.includes('include') ? 3 : 8)
})

test('without --output the document goes to standard output, and the summary to standard error', async () => {
  const { run } = await serve()
  const { code, json, err } = await run('export')
  expect([code, (json as { export_metadata: { record_counts: unknown } }).export_metadata.record_counts]).toEqual([0, { '注文 table': 2, orders: 3, users: 3 }])
  expect(err).toContain('to standard output')
})

test('--server-store takes another store of the server, and one that is not there is named', async () => {
  const { run } = await serve()
  expect((await run('export --server-store large -o b.json --json')).json).toMatchObject({ store: 'large', rows: 20 })
  const { code, err } = await run('export --server-store nothing -o c.json')
  expect([code, err]).toEqual([10, expect.stringContaining('the server has no store nothing')])
})

test('what the server refuses ends with the exit code that it has here, and leaves no file', async () => {
  const { run, cwd } = await serve()
  const { code, err } = await run('export --include nothing -o b.json')
  expect([code, err]).toEqual([10, expect.stringContaining('[TABLE_NOT_FOUND]')])
  expect(readdirSync(cwd)).toEqual([])
})

test('a file that is there is not touched, and the server is not even asked', async () => {
  const { run, cwd, get } = await serve()
  writeFileSync(join(cwd, 'b.json'), 'mine')
  const { code, err } = await run('export -o b.json')
  expect([code, err]).toEqual([2, expect.stringContaining('[OUTPUT_EXISTS]')])
  expect(await (await get('/api/v1/jobs')).json()).toMatchObject({ jobs: [] })
  expect((await run('export -o b.json --overwrite')).code).toBe(0)
})

test.each(['b.json', 'b.json.gz', 'b.tar.gz'])('an answer that is cut off publishes nothing: %s', async (output) => {
  const server = await serve({}, 50_000)
  const proxy = await startProxy(server.url)
  proxy.allow(200_000, 'close')
  const { code, err } = await server.run(`export --server-store large -o ${output}`, { env: { HOLDALL_SERVER: proxy.url } })
  expect([code, err]).toEqual([14, expect.stringContaining('[SERVER_FAILED]')])
  expect(readdirSync(server.cwd)).toEqual([])
})

test('an answer that ends properly and is no whole export publishes nothing', async () => {
  const cut = createServer((_request, response) => void response.end('{"export_metadata":{},"tables":{"users":[]}}'))
  await new Promise<void>((resolve) => void cut.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void cut.close())
  const { run, cwd } = await serve()
  const { code, err } = await run('export -o b.json', { env: { HOLDALL_SERVER: `http://127.0.0.1:${(cut.address() as AddressInfo).port}` } })
  expect([code, err]).toEqual([14, expect.stringContaining('the export has no end')])
  expect(readdirSync(cwd)).toEqual([])
})

test('a transfer that stands still is given up', async () => {
  const server = await serve({}, 50_000)
  const proxy = await startProxy(server.url)
  proxy.allow(200_000, 'stand still')
  const { code, err } = await server.run('export --server-store large -o b.json --idle-timeout 300ms', { env: { HOLDALL_SERVER: proxy.url } })
  expect([code, err]).toEqual([14, expect.stringContaining('was silent for 0.3 s')])
  expect(readdirSync(server.cwd)).toEqual([])
})

/** Standard output whose reader does something when there is something to read. */
class Watched extends Kept {
  constructor(readonly read: (done: () => void) => void) {
    super()
  }
  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    this.read(done)
  }
}

test('a stop ends the job on the server too', async () => {
  const server = await serve({}, 200_000)
  const stop = new AbortController()
  const full = new Watched(() => stop.abort())
  const { code } = await server.run('export --server-store large', { stdout: full, signal: stop.signal })
  expect(code).toBe(130)
  await expect.poll(async () => (await server.get('/api/v1/jobs')).json()).toMatchObject({ jobs: [{ state: 'cancelled' }] })
})

test('an export that fails on the way is told with the reason that the server has', async () => {
  const server = await serve({}, 200_000)
  const seen = new Watched((done) => {
    void server.get('/api/v1/jobs').then(async (response) => {
      const { jobs } = (await response.json()) as { jobs: { id: string }[] }
      await server.get(`/api/v1/jobs/${jobs[0]!.id}`, { method: 'DELETE' })
      done()
    })
  })
  const { code, err } = await server.run('export --server-store large', { stdout: seen })
  expect([code, err]).toEqual([14, expect.stringContaining('cancelled by local')])
})

test('progress is told table by table, as the job on the server tells it', async () => {
  const { run } = await serve({}, 100_000)
  const { err } = await run('export --server-store large -o b.json --json')
  expect(err).toContain('{"message_type":"status","phase":"read","table":"log","rows":100000,"expected":100000,"done":true')
})

test('too many exports an hour are refused with the time to wait', async () => {
  const { run, cwd } = await serve({ limits: { exportsPerHour: 1 } })
  expect((await run('export -o a.json')).code).toBe(0)
  const { code, err } = await run('export -o b.json')
  expect([code, err]).toEqual([1, expect.stringMatching(/; wait 60 min \[RATE_LIMITED\]/)])
  expect(existsSync(join(cwd, 'b.json'))).toBe(false)
})
