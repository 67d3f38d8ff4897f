import { expect, test } from 'vitest'
import { emptyProfile } from '../../src/profiles/profile.js'
import { createDatabase } from '../postgres/database.js'
import { holdJob } from './held-job.js'
import { startServer } from './start.js'

const ready = (name: string, location: string): { readonly name: string; readonly kind: 'ready'; readonly location: string; readonly profile: typeof emptyProfile } => ({ name, kind: 'ready', location, profile: emptyProfile })

test('health is told in one word, in detail, and to probes', async () => {
  const { get } = await startServer()
  const body = async (path: string): Promise<unknown> => (await get(path)).json()
  expect(await body('/api/v1/health')).toEqual({ status: 'ok' })
  expect(await body('/health/live')).toMatchObject({ status: 'alive' })
  expect(await body('/health/ready')).toMatchObject({ ready: true, dependencies: { state: { status: 'healthy' }, database: { status: 'healthy' } } })
  expect(await body('/health')).toMatchObject({ status: 'healthy', uptime_seconds: expect.any(Number) as number, version: expect.any(String) as string, instance_id: expect.any(String) as string })
  expect(await body('/api/v1/health/ready')).toMatchObject({ ready: true })
})

test('without its database the server lives and is not ready; the reason is a code alone', async () => {
  const { get } = await startServer({ stores: [ready('app', 'postgres://ada:s3cret@127.0.0.1:1/app')] })
  expect((await get('/health/live')).status).toBe(200)
  for (const path of ['/health', '/health/ready', '/api/v1/health/ready']) {
    const response = await get(path)
    const text = await response.text()
    expect([path, response.status]).toEqual([path, 503])
    expect(JSON.parse(text)).toMatchObject({ dependencies: { state: { status: 'healthy' }, database: { status: 'unhealthy', error: 'STORE_NOT_FOUND' } } })
    expect(text).not.toMatch(/ada|s3cret/)
  }
})

test('stores are listed without passwords, and each tells what it holds', async () => {
  const database = await createDatabase()
  const { get } = await startServer({ stores: [ready('pg', database.url), ready('gone', './gone.db'), { name: 'unset', kind: 'unusable', problem: 'unset needs the environment variable X' }] })
  const list = await (await get('/api/v1/stores')).text()
  expect(JSON.parse(list)).toMatchObject({ stores: [{ name: 'pg', engine: 'postgresql', default: false }, { name: 'gone', engine: 'sqlite' }, { name: 'unset', engine: null, problem: 'unset needs the environment variable X' }] })
  expect(list).not.toContain(new URL(database.url).password === '' ? '\u0000' : `:${new URL(database.url).password}@`)
  expect(await (await get('/api/v1/stores/pg')).json()).toMatchObject({ name: 'pg', engine: 'postgresql', tables: [] })
  for (const name of ['gone', 'unset']) expect((await get(`/api/v1/stores/${name}`)).status).toBe(503)
  const unknown = await get('/api/v1/stores/pgg')
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 'STORE_NOT_FOUND', hint: 'Did you mean pg?' }])
})

test('a store tells tables, columns, keys, references and counts', async () => {
  const { get } = await startServer()
  const { tables } = (await (await get('/api/v1/stores/app')).json()) as { tables: Record<string, unknown>[] }
  expect(tables.find(({ table }) => table === 'orders')).toEqual({
    table: 'orders',
    rows: 3,
    estimated: false,
    columns: [
      { name: 'id', type: 'INTEGER', family: 'integer', nullable: false, generated: false },
      { name: 'user_id', type: 'INTEGER', family: 'integer', nullable: false, generated: false },
      { name: 'total', type: 'REAL', family: 'real', nullable: true, generated: false },
    ],
    primary_key: ['id'],
    references: [{ columns: ['user_id'], table: 'users', target_columns: ['id'] }],
  })
})

test('metrics count jobs, rows and requests', async () => {
  const { get, jobs } = await startServer()
  const job = await holdJob(jobs)
  const during = await (await get('/metrics')).text()
  expect(during).toContain('holdall_jobs_active 1')
  job.finish()
  await job.result
  const response = await get('/metrics')
  const text = await response.text()
  expect(response.headers.get('content-type')).toContain('text/plain')
  expect(text).toContain('holdall_jobs_active 0')
  expect(text).toContain('holdall_jobs_total{kind="import",state="done"} 1')
  expect(text).toContain('holdall_job_rows_total{kind="import",counted="new"} 2')
  expect(text).toContain('holdall_job_duration_seconds_count{kind="import"} 1')
  expect(text).toMatch(/http_request_duration_seconds_count\{method="GET",route="\/metrics",status="200"\} 1/)
  expect(text).toContain('process_resident_memory_bytes')
})
