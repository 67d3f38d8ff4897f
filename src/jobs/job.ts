import type { ErrorCode } from '../errors/catalogue.js'
import type { ProgressEvent } from '../progress/progress.js'

export const JOB_KINDS = ['export', 'import', 'plan', 'copy', 'verify'] as const
export type JobKind = (typeof JOB_KINDS)[number]

export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const
export type JobState = (typeof JOB_STATES)[number]

/** Table to what was counted: `{ users: { new: 2, unchanged: 1 } }`. */
export type JobCounts = Readonly<Record<string, Readonly<Record<string, number>>>>

export interface JobError {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
}

/** What the history keeps of a job. Frozen plain data; nothing in it is secret. */
export interface JobRecord {
  readonly id: string
  readonly kind: JobKind
  /** For people: a name, or a location without its password; null for a job without a store. */
  readonly store: string | null
  readonly user: string
  readonly state: JobState
  /** RFC 3339. */
  readonly created: string
  readonly started: string | null
  readonly finished: string | null
  /** From start to end. */
  readonly seconds: number | null
  readonly counts: JobCounts
  /** How much was read or written, as far as that is known. */
  readonly bytes: number | null
  /** What the job answers whoever asks for it after its end; JSON. */
  readonly result: unknown
  readonly error: JobError | null
}

/** How far a job is, as all printers of a server tell it. */
export interface JobProgress {
  readonly phase: ProgressEvent['phase']
  readonly table: string | null
  /** Rows of the table. */
  readonly done: number
  readonly total: number | null
  readonly percentage: number | null
  /** Rows a second. */
  readonly rate: number | null
  /** Seconds left of the table. */
  readonly eta: number | null
  /** True once the table, or the step, is finished. */
  readonly finished: boolean
}

export type JobEvent =
  | { readonly number: number; readonly type: 'state'; readonly job: JobRecord }
  | { readonly number: number; readonly type: 'progress'; readonly progress: JobProgress }

export function isFinished({ state }: Pick<JobRecord, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}
