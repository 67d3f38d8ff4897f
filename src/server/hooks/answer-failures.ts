import type { FastifyReply, FastifyRequest } from 'fastify'
import { HoldallError } from '../../errors/holdall-error.js'
import type { App } from '../app.js'
import { problemOf } from '../problem.js'
import { requestError } from '../request-error.js'

/** Every failure, of routes, of fastify, and of paths where nothing is, is answered with a problem. */
export function answerFailures(app: App): void {
  const routes: { readonly method: string; readonly pattern: RegExp }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(`^${url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replace(/:[a-zA-Z]+/g, '[^/]+')}$`)
    for (const each of [method].flat()) routes.push({ method: each, pattern })
  })

  app.setErrorHandler((error, request, reply) => answer(requestError(error), request, reply))

  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request)
    const allowed = [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))]
    if (allowed.length === 0) return answer(new HoldallError('ROUTE_NOT_FOUND', { message: `nothing is at ${path}` }), request, reply)
    reply.header('Allow', allowed.join(', '))
    return answer(new HoldallError('METHOD_NOT_ALLOWED', { message: `${path} does not take ${request.method}`, hint: `It takes ${allowed.join(', ')}.` }), request, reply)
  })
}

function answer(error: HoldallError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { code, message, status } = error
  // Only what nobody foresaw is worth its stack; it stays in the log.
  if (status >= 500) request.log.error({ request: request.id, code, message, ...(code === 'INTERNAL' ? { err: error.cause ?? error } : {}) }, 'request failed')
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer realm="holdall"')
  return reply.status(status).type('application/problem+json').serializer(JSON.stringify).send(problemOf(error, pathOf(request)))
}

function pathOf({ url }: FastifyRequest): string {
  return url.replace(/\?.*$/s, '')
}
