import { Agent, get as httpGet } from 'node:http'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { holdJob } from './held-job.js'
import { rawSocket, untilClosed } from './raw-socket.js'
import { startServer } from './start.js'

describe('a client that is slow on purpose', () => {
  test('never sending all headers gets 408 and is closed', async () => {
    const { url } = await startServer({ settings: { timeouts: { headers: 100 } } })
    const socket = await rawSocket(url)
    socket.write('GET /api/v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Sl')
    const answer = await untilClosed(socket)
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
    expect(answer).toContain('"code":"REQUEST_TIMEOUT"')
  })

  test('saying nothing at all is closed', async () => {
    const { url } = await startServer({ settings: { timeouts: { headers: 100 } } })
    await untilClosed(await rawSocket(url))
  })

  test('pausing in the body gets 408 and is closed', async () => {
    const { url } = await startServer({ settings: { timeouts: { idle: 100 } } })
    const socket = await rawSocket(url)
    socket.write('POST /api/v1/jobs/x/cancel HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"a":')
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 408 /)
  })

  test('dripping a body for longer than a request may take is closed', async () => {
    const { url } = await startServer({ settings: { timeouts: { headers: 200, request: 400, idle: 60_000 } } })
    const socket = await rawSocket(url)
    socket.write('POST /api/v1/jobs/x/cancel HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n')
    const drip = setInterval(() => socket.write(' '), 20)
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 408 /)
    clearInterval(drip)
  })
})

describe('a request that is none', () => {
  test('with headers larger than 16 KiB is 431', async () => {
    const { url } = await startServer()
    const socket = await rawSocket(url)
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`)
    const answer = await untilClosed(socket)
    expect(answer).toMatch(/^HTTP\/1.1 431 /)
    expect(answer).toContain('"code":"HEADERS_TOO_LARGE"')
  })

  test('in another language is 400', async () => {
    const { url } = await startServer()
    const socket = await rawSocket(url)
    socket.write('EHLO example.org\r\n\r\n')
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"REQUEST_INVALID"/)
  })

  test.each([
    ['a body that is too large', 413, 'REQUEST_TOO_LARGE', { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify('x'.repeat(70_000)) }],
    ['a body that is no JSON', 400, 'REQUEST_INVALID', { headers: { 'Content-Type': 'application/json' }, body: '{"a":' }],
    ['a body of a type that nobody reads', 415, 'MEDIA_TYPE_UNSUPPORTED', { headers: { 'Content-Type': 'application/xml' }, body: '<a/>' }],
  ])('with %s is %i', async (_what, status, code, init) => {
    const { get } = await startServer()
    const response = await get('/api/v1/jobs/x/cancel', { method: 'POST', ...init })
    expect([response.status, await response.json()]).toMatchObject([status, { code, status }])
  })

  test.each([
    ['limit=0', /querystring: limit must be >= 1/],
    ['limit=many', /limit must be integer/],
    ['state=sleeping', /state must be equal to one of the allowed values queued, running, done, failed, cancelled/],
    ['colour=blue', /there is no colour/],
    ['cursor=x', /cursor must match pattern/],
    ['kind=export&kind=import', /kind/],
  ])('?%s is told what is wrong', async (query, detail) => {
    const { get } = await startServer()
    const response = await get(`/api/v1/jobs?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'REQUEST_INVALID', detail: expect.stringMatching(detail) as string, instance: '/api/v1/jobs' })
  })

  test.each([
    ['PUT', '/api/v1/jobs', 'GET, HEAD'],
    ['POST', '/api/v1/jobs/x', 'GET, HEAD, DELETE'],
    ['HEAD', '/api/v1/jobs/x/events', 'GET'],
    ['OPTIONS', '/api/v1/jobs', 'GET, HEAD'],
  ])('%s %s is 405, and Allow says what is taken', async (method, path, allowed) => {
    const { get, url } = await startServer()
    const response = await get(path, { method, headers: { Origin: url } })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allowed)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('at a path where nothing is, is 404', async () => {
    const { get } = await startServer()
    const response = await get('/api/v2/jobs?password=x')
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'ROUTE_NOT_FOUND', instance: '/api/v2/jobs' }])
  })
})

