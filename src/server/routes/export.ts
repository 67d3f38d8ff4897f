import { Type } from 'typebox'
import { HoldallError } from '../../errors/holdall-error.js'
import type { ExportOptions, ExportReport } from '../../transfer/export-options.js'
import { exportStore } from '../../transfer/export-store.js'
import type { App } from '../app.js'
import { exportHeaders } from '../export-file.js'
import { hourlyLimit } from '../limits/hourly-limit.js'
import { queryInstant } from '../query-instant.js'
import { queryNames } from '../query-names.js'
import { ExportQuery } from '../schemas/export-query.js'
import { EXPORT_EXAMPLE } from '../schemas/examples.js'
import { PROBLEMS } from '../schemas/responses.js'
import { findServed, type ReadyStore } from '../served-store.js'
import type { ServerContext } from '../server-context.js'
import { storeFailure } from '../store-failure.js'
import { streamJob } from '../stream-job.js'

const binary = Type.Unsafe<unknown>({ type: 'string', format: 'binary' })
const document = Type.Unsafe<unknown>({ type: 'object', examples: [EXPORT_EXAMPLE] })
const DESCRIPTION = 'It is written from one snapshot while it is read. One that breaks off ends without the end of its chunked encoding. Its job is in X-Job-Id.'
const EXPORTED = Type.Unsafe<unknown>({ description: DESCRIPTION, content: { 'application/json': { schema: document }, 'application/gzip': { schema: binary } } })

/** A store, or a part of it, as a file. */
export function exportRoutes(app: App, context: ServerContext): void {
  const config = { access: 'admin', audit: 'export' } as const
  const limit = hourlyLimit(app, 'exports', context.settings.limits.exportsPerHour)

  app.get(
    '/api/v1/export',
    { config, exposeHeadRoute: false, schema: { tags: ['transfer'], summary: 'A store, or a part of it, as a file', querystring: ExportQuery, response: { 200: EXPORTED, ...PROBLEMS } } },
    async (request, reply) => {
      const { store, options, headers } = ask(context, request.query)
      await limit.refuse(request, reply)
      return streamJob<ExportReport>(reply, context.jobs, {
        kind: 'export',
        store: store.name,
        user: request.identity?.user ?? '',
        headers,
        run: async ({ signal, onProgress }, body) => exportStore({ ...options, stdout: body, signal, onProgress }).catch((error: unknown) => Promise.reject(storeFailure(error) as Error)),
        admit: async () => limit.take(request, reply),
        counts: ({ tables }) => Object.fromEntries(tables.map(({ table, rows }) => [table, { rows }])),
        bytes: (report) => report?.bytes ?? null,
        answer: ({ result }) => result && { export_id: result.exportId, format: result.format, rows: result.rows, notes: result.notes },
      })
    },
  )

  app.head('/api/v1/export', { config: { access: 'admin' }, schema: { hide: true, querystring: ExportQuery } }, async ({ query }, reply) => reply.headers(ask(context, query).headers).send())
}

interface Asked {
  readonly store: ReadyStore
  readonly options: ExportOptions
  readonly headers: Readonly<Record<string, string>>
}

/** @throws REQUEST_INVALID, and as `findServed` */
function ask({ stores, settings }: ServerContext, query: ExportQuery): Asked {
  const store = findServed(stores, query.store ?? null, settings.store)
  const { format = 'json', project_id: project } = query
  const compress = format !== 'archive' && (query.compress ?? 'false') !== 'false'
  const [since, until] = [queryInstant('since', query.since), queryInstant('until', query.until)]
  if (since !== undefined && until !== undefined && since >= until) {
    throw new HoldallError('REQUEST_INVALID', { message: `querystring: since (${since.toISOString()}) is not before until (${until.toISOString()})` })
  }
  const options: ExportOptions = {
    store: store.location,
    profile: store.profile,
    keyStore: store.keyStore,
    output: '-',
    format,
    compress,
    include: queryNames(query.include, query.tables),
    exclude: queryNames(query.exclude),
    project: project === '' ? undefined : project,
    since,
    until,
    redact: query.redact === 'true',
  }
  return { store, options, headers: exportHeaders({ profile: store.profile.name, format, compress, date: new Date() }) }
}
