import type { HoldallError } from '../errors/holdall-error.js'
import type { OnProgress } from '../progress/progress.js'
import type { JobCounts, JobEvent, JobKind, JobProgress, JobRecord } from './job.js'

/** What a job works with. */
export interface JobContext {
  readonly id: string
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}

export interface JobRequest<T> {
  readonly kind: JobKind
  /** For people, without a password. */
  readonly store: string | null
  readonly user: string
  /** Jobs with one key run one after the other; see `storeKey`. */
  readonly exclusive?: string | undefined
  /** Cancels the job too: a client that went away. */
  readonly signal?: AbortSignal | undefined
  run(context: JobContext): Promise<T>
  /** What the history says of a result. */
  counts?(result: T): JobCounts
  /** How much was read or written; null: it ended before that was known. */
  bytes?(result: T | null): number | null
  /** JSON that is kept with the job. */
  answer?(outcome: JobOutcome<T>, id: string): unknown
}

export type JobOutcome<T> = { readonly result: T; readonly error: null } | { readonly result: null; readonly error: HoldallError }

/** A job that was started. */
export interface RunningJob<T = unknown> {
  readonly id: string
  /** @throws as `run`; INTERRUPTED when it was cancelled */
  readonly result: Promise<T>
  record(): JobRecord
  progress(): JobProgress | null
  /** Number of its latest event. */
  latest(): number
  /** As `EventLog.read`. */
  events(after: number, signal: AbortSignal, every?: number): AsyncGenerator<JobEvent | null>
  /** Asks the job to stop; why is told in its error. */
  cancel(why: string): void
}
