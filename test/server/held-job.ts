import type { JobContext, RunningJob } from '../../src/jobs/job-request.js'
import type { Jobs } from '../../src/jobs/jobs.js'
import { interrupted } from '../../src/errors/interrupted.js'

export interface HeldJob extends RunningJob<string> {
  readonly context: JobContext
  readonly finish: () => void
}

/** A job that runs until it is told to end, or is stopped. */
export async function holdJob(jobs: Jobs, user = 'local'): Promise<HeldJob> {
  return new Promise((resolve, fail) => {
    let finish = (): void => undefined
    const started: RunningJob<string> = jobs.start({
      kind: 'import',
      store: 'app',
      user,
      run: async (context) =>
        new Promise<string>((done, reject) => {
          finish = () => done('done')
          context.signal.addEventListener('abort', () => reject(interrupted()))
          setImmediate(() => resolve({ ...started, context, finish }))
        }),
      counts: () => ({ users: { new: 2, unchanged: 1 } }),
    })
    started.result.catch(fail)
  })
}
