import { HoldallError } from '../errors/holdall-error.js'
import { isFinished, JOB_STATES, type JobCounts, type JobState } from '../jobs/job.js'
import { PHASES, type OnProgress, type ProgressEvent } from '../progress/progress.js'
import { isObject, parseObject, readAnswer, toldError } from './read-answer.js'
import { readEvents } from './read-events.js'
import type { RemoteServer } from './remote-server.js'
import { brokenOff, sendRequest } from './send-request.js'

/** A job of a server, as it tells it. */
export interface RemoteJob {
  readonly state: JobState
  readonly store: string | null
  readonly counts: JobCounts
  /** Why it failed, as far as that is told. */
  readonly error: HoldallError | null
  readonly result: Readonly<Record<string, unknown>> | null
}

interface JobProps {
  readonly id: string
  readonly signal?: AbortSignal | undefined
}

/** @throws as `sendRequest`, JOB_NOT_FOUND */
export async function getJob(server: RemoteServer, { id, signal }: JobProps): Promise<RemoteJob> {
  return jobOf(await readAnswer(server, await sendRequest(server, { method: 'GET', path: jobPath(id), signal })))
}

/** Asks a job to stop; it may take its time to roll back. @throws as `sendRequest` */
export async function cancelJob(server: RemoteServer, { id, signal }: JobProps): Promise<void> {
  await readAnswer(server, await sendRequest(server, { method: 'DELETE', path: jobPath(id), signal }))
}

/**
 * Passes on what a job reports, until the stream of its events ends; its last state, or null where the stream broke off before the job
 * had ended.
 * @throws as `sendRequest`
 */
export async function watchJob(server: RemoteServer, { id, signal, onProgress }: JobProps & { readonly onProgress?: OnProgress | undefined }): Promise<RemoteJob | null> {
  const response = await sendRequest(server, { method: 'GET', path: `${jobPath(id)}/events`, signal })
  if (response.statusCode !== 200) {
    await readAnswer(server, response)
    return null
  }
  try {
    for await (const { type, data } of readEvents(response)) {
      const told = parseObject(data) ?? {}
      const event = type === 'progress' ? progressOf(told) : null
      if (event !== null) onProgress?.(event)
      const job = type === 'state' ? jobOf(told) : null
      if (job !== null && isFinished(job)) return job
    }
    return null
  } catch (error) {
    throw HoldallError.is(error) ? error : brokenOff(server, error)
  }
}

function jobPath(id: string): string {
  return `api/v1/jobs/${encodeURIComponent(id)}`
}

function jobOf({ state, store, counts, error, result }: Readonly<Record<string, unknown>>): RemoteJob {
  return {
    state: JOB_STATES.find((each) => each === state) ?? 'running',
    store: typeof store === 'string' ? store : null,
    counts: countsOf(counts),
    // What it answers says more than what is kept of every job.
    error: toldError(result) ?? toldError(error),
    result: isObject(result) ? result : null,
  }
}

function countsOf(counts: unknown): JobCounts {
  if (!isObject(counts)) return {}
  const tables = Object.entries(counts).map(([table, each]) => [table, isObject(each) ? Object.fromEntries(Object.entries(each).filter((entry): entry is [string, number] => typeof entry[1] === 'number')) : {}] as const)
  return Object.fromEntries(tables)
}

function progressOf({ phase, table, done, total, finished }: Readonly<Record<string, unknown>>): ProgressEvent | null {
  const known = PHASES.find((each) => each === phase)
  if (known === undefined) return null
  return { phase: known, table: typeof table === 'string' ? table : null, rows: typeof done === 'number' ? done : 0, expected: typeof total === 'number' ? total : null, done: finished === true }
}
