import type { App } from '../app.js'
import type { ServerContext } from '../server-context.js'

/** After every request: a line in the log, the counts, and the audit. Queries are left out, for they may hold what is secret. */
export function recordRequests(app: App, context: ServerContext): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, id, identity, ip } = request
    const path = url.replace(/\?.*$/s, '')
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none')
    const { statusCode: status, elapsedTime } = reply
    const job = reply.getHeader('X-Job-Id')
    request.log.info({ request: id, method, path, status, milliseconds: Math.round(elapsedTime), user: identity?.user ?? null, ...(job === undefined ? {} : { job }) }, 'request')
    context.metrics.request({ method, route, status, seconds: elapsedTime / 1000 })
    // Who is told to wait and asks on must not fill the audit.
    if (status === 429 && identity === null) return
    const refused = status === 401 || status === 403 || status === 429
    const action = request.routeOptions.config.audit ?? (refused ? `${method} ${route}` : null)
    if (action === null) return
    try {
      context.audit.add({ time: new Date().toISOString(), user: identity?.user ?? null, role: identity?.role ?? null, address: ip, action, target: path, status, request: id })
    } catch (error) {
      request.log.error({ request: id, message: error instanceof Error ? error.message : String(error) }, 'the audit could not be written')
    }
  })
}
