import { createRequire } from 'node:module'
import type { Ajv } from '@fastify/ajv-compiler'
import { expect, test } from 'vitest'
import { holdJob } from './held-job.js'
import { startServer } from './start.js'

// The ajv that checks requests, so that none has to be installed beside it.
const require = createRequire(createRequire(import.meta.url).resolve('@fastify/ajv-compiler'))
const { default: Ajv2020 } = require('ajv/dist/2020.js') as { default: new (options: object) => Ajv }

type Json = Record<string, unknown>

interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, { readonly summary?: string; readonly security?: unknown[]; readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: Json }> }> }>>
  readonly components: { readonly schemas: Record<string, Json> }
}

test('real answers are what the OpenAPI document says', async () => {
  const { get, jobs } = await startServer()
  const job = await holdJob(jobs)
  job.context.onProgress({ phase: 'stage', table: 'users', rows: 5, expected: 10, done: false })
  const failing = jobs.start({ kind: 'export', store: null, user: 'local', run: async () => Promise.reject(new Error('no')) })
  await failing.result.catch(() => undefined)
  const document = (await (await get('/api/v1/openapi.json')).json()) as Document
  expect(document.openapi).toBe('3.1.0')
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'document', components: document.components })

  const check = async (method: string, path: string, url = path, body?: string): Promise<void> => {
    const response = await get(url, { method, ...(body === undefined ? {} : { body, headers: { 'Content-Type': 'application/json' } }) })
    const { responses } = document.paths[path]![method.toLowerCase()]!
    const described = responses[String(response.status)] ?? responses[`${String(response.status)[0]}XX`]
    const type = (response.headers.get('content-type') ?? '').replace(/;.*/, '')
    const schema = described?.content?.[type]?.schema
    expect(schema, `${method} ${path} ${response.status} ${type}`).toBeDefined()
    const within = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as Json
    const validate = ajv.compile(within)
    const answer: unknown = await response.json()
    expect([path, validate(answer), validate.errors ?? null]).toEqual([path, true, null])
  }
  for (const path of ['/health', '/api/v1/health', '/api/v1/health/live', '/api/v1/health/ready', '/api/v1/stores', '/api/v1/jobs', '/api/v1/history', '/api/v1/audit']) await check('GET', path)
  await check('GET', '/api/v1/stores/{name}', '/api/v1/stores/app')
  await check('GET', '/api/v1/stores/{name}', '/api/v1/stores/none')
  await check('GET', '/api/v1/jobs/{id}', `/api/v1/jobs/${job.id}`)
  await check('GET', '/api/v1/jobs/{id}', '/api/v1/jobs/none')
  await check('GET', '/api/v1/jobs', '/api/v1/jobs?limit=0')
  await check('DELETE', '/api/v1/jobs/{id}', `/api/v1/jobs/${job.id}`)
  await check('POST', '/api/v1/jobs/{id}/cancel', `/api/v1/jobs/${failing.id}/cancel`)
  const exported = await (await get('/api/v1/export')).text()
  await check('GET', '/api/v1/export')
  await check('GET', '/api/v1/export', '/api/v1/export?include=nope')
  for (const query of ['', '?dry_run=true', '?validate_only=true', '?strategy=fail-on-conflict', '?strategy=nope', '?async=true']) await check('POST', '/api/v1/import', `/api/v1/import${query}`, exported)
  await check('POST', '/api/v1/import', '/api/v1/import', 'hello')
  await check('GET', '/api/v1/jobs')
})

test('each path of the document says what it is for, and only what is public needs no key', async () => {
  const { get } = await startServer()
  const { paths } = (await (await get('/api/v1/openapi.json')).json()) as Document
  const open: string[] = []
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { summary, security }] of Object.entries(methods)) {
      expect([path, method, summary]).toEqual([path, method, expect.any(String)])
      if (security?.length === 0) open.push(path)
    }
  }
  expect([...new Set(open)].sort()).toEqual(['/api/v1/health', '/api/v1/health/live', '/api/v1/health/ready', '/health'])
})

test('the page to read it comes from this server alone', async () => {
  const { get } = await startServer()
  const page = await get('/docs')
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/)
  expect(await page.text()).not.toMatch(/(?:src|href)="https?:/)
  expect((await get('/docs/static/swagger-ui-bundle.js')).status).toBe(200)
  expect(await (await get('/docs/json')).json()).toMatchObject({ openapi: '3.1.0' })
})
