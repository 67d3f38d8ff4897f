import type { FastifyReply, FastifyRequest } from 'fastify'
import { HoldallError } from '../../errors/holdall-error.js'
import type { App } from '../app.js'
import { refuseForeignPage } from '../auth/refuse-foreign-page.js'
import { mayAccess } from '../auth/role.js'
import type { FailedLogins } from '../limits/failed-logins.js'
import type { ServerContext } from '../server-context.js'

/** What every request passes before its route: headers of safety, who asks, and whether they may. */
export function guardRequests(app: App, context: ServerContext, logins: FailedLogins): void {
  app.decorateRequest('identity', null)

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'X-Request-Id': request.id, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Frame-Options': 'DENY' })
    if (!context.protected) refuseForeignPage(request.headers)
    if (context.stopping.aborted && request.routeOptions.config.access !== 'public') {
      reply.header('Connection', 'close')
      throw new HoldallError('SHUTTING_DOWN', { message: 'the server is stopping' })
    }
    await admit(request, reply)
  })

  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    // That nothing is there may be known; what is there and forgot to say for whom is for administrators.
    const access = request.is404 ? 'public' : (request.routeOptions.config.access ?? 'admin')
    if (access === 'public') return
    await logins.refuse(request, reply)
    try {
      request.identity = await context.authenticate(request.headers)
    } catch (error) {
      // Who shows nothing guesses nothing.
      if (request.headers.authorization !== undefined || request.headers['x-api-key'] !== undefined) await logins.count(request)
      throw error
    }
    const { role } = request.identity
    if (mayAccess(role, access)) return
    throw new HoldallError('FORBIDDEN', { message: role === null ? 'the token gives no role that is known here' : `this needs the role ${access}, and yours is ${role}` })
  }
}
