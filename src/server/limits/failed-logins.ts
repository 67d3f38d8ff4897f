import type { FastifyReply, FastifyRequest } from 'fastify'
import { HoldallError } from '../../errors/holdall-error.js'
import type { App } from '../app.js'

/** Keeps an address from guessing on. */
export interface FailedLogins {
  /** @throws RATE_LIMITED, with Retry-After: even what is right is not looked at meanwhile */
  refuse(request: FastifyRequest, reply: FastifyReply): Promise<void>
  count(request: FastifyRequest): Promise<void>
}

/** Needs @fastify/rate-limit on the app. */
export function failedLogins(app: App, perMinute: number): FailedLogins {
  const limit = app.createRateLimit({ max: perMinute, timeWindow: 60_000, keyGenerator: ({ ip }) => ip })
  return {
    refuse: async (request, reply) => {
      const seen = await limit(request, { increment: false })
      if (seen.isAllowed || seen.remaining > 0) return
      reply.header('Retry-After', Math.max(1, seen.ttlInSeconds))
      throw new HoldallError('RATE_LIMITED', { message: `${perMinute} requests from ${request.ip} within a minute did not say rightly who makes them` })
    },
    count: async (request) => {
      await limit(request)
    },
  }
}
