import { hostname } from 'node:os'
import { Type } from 'typebox'
import { openStore } from '../../stores/open-store.js'
import { VERSION } from '../../version.js'
import type { App } from '../app.js'
import { findServed } from '../served-store.js'
import type { ServerContext } from '../server-context.js'

const PUBLIC = { access: 'public' } as const
const TAGS = ['health']
/** Who asks every second must not open a store every second. */
const FRESH = 2_000
const PATIENCE = 5_000

const dependency = Type.Object({ status: Type.Enum(['healthy', 'unhealthy']), error: Type.Optional(Type.String({ description: 'A code of docs/ERRORS.md' })) })
const dependencies = Type.Record(Type.String(), dependency)
const timestamp = Type.String({ format: 'date-time' })
const ReadySchema = Type.Object({ ready: Type.Boolean(), timestamp, dependencies })
const DetailsSchema = Type.Object({
  status: Type.Enum(['healthy', 'unhealthy']),
  timestamp,
  instance_id: Type.String(),
  uptime_seconds: Type.Number(),
  version: Type.String(),
  dependencies,
  metrics: Type.Object({ jobs_active: Type.Integer(), memory_bytes: Type.Integer() }),
})

type Dependencies = Record<string, { status: 'healthy' | 'unhealthy'; error?: string }>

/** Whether the server lives, whether it is ready, and what it depends on; without saying anything that is secret. */
export function healthRoutes(app: App, context: ServerContext): void {
  const check = remembered(async () => checkDependencies(context), FRESH)
  const ready = (found: Dependencies): boolean => !context.stopping.aborted && Object.values(found).every(({ status }) => status === 'healthy')

  for (const prefix of ['', '/api/v1']) {
    const hidden = prefix === ''
    app.get(`${prefix}/health/live`, { config: PUBLIC, schema: { hide: hidden, tags: TAGS, summary: 'Whether the process lives', response: { 200: Type.Object({ status: Type.Literal('alive'), timestamp }) } } }, async () => ({ status: 'alive' as const, timestamp: now() }))
    app.get(`${prefix}/health/ready`, { config: PUBLIC, schema: { hide: hidden, tags: TAGS, summary: 'Whether the state and the default store can be opened', response: { 200: ReadySchema, 503: ReadySchema } } }, async (_request, reply) => {
      const found = await check()
      return reply.status(ready(found) ? 200 : 503).send({ ready: ready(found), timestamp: now(), dependencies: found })
    })
  }
  app.get('/api/v1/health', { config: PUBLIC, schema: { tags: TAGS, summary: 'The shortest answer', response: { 200: Type.Object({ status: Type.Literal('ok') }) } } }, async () => ({ status: 'ok' as const }))
  app.get('/health', { config: PUBLIC, schema: { tags: TAGS, summary: 'The state of the server in detail', response: { 200: DetailsSchema, 503: DetailsSchema } } }, async (_request, reply) => {
    const found = await check()
    return reply.status(ready(found) ? 200 : 503).send({
      status: ready(found) ? 'healthy' : 'unhealthy',
      timestamp: now(),
      instance_id: hostname(),
      uptime_seconds: Math.round((Date.now() - context.started.getTime()) / 1000),
      version: VERSION,
      dependencies: found,
      metrics: { jobs_active: context.jobs.active(), memory_bytes: process.memoryUsage.rss() },
    })
  })
}

async function checkDependencies({ state, stores, settings }: ServerContext): Promise<Dependencies> {
  const checks: Record<string, () => Promise<void>> = { state: async () => void state.db.prepare('SELECT 1 FROM job LIMIT 1').get() }
  const named = settings.store ?? (stores.length === 1 ? stores[0]?.name : undefined)
  if (named !== undefined) checks['database'] = async () => open(findServed(stores, named, null).location)
  const found = await Promise.all(Object.entries(checks).map(async ([name, run]) => [name, await outcome(run)] as const))
  return Object.fromEntries(found)
}

async function open(location: string): Promise<void> {
  const store = openStore(location, { mustExist: true })
  try {
    const snapshot = await store.snapshot({ signal: AbortSignal.timeout(PATIENCE) })
    await snapshot.close()
  } finally {
    await store.close()
  }
}

async function outcome(run: () => Promise<void>): Promise<Dependencies[string]> {
  try {
    await run()
    return { status: 'healthy' }
  } catch (error) {
    // Everybody may ask this, so why is told by its code alone.
    return { status: 'unhealthy', error: error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'INTERNAL' }
  }
}

/** Answers with what was found lately, and asks once for all who ask at the same time. */
function remembered<T>(ask: () => Promise<T>, milliseconds: number): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | null = null
  return async () => {
    if (last === null || performance.now() - last.at > milliseconds) last = { at: performance.now(), answer: ask() }
    return last.answer
  }
}

function now(): string {
  return new Date().toISOString()
}
