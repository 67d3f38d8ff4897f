import { randomUUID } from 'node:crypto'
import { asHoldallError } from '../errors/as-holdall-error.js'
import { HoldallError } from '../errors/holdall-error.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { redact } from '../errors/redact.js'
import { eventLog } from './event-log.js'
import type { JobProgress, JobRecord } from './job.js'
import { jobProgress } from './job-progress.js'
import type { JobOutcome, JobRequest, RunningJob } from './job-request.js'
import type { JobsProps } from './jobs.js'
import type { Turns } from './turns.js'

/** Events that one who comes back can still read. */
const EVENTS = 500

/** Starts a job. @throws STATE_UNUSABLE when the history cannot take it: what leaves no trace is not run */
export function runJob<T>(request: JobRequest<T>, { history, clock, onChange, onFault, turns }: JobsProps & { readonly turns: Turns }): RunningJob<T> {
  const controller = new AbortController()
  const { signal } = controller
  const events = eventLog(EVENTS)
  let record: JobRecord = Object.freeze({
    id: randomUUID(),
    kind: request.kind,
    store: request.store,
    user: request.user,
    state: 'queued',
    created: new Date().toISOString(),
    started: null,
    finished: null,
    seconds: null,
    counts: {},
    bytes: null,
    result: null,
    error: null,
  })
  let progress: JobProgress | null = null
  let began = clock()

  const change = (changes: Partial<JobRecord>): void => {
    record = Object.freeze({ ...record, ...changes })
    history.save(record)
    events.add({ type: 'state', job: record })
    onChange(record)
  }
  /** The end is the end, even where the history cannot take it. */
  const end = (changes: Partial<JobRecord>): void => {
    const seconds = record.started === null ? null : (clock() - began) / 1000
    try {
      change({ ...changes, finished: new Date().toISOString(), seconds })
    } catch (error) {
      events.add({ type: 'state', job: record })
      onChange(record)
      onFault(asHoldallError(error))
    }
    request.signal?.removeEventListener('abort', clientLeft)
    events.end()
  }
  const cancel = (why: string): void => {
    if (!signal.aborted) controller.abort(new HoldallError('INTERRUPTED', { message: why }))
  }
  const clientLeft = (): void => cancel('the client went away')
  const told = jobProgress(clock)

  const work = async (): Promise<T> => {
    const release = request.exclusive === undefined ? null : await turns.take(request.exclusive, signal)
    try {
      throwIfInterrupted(signal)
      began = clock()
      change({ state: 'running', started: new Date().toISOString() })
      return await request.run({
        id: record.id,
        signal,
        onProgress: (event) => {
          const next = told(event)
          if (next === null) return
          progress = next
          events.add({ type: 'progress', progress })
        },
      })
    } finally {
      release?.()
    }
  }
  const kept = (outcome: JobOutcome<T>): Pick<JobRecord, 'bytes' | 'result'> => ({ bytes: request.bytes?.(outcome.result) ?? null, result: request.answer?.(outcome, record.id) ?? null })
  const outcome = async (): Promise<T> => {
    try {
      const result = await work()
      end({ state: 'done', counts: request.counts?.(result) ?? {}, ...kept({ result, error: null }) })
      return result
    } catch (error) {
      // However it was stopped, what the job says is who asked for it.
      const failure = asHoldallError(signal.aborted && stops(error) ? signal.reason : error)
      const { code, message, hint } = failure
      if (code === 'INTERNAL') onFault(failure)
      end({ state: signal.aborted && code === 'INTERRUPTED' ? 'cancelled' : 'failed', error: { code, message: redact(message), hint: redact(hint) }, ...kept({ result: null, error: failure }) })
      throw failure
    }
  }

  history.save(record)
  events.add({ type: 'state', job: record })
  onChange(record)
  if (request.signal?.aborted === true) clientLeft()
  else request.signal?.addEventListener('abort', clientLeft, { once: true })
  const result = outcome()
  // Who started it may look at the record alone.
  result.catch(() => undefined)
  return Object.freeze({
    id: record.id,
    result,
    record: () => record,
    progress: () => progress,
    latest: () => events.latest(),
    events: (after: number, until: AbortSignal, every?: number) => events.read(after, until, every),
    cancel,
  })
}

/** Whether an error is how a stopped operation ends, rather than what stopped it. */
function stops(error: unknown): boolean {
  return (HoldallError.is(error) && error.code === 'INTERRUPTED') || (error instanceof Error && error.name === 'AbortError')
}
