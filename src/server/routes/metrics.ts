import { Type } from 'typebox'
import type { App } from '../app.js'
import { PROBLEMS } from '../schemas/responses.js'
import type { ServerContext } from '../server-context.js'

/** For Prometheus, which sends a key as a bearer token. */
export function metricRoutes(app: App, { metrics }: ServerContext): void {
  const text = Type.Unsafe<string>({ description: 'The text format of Prometheus', content: { 'text/plain': { schema: Type.String() } } })
  app.get('/metrics', { config: { access: 'viewer' }, schema: { tags: ['health'], summary: 'Counts for Prometheus', response: { 200: text, ...PROBLEMS } } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  )
}
