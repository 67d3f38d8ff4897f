import { randomUUID } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { LogController, type FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { HoldallError } from '../errors/holdall-error.js'
import { claimState } from '../jobs/claim-state.js'
import { defaultStateFile } from '../jobs/default-state-file.js'
import { openJobHistory } from '../jobs/job-history.js'
import { createJobs, type Jobs } from '../jobs/jobs.js'
import { openState, type State } from '../jobs/open-state.js'
import type { ServerSettings } from '../profiles/server-settings.js'
import type { App } from './app.js'
import { openApiKeys } from './auth/api-keys.js'
import { openAudit } from './auth/audit.js'
import { authenticateNobody, authenticator } from './auth/authenticator.js'
import { jwtVerifier } from './auth/jwt-verifier.js'
import { requireProtection } from './auth/require-protection.js'
import { answerBrokenRequest } from './hooks/answer-broken-request.js'
import { answerFailures } from './hooks/answer-failures.js'
import { guardRequests } from './hooks/guard-requests.js'
import { limitPauses } from './hooks/limit-pauses.js'
import { recordRequests } from './hooks/record-requests.js'
import { failedLogins } from './limits/failed-logins.js'
import { createMetrics } from './metrics.js'
import { addOpenApi } from './openapi.js'
import { addRoutes } from './routes/routes.js'
import { JobSchema } from './schemas/job.js'
import { ProblemSchema } from './schemas/problem.js'
import type { ServerContext } from './server-context.js'
import type { ServedStore } from './served-store.js'
import { serverSettings, type ServerOptions } from './server-options.js'
import { stopServer } from './stop-server.js'

/** The largest body of a route that takes no import. */
const BODY_LIMIT = 64 * 1024
const HEADER_LIMIT = 16 * 1024

/** No route logs headers; should one, these are left out. */
const SECRET_FIELDS = ['headers.authorization', 'headers["x-api-key"]', '*.headers.authorization', '*.headers["x-api-key"]']

/** The server, before it listens or after. */
export interface HoldallServer {
  readonly app: App
  readonly context: ServerContext
  readonly jobs: Jobs
  /** Begins to listen; gives the address, with the port that was taken for 0. @throws ADDRESS_UNUSABLE */
  listen(): Promise<string>
  /** Takes no more requests, lets running jobs end or cancels them, and gives up the state. May be called again. */
  stop(): Promise<void>
}

/**
 * Makes a server of stores; it does not listen yet, so that routes can be added to `app`.
 * @throws CONFIG_INVALID, STATE_UNUSABLE, STATE_IN_USE
 */
export async function createServer(options: ServerOptions): Promise<HoldallServer> {
  const settings = serverSettings(options.settings)
  requireStore(settings.store, options.stores)
  const state = openState(settings.stateFile ?? defaultStateFile(options.env ?? process.env))
  let claim: { readonly release: () => void } | null = null
  try {
    const keys = openApiKeys(state)
    const isProtected = requireProtection(settings, keys)
    const verifyJwt = settings.auth.jwt === null ? null : await jwtVerifier(settings.auth.jwt)
    claim = claimState(state)
    const release = claim.release
    return await build({ options, settings, state, release, keys, isProtected, authenticate: isProtected ? authenticator(keys, verifyJwt) : authenticateNobody })
  } catch (error) {
    claim?.release()
    state.close()
    throw error
  }
}

interface BuildProps {
  readonly options: ServerOptions
  readonly settings: ServerSettings
  readonly state: State
  readonly release: () => void
  readonly keys: ServerContext['keys']
  readonly isProtected: boolean
  readonly authenticate: ServerContext['authenticate']
}

async function build({ options, settings, state, release, keys, isProtected, authenticate }: BuildProps): Promise<HoldallServer> {
  const { log, stores } = options
  const logger = pino({ level: log?.level ?? 'silent', base: null, redact: SECRET_FIELDS, timestamp: pino.stdTimeFunctions.isoTime }, log?.stream ?? process.stderr)
  const history = openJobHistory(state)
  const lost = history.failUnfinished()
  if (lost > 0) logger.warn({ jobs: lost }, 'jobs of an earlier process had not ended')
  const metrics = createMetrics(() => jobs.active())
  const jobs = createJobs({
    history,
    waiting: settings.imports === 'refuse' ? 0 : settings.limits.queuedImports,
    clock: () => performance.now(),
    onChange: (job) => {
      logger.info({ job: job.id, kind: job.kind, store: job.store, user: job.user, state: job.state, code: job.error?.code, seconds: job.seconds ?? undefined }, 'job')
      metrics.job(job)
    },
    onFault: (error) => logger.error({ code: error.code, message: error.message, err: error.cause ?? error }, 'a job failed, or the history could not be written'),
  })
  const [stopping, stopped] = [new AbortController(), new AbortController()]
  const context: ServerContext = Object.freeze({
    settings,
    stores,
    state,
    jobs,
    history,
    keys,
    audit: openAudit(state),
    authenticate,
    protected: isProtected,
    metrics,
    stopping: stopping.signal,
    stopped: stopped.signal,
    started: new Date(),
  })
  const app = await buildApp(context, logger)
  let end: Promise<void> | null = null
  return Object.freeze({
    app,
    context,
    jobs,
    listen: async () => listen(app, settings),
    stop: async () => (end ??= stopServer({ app, context, stopping, stopped, release })),
  })
}

async function buildApp(context: ServerContext, logger: FastifyBaseLogger): Promise<App> {
  const { timeouts, trustedProxies } = context.settings
  const headers = Math.min(timeouts.headers, timeouts.request)
  const app: App = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    requestTimeout: timeouts.request,
    http: { headersTimeout: headers, maxHeaderSize: HEADER_LIMIT, connectionsCheckingInterval: Math.max(50, Math.min(headers, 30_000) / 2) },
    genReqId: ({ headers: { 'x-request-id': given } }) => (typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID()),
    // What is unknown is refused, not taken out in silence.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: false, verbose: true } },
    clientErrorHandler: answerBrokenRequest,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  }).withTypeProvider<TypeBoxTypeProvider>()
  await app.register(rateLimit, { global: false })
  app.addSchema(ProblemSchema)
  app.addSchema(JobSchema)
  answerFailures(app)
  limitPauses(app, timeouts.idle)
  guardRequests(app, context, failedLogins(app, context.settings.limits.failedLoginsPerMinute))
  recordRequests(app, context)
  await addOpenApi(app)
  addRoutes(app, context)
  return app
}

function requireStore(name: string | null, stores: readonly ServedStore[]): void {
  if (name === null || stores.some((store) => store.name === name)) return
  throw new HoldallError('CONFIG_INVALID', { message: `the default store ${name} is none of those that are served`, hint: `Name one of ${stores.map((store) => store.name).join(', ') || 'them under stores'}.` })
}

async function listen(app: App, { host, port }: ServerSettings): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const why = { EADDRINUSE: 'another program listens there', EACCES: 'the system does not allow it', EADDRNOTAVAIL: 'this machine does not have that address' }[code]
    throw new HoldallError('ADDRESS_UNUSABLE', { message: `${host}:${port}: ${why ?? (error instanceof Error ? error.message : String(error))}`, cause: error })
  }
}
