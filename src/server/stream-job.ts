import { once } from 'node:events'
import { PassThrough, type Writable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { JobContext, JobRequest } from '../jobs/job-request.js'
import type { Jobs } from '../jobs/jobs.js'
import { clientSignal } from './client-signal.js'

export interface StreamedJob<T> extends Omit<JobRequest<T>, 'run' | 'signal'> {
  /** Of the answer, when it is what the job writes and no problem. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Writes into `body`, no faster than the client reads; ends nothing. */
  run(context: JobContext, body: Writable): Promise<T>
  /** Asked when the first byte is there and before it goes out; what it throws stops the job. */
  admit?(): Promise<void>
}

/**
 * Answers with what a job writes. Headers go out with its first byte, so that a job which fails before has a problem as its answer; one
 * that fails later breaks the connection off, which no client takes for a whole body. A client that goes away cancels the job.
 * @throws as the job, until its first byte; as `admit`
 */
export async function streamJob<T>(reply: FastifyReply, jobs: Jobs, request: StreamedJob<T>): Promise<FastifyReply> {
  const body = new PassThrough()
  // Whoever writes must not wait for a reader that is gone; what went wrong is told by the job.
  body.on('error', () => undefined)
  const job = jobs.start({
    ...request,
    signal: clientSignal(reply),
    run: async (context) => {
      const result = await request.run(context, body)
      body.end()
      return result
    },
  })
  const failed = job.result.then(
    () => undefined,
    (error: unknown) => void body.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  reply.header('X-Job-Id', job.id)
  await Promise.race([once(body, 'readable'), failed.then(async () => job.result)])
  try {
    await request.admit?.()
  } catch (error) {
    job.cancel(error instanceof Error ? error.message : String(error))
    throw error
  }
  return reply.headers(request.headers ?? {}).send(body)
}