describe('every answer', () => {
  test.each(['/health', '/api/v1/jobs', '/nothing'])('of %s is safe to show and is not kept', async (path) => {
    const { get } = await startServer()
    const { headers } = await get(path)
    expect(Object.fromEntries(headers)).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'x-request-id': expect.stringMatching(/^[\w-]{36}$/) as string })
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('to HEAD is the one to GET, without its body', async () => {
    const { get } = await startServer()
    const response = await get('/api/v1/stores', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(10)
    expect(await response.text()).toBe('')
  })

  test('has the id that the request brought, if that is one', async () => {
    const { get } = await startServer()
    expect((await get('/health', { headers: { 'X-Request-Id': 'trace-7' } })).headers.get('x-request-id')).toBe('trace-7')
    expect((await get('/health', { headers: { 'X-Request-Id': 'a b"c' } })).headers.get('x-request-id')).not.toBe('a b"c')
  })

  test('to what nobody foresaw tells no stack and no text of it; the log does', async () => {
    const { get, log } = await startServer({
      routes: (app) =>
        void app.get('/broken', { config: { access: 'viewer' } }, async () => {
          throw new TypeError('connect postgres://ada:s3cret@db failed')
        }),
    })
    const response = await get('/broken')
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toMatch(/s3cret|TypeError|at .*\.ts/)
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL' })
    const id = response.headers.get('x-request-id')
    expect(log().find((line) => line['msg'] === 'request failed')).toMatchObject({ request: id, code: 'INTERNAL', err: { type: 'TypeError' } })
  })
})

test('the log names requests and jobs, and holds no query and no key', async () => {
  const { get, jobs, log } = await startServer()
  await get('/api/v1/jobs?user=hidden-query', { headers: { Authorization: 'Bearer hidden-key', 'X-API-Key': 'hidden-key' } })
  const job = await holdJob(jobs)
  job.finish()
  await job.result
  await expect.poll(() => log().filter((line) => line['msg'] === 'request').length).toBe(1)
  expect(JSON.stringify(log())).not.toContain('hidden')
  expect(log().find((line) => line['msg'] === 'request')).toMatchObject({ method: 'GET', path: '/api/v1/jobs', status: 200, user: 'local', request: expect.any(String) as string })
  expect(log().filter((line) => line['msg'] === 'job').map((line) => [line['job'], line['state']])).toEqual([[job.id, 'queued'], [job.id, 'running'], [job.id, 'done']])
})

describe('when the server stops', () => {
  test('a connection that is kept open does not hold it up', async () => {
    const server = await startServer()
    const agent = new Agent({ keepAlive: true })
    const [response] = (await once(httpGet(`${server.url}/health`, { agent }), 'response')) as [NodeJS.ReadableStream]
    response.resume()
    await once(response, 'end')
    await server.stop()
    agent.destroy()
    await expect(server.get('/health')).rejects.toThrow()
  })

  test('jobs end, who watches sees it, and new requests are refused meanwhile', async () => {
    const server = await startServer({ settings: { timeouts: { stop: 60_000 } } })
    const job = await holdJob(server.jobs)
    const watching = await server.get(`/api/v1/jobs/${job.id}/events`)
    const stopped = server.stop()
    const refused = await server.get('/api/v1/jobs')
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'SHUTTING_DOWN' }])
    expect((await server.get('/health/live')).status).toBe(200)
    expect((await server.get('/health/ready')).status).toBe(503)
    job.finish()
    expect(await watching.text()).toContain('"state":"done"')
    await stopped
  })

  test('a job that goes on is cancelled, and a reader of events is let go', async () => {
    const server = await startServer({ settings: { timeouts: { stop: 10 } } })
    const job = await holdJob(server.jobs)
    const watching = await server.get(`/api/v1/jobs/${job.id}/events`)
    await server.stop()
    expect(await watching.text()).toContain('"state":"cancelled"')
    await expect(job.result).rejects.toMatchObject({ message: 'the server was stopped' })
  })
})
