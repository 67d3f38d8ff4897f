import type { FastifyReply, FastifyRequest } from 'fastify'
import { HoldallError } from '../../errors/holdall-error.js'
import type { App } from '../app.js'

const HOUR = 3_600_000

/** What a user may do so many times an hour. */
export interface HourlyLimit {
  /** Counts nothing: for before the work is prepared. @throws RATE_LIMITED, with Retry-After */
  refuse(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Counts one: for what begins now. @throws RATE_LIMITED, with Retry-After */
  take(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

/** Needs @fastify/rate-limit on the app. */
export function hourlyLimit(app: App, what: string, max: number): HourlyLimit {
  const limit = app.createRateLimit({ max, timeWindow: HOUR, keyGenerator: ({ identity, ip }) => identity?.user ?? ip })
  const wait = (seconds: number, reply: FastifyReply): never => {
    reply.header('Retry-After', Math.max(1, seconds))
    throw new HoldallError('RATE_LIMITED', { message: `${max} ${what} an hour are allowed to each user` })
  }
  return {
    refuse: async (request, reply) => {
      const seen = await limit(request, { increment: false })
      if (!seen.isAllowed && seen.remaining === 0) wait(seen.ttlInSeconds, reply)
    },
    take: async (request, reply) => {
      const seen = await limit(request)
      if (!seen.isAllowed && seen.isExceeded) wait(seen.ttlInSeconds, reply)
    },
  }
}
