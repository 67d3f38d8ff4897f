import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { isFinished, type JobEvent } from '../../jobs/job.js'
import type { App } from '../app.js'
import { clientSignal } from '../client-signal.js'
import { findJob, jobAnswer } from '../job-answer.js'
import { PROBLEMS } from '../schemas/responses.js'
import type { ServerContext } from '../server-context.js'

/** The id of the one event of a job that an earlier process ran. */
const ENDED = 'ended'

const HEADERS = Type.Object({ 'last-event-id': Type.Optional(Type.String({ description: 'The events after this one; without it, all that are still kept' })) })

/** What happens to a job, as server-sent events: `state` and `progress`, until it ends. */
export function jobEventRoutes(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/jobs/:id/events',
    {
      config: { access: 'viewer' },
      exposeHeadRoute: false,
      schema: {
        tags: ['jobs'],
        summary: 'What happens to a job, as server-sent events',
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        headers: HEADERS,
        response: {
          200: Type.Unsafe<unknown>({ description: 'Events `state` (a job) and `progress`, each with its id; the stream ends with the job', content: { 'text/event-stream': { schema: Type.String() } } }),
          204: Type.Null({ description: 'The job has ended, and Last-Event-ID is its last event: an EventSource asks no more' }),
          ...PROBLEMS,
        },
      },
    },
    async ({ params, headers }, reply) => {
      const record = findJob(context, params.id)
      const job = context.jobs.get(params.id)
      const last = headers['last-event-id']
      const after = /^\d{1,15}$/.test(last ?? '') ? Number(last) : 0
      const known = job === null ? last === ENDED : isFinished(record) && after === job.latest()
      if (known) return reply.status(204).send(null)

      reply.headers({ 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' })
      const signal = AbortSignal.any([clientSignal(reply), context.stopped])
      const told = (event: JobEvent): string => message(event.number, event.type, event.type === 'state' ? jobAnswer(context, event.job) : event.progress)
      const write = async function* (): AsyncGenerator<string> {
        yield 'retry: 2000\n\n'
        if (job === null) yield message(ENDED, 'state', jobAnswer(context, record))
        else for await (const event of job.events(after, signal, context.settings.heartbeat)) yield event === null ? ':\n\n' : told(event)
      }
      return reply.send(Readable.from(write(), { objectMode: false }))
    },
  )
}

function message(id: number | string, event: string, body: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(body)}\n\n`
}
