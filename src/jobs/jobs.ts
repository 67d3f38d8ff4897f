import { HoldallError } from '../errors/holdall-error.js'
import type { Clock } from '../progress/clock.js'
import type { JobRecord } from './job.js'
import type { JobHistory } from './job-history.js'
import type { JobRequest, RunningJob } from './job-request.js'
import { runJob } from './run-job.js'
import { turns } from './turns.js'

/** Finished jobs whose events can still be read. */
const REMEMBERED = 200

export interface JobsProps {
  readonly history: JobHistory
  /** How many jobs may wait for one store; 0: they are refused. */
  readonly waiting: number
  readonly clock: Clock
  /** Told of every change of a job's state; must not throw. */
  readonly onChange: (job: JobRecord) => void
  /** What nobody foresaw, and what went wrong beside the jobs themselves, such as a state file on a full disk. */
  readonly onFault: (error: HoldallError) => void
}

/** The jobs of this process. */
export interface Jobs {
  /** @throws SHUTTING_DOWN, STATE_UNUSABLE */
  start<T>(request: JobRequest<T>): RunningJob<T>
  /** A job that runs, or ended lately. */
  get(id: string): RunningJob | null
  /** How many run or wait. */
  active(): number
  /** Takes no more jobs, waits for those that run, and cancels what runs longer. Ends when all have ended. */
  stop(grace: number): Promise<void>
}

export function createJobs(props: JobsProps): Jobs {
  const order = turns(props.waiting)
  const running = new Map<string, RunningJob>()
  const finished: RunningJob[] = []
  let stopping = false

  const settle = (job: RunningJob): void => {
    running.delete(job.id)
    finished.push(job)
    if (finished.length > REMEMBERED) finished.shift()
  }
  const ended = async (): Promise<unknown> => Promise.allSettled([...running.values()].map(async ({ result }) => result))

  return {
    start: (request) => {
      if (stopping) throw new HoldallError('SHUTTING_DOWN', { message: 'the server is stopping' })
      const job = runJob(request, { ...props, turns: order })
      running.set(job.id, job)
      const done = (): void => settle(job)
      job.result.then(done, done)
      return job
    },
    get: (id) => running.get(id) ?? finished.find((job) => job.id === id) ?? null,
    active: () => running.size,
    stop: async (grace) => {
      stopping = true
      if (running.size === 0) return
      const timer = setTimeout(() => {
        for (const job of running.values()) job.cancel('the server was stopped')
      }, grace)
      await ended()
      clearTimeout(timer)
    },
  }
}
