import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { asHoldallError } from '../../errors/as-holdall-error.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { CONVERSIONS, type Conversion } from '../../stores/conversion.js'
import type { ImportOptions } from '../../transfer/import-options.js'
import { makeScratchFolder, type ScratchFolder } from '../../transfer/scratch-folder.js'
import type { App } from '../app.js'
import { clientSignal } from '../client-signal.js'
import { drainBody } from '../drain-body.js'
import { failedAnswer } from '../import-answer.js'
import { jobAnswer } from '../job-answer.js'
import { hourlyLimit } from '../limits/hourly-limit.js'
import { queryNames } from '../query-names.js'
import { receiveBody } from '../receive-body.js'
import { EXPORT_EXAMPLE, IMPORT_EXAMPLE } from '../schemas/examples.js'
import { ImportFailureSchema, ImportSchema, type ImportAnswer } from '../schemas/import.js'
import { ImportQuery } from '../schemas/import-query.js'
import { JobRef } from '../schemas/job.js'
import { findServed } from '../served-store.js'
import type { ServerContext } from '../server-context.js'
import { startImport, type ImportRequest, type StartedImport } from '../start-import.js'

const anything = { schema: {} }
const BODY = Type.Unsafe<unknown>({
  description: 'A JSON document or an archive, compressed or not; what it is its first bytes tell',
  content: { 'application/json': { schema: { examples: [EXPORT_EXAMPLE] } }, 'application/gzip': anything, 'application/octet-stream': anything },
})
const IMPORTED = Type.Unsafe<ImportAnswer>({ description: 'What the import came to', content: { 'application/json': { schema: Type.Ref('Import', { examples: [IMPORT_EXAMPLE] }) } } })
const FAILED = Type.Unsafe<unknown>({
  description: 'Why the import failed; a problem alone where the request was refused before',
  content: { 'application/problem+json': { schema: Type.Union([Type.Ref('ImportFailure'), Type.Ref('Problem')]) } },
})

/** A document or an archive into a store, all or nothing. */
export function importRoutes(app: App, context: ServerContext): void {
  app.addSchema(ImportSchema)
  app.addSchema(ImportFailureSchema)
  const { jobs, settings } = context
  const limit = hourlyLimit(app, 'imports', settings.limits.importsPerHour)

  void app.register(async (plugin) => {
    const imports: App = plugin
    // The route reads the body itself.
    imports.removeAllContentTypeParsers()
    imports.addContentTypeParser('*', (_request, _body, done) => done(null))
    const schema = { tags: ['transfer'], summary: 'A document or an archive into a store, all or nothing', querystring: ImportQuery, body: BODY, response: { 200: IMPORTED, 202: JobRef, '4xx': FAILED, '5xx': FAILED } }
    imports.post('/api/v1/import', { config: { access: 'admin', audit: 'import' }, schema }, async (request, reply) => {
      const asked = ask(context, request.query)
      const instance = request.url.replace(/\?.*$/s, '')
      const begin = async (): Promise<StartedImport> => {
        await limit.refuse(request, reply)
        const scratch = makeScratchFolder('holdall-import-')
        try {
          const body = await receiveBody(request.raw, scratch.path, settings.limits.importBytes)
          await limit.take(request, reply)
          const signal = asked.waits ? clientSignal(reply) : undefined
          return await startImport(jobs, { ...asked, body, instance, user: request.identity?.user ?? '', signal, onEnd: () => removed(scratch, request) })
        } catch (error) {
          removed(scratch, request)
          throw error
        }
      }
      const started = await begin().catch((error: unknown) => {
        if (asHoldallError(error).code === 'INTERNAL') request.log.error({ request: request.id, err: error }, 'request failed')
        drainBody(request.raw)
        return failedAnswer(error, { instance, job: null })
      })
      if ('status' in started) return send(reply, started)
      const { job, answer } = started
      reply.header('X-Job-Id', job.id)
      if (asked.waits) return send(reply, await answer)
      return reply.status(202).header('Location', `/api/v1/jobs/${job.id}`).send(jobAnswer(context, job.record()))
    })
  })
}

type Asked = Pick<ImportRequest, 'kind' | 'store' | 'options'> & { readonly waits: boolean }

/** @throws REQUEST_INVALID, and as `findServed` */
function ask({ stores, settings }: ServerContext, query: ImportQuery): Asked {
  const [plan, verify] = [query.dry_run === 'true', query.validate_only === 'true']
  if (plan && verify) throw new HoldallError('REQUEST_INVALID', { message: 'querystring: dry_run and validate_only exclude each other' })
  const options: Partial<ImportOptions> = {
    strategy: query.strategy,
    include: queryNames(query.include, query.tables),
    exclude: queryNames(query.exclude),
    onUnresolved: query.on_unresolved,
    onError: query.on_error,
    conversions: queryNames(query.convert).map(conversion),
  }
  return { kind: verify ? 'verify' : plan ? 'plan' : 'import', store: findServed(stores, query.store ?? null, settings.store), options, waits: query.async !== 'true' }
}

function conversion(name: string): Conversion {
  const known = Object.keys(CONVERSIONS) as Conversion[]
  const found = known.find((each) => each === name)
  if (found === undefined) throw new HoldallError('REQUEST_INVALID', { message: `querystring: convert: there is no ${name}, only ${known.join(', ')}` })
  return found
}

function send(reply: FastifyReply, answer: ImportAnswer): FastifyReply {
  if (answer.status !== 'failed') return reply.send(answer)
  return reply.status(answer.status_code).type('application/problem+json').serializer(JSON.stringify).send(answer)
}

/** An import is not undone because its body was left behind. */
function removed(scratch: ScratchFolder, { log, id }: FastifyRequest): void {
  try {
    scratch.remove()
  } catch (error) {
    log.error({ request: id, message: error instanceof Error ? error.message : String(error) }, 'the body of an import was left behind')
  }
}
