import { describe, expect, test } from 'vitest'
import { holdJob } from './held-job.js'
import { readEvents } from './server-sent-events.js'
import { startServer } from './start.js'

describe('a job over HTTP', () => {
  test('is seen while it runs and after it has ended', async () => {
    const { get, jobs } = await startServer()
    const job = await holdJob(jobs)
    job.context.onProgress({ phase: 'stage', table: 'users', rows: 5, expected: 10, done: false })
    expect(await (await get(`/api/v1/jobs/${job.id}`)).json()).toMatchObject({ id: job.id, state: 'running', user: 'local', progress: { phase: 'stage', table: 'users', done: 5, total: 10, percentage: 50 } })
    expect(await (await get('/api/v1/history')).json()).toEqual({ jobs: [], next: null })
    job.finish()
    await job.result
    expect(await (await get(`/api/v1/jobs/${job.id}`)).json()).toMatchObject({ state: 'done', counts: { users: { new: 2, unchanged: 1 } }, error: null })
    expect(await (await get('/api/v1/history?kind=import&store=app&since=2020-01-01T00:00:00%2B01:00')).json()).toMatchObject({ jobs: [{ id: job.id }], next: null })
  })

  test.each([
    ['DELETE', ''],
    ['POST', '/cancel'],
  ])('is stopped by %s%s: 202, and 200 once it has ended', async (method, suffix) => {
    const { get, jobs } = await startServer()
    const job = await holdJob(jobs)
    expect((await get(`/api/v1/jobs/${job.id}${suffix}`, { method })).status).toBe(202)
    await expect(job.result).rejects.toMatchObject({ code: 'INTERRUPTED' })
    const again = await get(`/api/v1/jobs/${job.id}${suffix}`, { method })
    expect(again.status).toBe(200)
    expect(await again.json()).toMatchObject({ state: 'cancelled', error: { code: 'INTERRUPTED', message: 'cancelled by local' } })
  })

  test('that is not there is a problem', async () => {
    const { get } = await startServer()
    const response = await get('/api/v1/jobs/none?x=secret')
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ code: 'JOB_NOT_FOUND', status: 404, instance: '/api/v1/jobs/none', type: 'urn:holdall:error:JOB_NOT_FOUND' })
  })

  test('lists come page by page', async () => {
    const { get, jobs } = await startServer()
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      const job = jobs.start({ kind: 'export', store: 'app', user: 'local', run: async () => n })
      await job.result
      ids.unshift(job.id)
    }
    const first = (await (await get('/api/v1/jobs?limit=2')).json()) as { jobs: { id: string }[]; next: string }
    const second = (await (await get(`/api/v1/jobs?limit=2&cursor=${first.next}`)).json()) as { jobs: { id: string }[]; next: null }
    expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(ids)
    expect(second.next).toBeNull()
  })
})

describe('the events of a job', () => {
  test('come with numbers as they happen, and end with it', async () => {
    const { get, jobs } = await startServer()
    const job = await holdJob(jobs)
    const response = await get(`/api/v1/jobs/${job.id}/events`)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const events = readEvents(response)
    expect((await events.next()).value).toMatchObject({ id: '1', event: 'state', data: { state: 'queued' } })
    expect((await events.next()).value).toMatchObject({ id: '2', event: 'state', data: { state: 'running' } })
    job.context.onProgress({ phase: 'apply', table: 'users', rows: 10, expected: 10, done: true })
    expect((await events.next()).value).toMatchObject({ id: '3', event: 'progress', data: { phase: 'apply', table: 'users', done: 10, total: 10, percentage: 100, eta: expect.toBeOneOf([0, null]) as unknown, finished: true } })
    job.finish()
    expect((await events.next()).value).toMatchObject({ id: '4', event: 'state', data: { state: 'done' } })
    expect((await events.next()).done).toBe(true)
  })

  test('go on where a reader left off, and 204 tells it when there is nothing more', async () => {
    const { get, jobs } = await startServer()
    const job = await holdJob(jobs)
    job.finish()
    await job.result
    const rest = await get(`/api/v1/jobs/${job.id}/events`, { headers: { 'Last-Event-ID': '2' } })
    const ids: string[] = []
    for await (const { id } of readEvents(rest)) ids.push(id)
    expect(ids).toEqual(['3'])
    expect((await get(`/api/v1/jobs/${job.id}/events`, { headers: { 'Last-Event-ID': '3' } })).status).toBe(204)
  })

  test('where nothing happens there are signs of life', async () => {
    const { get, jobs } = await startServer({ settings: { heartbeat: 10 } })
    const job = await holdJob(jobs)
    const comments = { count: 0 }
    const events = readEvents(await get(`/api/v1/jobs/${job.id}/events`), comments)
    await events.next()
    await events.next()
    const last = events.next()
    await expect.poll(() => comments.count).toBeGreaterThan(0)
    job.finish()
    expect((await last).value).toMatchObject({ event: 'state', data: { state: 'done' } })
  })

  test('a reader who leaves does not stop the job', async () => {
    const { get, jobs } = await startServer()
    const job = await holdJob(jobs)
    const leaving = new AbortController()
    const events = readEvents(await get(`/api/v1/jobs/${job.id}/events`, { signal: leaving.signal }))
    await events.next()
    leaving.abort()
    await expect(events.next()).resolves.toBeDefined()
    job.finish()
    expect(await job.result).toBe('done')
  })

  test('of a job that an earlier process ran is its end', async () => {
    const first = await startServer()
    const job = await holdJob(first.jobs)
    job.finish()
    await job.result
    await first.stop()
    const second = await startServer({ folder: first.folder, stores: first.context.stores })
    const seen: unknown[] = []
    for await (const event of readEvents(await second.get(`/api/v1/jobs/${job.id}/events`, { headers: { 'Last-Event-ID': '2' } }))) seen.push(event)
    expect(seen).toMatchObject([{ id: 'ended', event: 'state', data: { id: job.id, state: 'done' } }])
    expect((await second.get(`/api/v1/jobs/${job.id}/events`, { headers: { 'Last-Event-ID': 'ended' } })).status).toBe(204)
  })
})
