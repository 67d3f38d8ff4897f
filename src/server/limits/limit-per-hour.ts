import type { FastifyReply, FastifyRequest } from 'fastify'
import { HoldallError } from '../../errors/holdall-error.js'
import type { App } from '../app.js'

const HOUR = 3_600_000

/**
 * A `preHandler` that lets a user do something so many times an hour. Requests that were refused before they came here do not count.
 * Needs @fastify/rate-limit on the app.
 */
export function limitPerHour(app: App, what: string, max: number): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const limit = app.createRateLimit({ max, timeWindow: HOUR, keyGenerator: ({ identity, ip }) => identity?.user ?? ip })
  return async (request, reply) => {
    const seen = await limit(request)
    if (seen.isAllowed || !seen.isExceeded) return
    reply.header('Retry-After', Math.max(1, seen.ttlInSeconds))
    throw new HoldallError('RATE_LIMITED', { message: `${max} ${what} an hour are allowed to each user` })
  }
}
