import { Type } from 'typebox'
import { HoldallError } from '../../errors/holdall-error.js'
import { isFinished } from '../../jobs/job.js'
import type { App } from '../app.js'
import { mayAccess } from '../auth/role.js'
import { findJob, jobAnswer } from '../job-answer.js'
import { JobRef, KindSchema, StateSchema } from '../schemas/job.js'
import { NEXT, nextOf, pageOf, PAGING } from '../schemas/paging.js'
import { responses } from '../schemas/responses.js'
import type { ServerContext } from '../server-context.js'

const TAGS = ['jobs']
const time = Type.String({ format: 'date-time' })
const FILTERS = { kind: Type.Optional(KindSchema), state: Type.Optional(StateSchema), store: Type.Optional(Type.String()), user: Type.Optional(Type.String()) }
const TIMES = { since: Type.Optional(time), until: Type.Optional(time) }
const ListSchema = Type.Object({ jobs: Type.Array(JobRef), next: NEXT })
const IdSchema = Type.Object({ id: Type.String({ maxLength: 64 }) })
const strict = { additionalProperties: false } as const

/** Jobs as they are, jobs as they were, and how one is stopped. */
export function jobRoutes(app: App, context: ServerContext): void {
  const { history, jobs } = context

  app.get(
    '/api/v1/jobs',
    { config: { access: 'viewer' }, schema: { tags: TAGS, summary: 'All jobs, the latest first', querystring: Type.Object({ ...FILTERS, ...PAGING }, strict), response: responses(ListSchema) } },
    async ({ query }) => {
      const page = history.list(query, pageOf(query))
      return { jobs: page.jobs.map((job) => jobAnswer(context, { ...(jobs.get(job.id)?.record() ?? job), result: null })), next: nextOf(page.next) }
    },
  )

  app.get(
    '/api/v1/history',
    { config: { access: 'viewer' }, schema: { tags: TAGS, summary: 'Jobs that have ended, the latest first', querystring: Type.Object({ ...FILTERS, ...TIMES, ...PAGING }, strict), response: responses(ListSchema) } },
    async ({ query }) => {
      const page = history.list({ ...query, since: utc(query.since), until: utc(query.until), finished: true }, pageOf(query))
      return { jobs: page.jobs.map((job) => jobAnswer(context, { ...job, result: null })), next: nextOf(page.next) }
    },
  )

  app.get(
    '/api/v1/jobs/:id',
    { config: { access: 'viewer' }, schema: { tags: TAGS, summary: 'A job', params: IdSchema, response: responses(JobRef) } },
    async ({ params }) => jobAnswer(context, findJob(context, params.id)),
  )

  const cancel = { config: { access: 'operator', audit: 'job.cancel' }, schema: { tags: TAGS, params: IdSchema, response: { 202: JobRef, ...responses(JobRef) } } } as const
  const stop = (id: string, user: string, isAdmin: boolean): { ended: boolean } => {
    const record = findJob(context, id)
    if (!isAdmin && record.user !== user) throw new HoldallError('FORBIDDEN', { message: 'the job is of another user', hint: 'Only administrators stop jobs of others.' })
    jobs.get(id)?.cancel(`cancelled by ${user}`)
    return { ended: isFinished(record) }
  }
  const schema = { ...cancel.schema, summary: 'Stop a job; 202 while it rolls back, 200 when it had ended before' }
  app.delete('/api/v1/jobs/:id', { ...cancel, schema }, async ({ params, identity }, reply) => {
    const { ended } = stop(params.id, identity?.user ?? '', mayAccess(identity?.role ?? null, 'admin'))
    return reply.status(ended ? 200 : 202).send(jobAnswer(context, findJob(context, params.id)))
  })
  app.post('/api/v1/jobs/:id/cancel', { ...cancel, schema }, async ({ params, identity }, reply) => {
    const { ended } = stop(params.id, identity?.user ?? '', mayAccess(identity?.role ?? null, 'admin'))
    return reply.status(ended ? 200 : 202).send(jobAnswer(context, findJob(context, params.id)))
  })
}

/** As times are kept, so that they compare as texts. */
function utc(given: string | undefined): string | undefined {
  return given === undefined ? undefined : new Date(given).toISOString()
}
