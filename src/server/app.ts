import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify'
import type { Access } from './auth/role.js'
import type { Identity } from './auth/identity.js'

/** The fastify instance that routes are added to; schemas give handlers their types. */
export type App = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxTypeProvider>

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on a public route. */
    identity: Identity | null
  }
  interface FastifyContextConfig {
    /** Who may ask; `admin` where a route does not say. */
    access?: Access
    /** What the audit calls a request of this route; it keeps those that have a name, and all that were refused. */
    audit?: string
  }
}
