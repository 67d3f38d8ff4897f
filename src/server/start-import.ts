import { asHoldallError } from '../errors/as-holdall-error.js'
import type { JobKind } from '../jobs/job.js'
import type { RunningJob } from '../jobs/job-request.js'
import type { Jobs } from '../jobs/jobs.js'
import { storeKey } from '../jobs/store-key.js'
import type { ImportOptions, ImportReport, TableTally } from '../transfer/import-options.js'
import { planImport, runImport } from '../transfer/run-import.js'
import { validateImport } from '../transfer/validate-import.js'
import { failedAnswer, importedAnswer, MOST_ROWS, validatedAnswer, validationError } from './import-answer.js'
import type { ReceivedBody } from './receive-body.js'
import type { ImportAnswer, ImportSuccess } from './schemas/import.js'
import type { ReadyStore } from './served-store.js'
import { storeFailure } from './store-failure.js'

export interface ImportRequest {
  readonly kind: Extract<JobKind, 'import' | 'plan' | 'verify'>
  readonly store: ReadyStore
  readonly body: ReceivedBody
  readonly options: Partial<ImportOptions>
  readonly user: string
  /** The path of the request. */
  readonly instance: string
  /** Cancels it; without it the import goes on whoever leaves. */
  readonly signal?: AbortSignal | undefined
  /** The body is needed no more. Must not throw. */
  onEnd(): void
}

export interface StartedImport {
  readonly job: RunningJob
  /** Never rejects: that it failed is an answer too. */
  readonly answer: Promise<ImportAnswer>
}

interface Done {
  readonly answer: ImportSuccess
  /** Null where only the body was looked at. */
  readonly report: ImportReport | null
}

/** Starts an import of a body as a job, in its turn. @throws SHUTTING_DOWN, STATE_UNUSABLE */
export async function startImport(jobs: Jobs, request: ImportRequest): Promise<StartedImport> {
  const { kind, store, body, user, instance, signal } = request
  let judged: readonly TableTally[] = []
  const options: ImportOptions = {
    ...request.options,
    input: body.path,
    format: body.format,
    store: store.location,
    profile: store.profile,
    keyStore: store.keyStore,
    examples: MOST_ROWS,
    onJudged: (tables) => (judged = tables),
  }
  const failed = (error: unknown, job: string): ImportAnswer => failedAnswer(error, { instance, job, judged })
  const job = jobs.start<Done>({
    kind,
    store: store.name,
    user,
    signal,
    exclusive: kind === 'verify' ? undefined : await storeKey(store.location),
    run: async ({ id, signal: stop, onProgress }) => work(kind, { ...options, signal: stop, onProgress }, id).catch((error: unknown) => Promise.reject(asHoldallError(storeFailure(error)))),
    counts: ({ report }) => Object.fromEntries((report?.tables ?? []).map((tally) => [tally.table, classesOf(tally)])),
    bytes: () => body.bytes,
    answer: ({ result, error }, id) => (error === null ? result.answer : failed(error, id)),
  })
  const answer = job.result.then(
    (done) => done.answer,
    (error: unknown) => failed(error, job.id),
  ).finally(() => request.onEnd())
  return { job, answer }
}

async function work(kind: ImportRequest['kind'], options: ImportOptions, job: string): Promise<Done> {
  if (kind === 'verify') {
    const report = await validateImport(options)
    const failure = validationError(report)
    if (failure !== null) throw failure
    return { answer: validatedAnswer(report, job), report: null }
  }
  const report = await (kind === 'plan' ? planImport(options) : runImport(options))
  return { answer: importedAnswer(report, job), report }
}

function classesOf({ new: added, changed, unchanged, kept, deleted, conflicting, rejected }: TableTally): Readonly<Record<string, number>> {
  return { new: added, changed, unchanged, kept, deleted, conflicting, rejected }
}
