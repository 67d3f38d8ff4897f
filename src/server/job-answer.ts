import { HoldallError } from '../errors/holdall-error.js'
import type { JobRecord } from '../jobs/job.js'
import type { JobAnswer } from './schemas/job.js'
import type { ServerContext } from './server-context.js'

/** A job as it is answered: what the history has of it, and how far it is. */
export function jobAnswer({ jobs }: Pick<ServerContext, 'jobs'>, job: JobRecord): JobAnswer {
  const counts = Object.fromEntries(Object.entries(job.counts).map(([table, each]) => [table, { ...each }]))
  return { ...job, counts, progress: jobs.get(job.id)?.progress() ?? null }
}

/** @throws JOB_NOT_FOUND */
export function findJob({ jobs, history }: Pick<ServerContext, 'jobs' | 'history'>, id: string): JobRecord {
  const job = jobs.get(id)?.record() ?? history.get(id)
  if (job === null) throw new HoldallError('JOB_NOT_FOUND', { message: `there is no job ${id}` })
  return job
}
