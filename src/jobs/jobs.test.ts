import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { HoldallError } from '../errors/holdall-error.js'
import { claimState } from './claim-state.js'
import { eventLog } from './event-log.js'
import type { JobEvent, JobRecord } from './job.js'
import { openJobHistory, type JobHistory } from './job-history.js'
import type { JobContext, JobOutcome, JobRequest } from './job-request.js'
import { createJobs, type Jobs } from './jobs.js'
import { openState, type State } from './open-state.js'

let file = ''
let state: State
let history: JobHistory
let changes: string[] = []
let faults: HoldallError[] = []

const jobsOf = (waiting = 2): Jobs =>
  createJobs({ history, waiting, clock: () => performance.now(), onChange: ({ kind, state: now }) => changes.push(`${kind} ${now}`), onFault: (error) => faults.push(error) })

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-jobs-'))
  file = join(folder, 'deep', 'state.db')
  state = openState(file)
  history = openJobHistory(state)
  changes = []
  faults = []
  onTestFinished(() => {
    state.close()
    rmSync(folder, { recursive: true, force: true })
  })
})

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void; readonly reject: (error: Error) => void } {
  let [resolve, reject] = [(_value: T): void => undefined, (_error: Error): void => undefined]
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]))
  return { promise, resolve, reject }
}

/** A job that ends when it is told to. */
function held(over: Partial<JobRequest<string>> = {}): JobRequest<string> & { readonly started: Promise<JobContext>; readonly finish: (value: string) => void } {
  const started = deferred<JobContext>()
  const end = deferred<string>()
  return {
    kind: 'import',
    store: 'app',
    user: 'ada',
    started: started.promise,
    finish: end.resolve,
    run: async (context) => {
      started.resolve(context)
      context.signal.addEventListener('abort', () => end.reject(new HoldallError('INTERRUPTED', { message: 'the operation was stopped' })))
      return end.promise
    },
    ...over,
  }
}

async function all(events: AsyncIterable<JobEvent | null>): Promise<JobEvent[]> {
  const found: JobEvent[] = []
  for await (const event of events) if (event !== null) found.push(event)
  return found
}

const forever = new AbortController().signal

describe('a job', () => {
  test('is queued, runs, is done, and the history keeps what it counted', async () => {
    const jobs = jobsOf()
    const job = jobs.start({ kind: 'export', store: 'app', user: 'ada', run: async () => 7, counts: (rows) => ({ users: { rows } }) })
    expect(await job.result).toBe(7)
    expect(changes).toEqual(['export queued', 'export running', 'export done'])
    const record = history.get(job.id)
    expect(record).toEqual(job.record())
    expect(record).toMatchObject({ kind: 'export', store: 'app', user: 'ada', state: 'done', counts: { users: { rows: 7 } }, error: null })
    expect(record?.seconds).toBeGreaterThanOrEqual(0)
  })

  test('that fails says why, without the password that stood in the message', async () => {
    const job = jobsOf().start({
      kind: 'import',
      store: 'app',
      user: 'ada',
      run: async () => {
        throw new HoldallError('STORE_FAILED', { message: 'postgres://ada:s3cret@db/app broke off' })
      },
    })
    await expect(job.result).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(history.get(job.id)).toMatchObject({ state: 'failed', error: { code: 'STORE_FAILED', message: 'postgres://ada:***@db/app broke off' } })
  })

  test('that is cancelled is not failed, and says who did it', async () => {
    const request = held()
    const job = jobsOf().start(request)
    await request.started
    job.cancel('cancelled by bob')
    await expect(job.result).rejects.toMatchObject({ code: 'INTERRUPTED', message: 'cancelled by bob' })
    expect(history.get(job.id)).toMatchObject({ state: 'cancelled', error: { message: 'cancelled by bob' } })
  })

  test('that was cancelled too late is done: what it did stands', async () => {
    const request = held({ run: async ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('committed'))) })
    const job = jobsOf().start(request)
    const running = (await job.events(0, forever).next()).done
    expect(running).toBe(false)
    await new Promise((resolve) => setImmediate(resolve))
    job.cancel('too late')
    expect(await job.result).toBe('committed')
    expect(job.record().state).toBe('done')
  })

  test('ends with the client that asked for it', async () => {
    const client = new AbortController()
    const request = held({ signal: client.signal })
    const job = jobsOf().start(request)
    await request.started
    client.abort()
    await expect(job.result).rejects.toMatchObject({ message: 'the client went away' })
    expect(job.record().state).toBe('cancelled')
  })

  test('whose end the history cannot take ends all the same', async () => {
    const request = held()
    const job = jobsOf().start(request)
    await request.started
    state.db.exec("CREATE TRIGGER full BEFORE UPDATE ON job BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    request.finish('x')
    expect(await job.result).toBe('x')
    expect(job.record().state).toBe('done')
    expect(faults.map(({ code }) => code)).toEqual(['STATE_UNUSABLE'])
  })

  test('that the history cannot take is not started', () => {
    state.db.exec("CREATE TRIGGER full BEFORE INSERT ON job BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    expect(() => jobsOf().start(held())).toThrow(expect.objectContaining({ code: 'STATE_UNUSABLE' }) as Error)
  })
})

describe('events', () => {
  test('are numbered, tell rate, percentage and time left, and end with the job', async () => {
    let now = 0
    const jobs = createJobs({ history, waiting: 0, clock: () => now, onChange: () => undefined, onFault: () => undefined })
    const job = jobs.start({
      kind: 'export',
      store: 'app',
      user: 'ada',
      run: async ({ onProgress }) => {
        onProgress({ phase: 'read', table: 'users', rows: 0, expected: 1000, done: false })
        now = 2000
        onProgress({ phase: 'read', table: 'users', rows: 250, expected: 1000, done: false })
        now = 2100
        onProgress({ phase: 'read', table: 'users', rows: 260, expected: 1000, done: false })
        now = 8000
        onProgress({ phase: 'read', table: 'users', rows: 1000, expected: 1000, done: true })
      },
    })
    const events = await all(job.events(0, forever))
    expect(events.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6])
    expect(events.flatMap((event) => (event.type === 'state' ? [event.job.state] : []))).toEqual(['queued', 'running', 'done'])
    expect(events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []))).toEqual([
      { phase: 'read', table: 'users', done: 0, total: 1000, percentage: 0, rate: null, eta: null, finished: false },
      { phase: 'read', table: 'users', done: 250, total: 1000, percentage: 25, rate: 125, eta: 6, finished: false },
      { phase: 'read', table: 'users', done: 1000, total: 1000, percentage: 100, rate: 125, eta: 0, finished: true },
    ])
    expect(job.progress()).toMatchObject({ done: 1000, finished: true })
  })

  test('go on after the number a reader has seen', async () => {
    const log = eventLog(10)
    for (let n = 0; n < 5; n++) log.add({ type: 'state', job: {} as JobRecord })
    log.end()
    expect((await all(log.read(3, forever))).map(({ number }) => number)).toEqual([4, 5])
    expect(await all(log.read(5, forever))).toEqual([])
  })

  test('that are too old are dropped, the last ones never', async () => {
    const log = eventLog(3)
    for (let n = 0; n < 10; n++) log.add({ type: 'state', job: {} as JobRecord })
    log.end()
    expect((await all(log.read(2, forever))).map(({ number }) => number)).toEqual([8, 9, 10])
  })

  test('a number of an earlier process begins anew', async () => {
    const log = eventLog(3)
    log.add({ type: 'state', job: {} as JobRecord })
    log.end()
    expect((await all(log.read(99, forever))).map(({ number }) => number)).toEqual([1])
  })

  test('where nothing happens a reader hears so, and leaves when it wants', async () => {
    const log = eventLog(3)
    const leaving = new AbortController()
    const reader = log.read(0, leaving.signal, 5)
    expect((await reader.next()).value).toBeNull()
    const next = log.read(0, leaving.signal).next()
    leaving.abort()
    expect((await next).done).toBe(true)
  })
})

describe('imports into one store', () => {
  test('wait for each other, in their order; others do not wait', async () => {
    const jobs = jobsOf()
    const [first, second, other] = [held({ exclusive: 'a' }), held({ exclusive: 'a' }), held({ exclusive: 'b' })]
    const one = jobs.start(first)
    const two = jobs.start(second)
    jobs.start(other)
    await first.started
    await other.started
    expect(two.record().state).toBe('queued')
    first.finish('1')
    await one.result
    await second.started
    expect(two.record().state).toBe('running')
    second.finish('2')
    other.finish('3')
    expect(await two.result).toBe('2')
  })

  test('are refused where none may wait, and the next after the end is not', async () => {
    const jobs = jobsOf(0)
    const first = held({ exclusive: 'a' })
    const one = jobs.start(first)
    await first.started
    await expect(jobs.start(held({ exclusive: 'a' })).result).rejects.toMatchObject({ code: 'STORE_BUSY', status: 409 })
    first.finish('1')
    await one.result
    expect(await jobs.start({ ...held(), exclusive: 'a', run: async () => 'again' }).result).toBe('again')
  })

  test('one that is cancelled while it waits never runs, and does not hold up the next', async () => {
    const jobs = jobsOf()
    const first = held({ exclusive: 'a' })
    const one = jobs.start(first)
    await first.started
    let ran = false
    const two = jobs.start({ ...held(), exclusive: 'a', run: async () => String((ran = true)) })
    const three = jobs.start({ ...held(), exclusive: 'a', run: async () => 'third' })
    await new Promise((resolve) => setImmediate(resolve))
    two.cancel('cancelled by ada')
    await expect(two.result).rejects.toMatchObject({ code: 'INTERRUPTED' })
    first.finish('1')
    await one.result
    expect(await three.result).toBe('third')
    expect(ran).toBe(false)
    expect(two.record()).toMatchObject({ state: 'cancelled', started: null, seconds: null })
  })
})

describe('stopping', () => {
  test('waits for jobs that end in time, and takes no more', async () => {
    const jobs = jobsOf()
    const request = held()
    const job = jobs.start(request)
    await request.started
    const stopped = jobs.stop(60_000)
    expect(() => jobs.start(held())).toThrow(expect.objectContaining({ code: 'SHUTTING_DOWN' }) as Error)
    request.finish('x')
    await stopped
    expect(job.record().state).toBe('done')
  })

  test('cancels what runs longer', async () => {
    const jobs = jobsOf()
    const request = held()
    const job = jobs.start(request)
    await request.started
    await jobs.stop(1)
    expect(job.record()).toMatchObject({ state: 'cancelled', error: { message: 'the server was stopped' } })
  })
})

describe('the state file', () => {
  test('is only for its owner', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
  })

  test('of a newer Holdall is refused', () => {
    state.db.pragma('user_version = 99')
    expect(() => openState(file)).toThrow(expect.objectContaining({ code: 'STATE_UNUSABLE' }) as Error)
  })

  test('that cannot be made is refused', () => {
    expect(() => openState(join(file, 'below-a-file'))).toThrow(expect.objectContaining({ code: 'STATE_UNUSABLE' }) as Error)
  })

  test('has one server at a time', () => {
    const claim = claimState(state)
    expect(() => claimState(state)).toThrow(expect.objectContaining({ code: 'STATE_IN_USE' }) as Error)
    claim.release()
    claimState(state).release()
  })

  test('jobs that a process left unfinished have failed with it', async () => {
    const jobs = jobsOf()
    const request = held()
    const job = jobs.start(request)
    await request.started
    expect(openJobHistory(state).failUnfinished()).toBe(1)
    expect(history.get(job.id)).toMatchObject({ state: 'failed', error: { code: 'INTERRUPTED', message: 'interrupted: the process ended' } })
    expect(history.get(job.id)?.finished).not.toBeNull()
  })

  test('keeps how much a job read or wrote, and its answer, also of one that failed', async () => {
    const jobs = jobsOf()
    const common = { kind: 'import', store: 'app', user: 'ada', bytes: () => 12, answer: ({ result, error }: JobOutcome<string>, id: string) => ({ id, said: result ?? error.code }) } as const
    const done = jobs.start({ ...common, run: async () => 'yes' })
    const failed = jobs.start({ ...common, run: async () => Promise.reject(new HoldallError('CONFLICT', { message: 'no' })) })
    await Promise.allSettled([done.result, failed.result])
    expect(history.get(done.id)).toMatchObject({ state: 'done', bytes: 12, result: { id: done.id, said: 'yes' } })
    expect(history.get(failed.id)).toMatchObject({ state: 'failed', bytes: 12, result: { id: failed.id, said: 'CONFLICT' } })
  })

  test('is read page by page, the latest first, and by what is asked for', async () => {
    const jobs = jobsOf()
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      const job = jobs.start({ kind: n % 2 === 0 ? 'export' : 'import', store: 'app', user: n < 3 ? 'ada' : 'bob', run: async () => n })
      await job.result
      ids.unshift(job.id)
    }
    const first = history.list({}, { before: null, limit: 2 })
    const second = history.list({}, { before: first.next, limit: 2 })
    const third = history.list({}, { before: second.next, limit: 2 })
    expect([first, second, third].flatMap((page) => page.jobs.map(({ id }) => id))).toEqual(ids)
    expect(third.next).toBeNull()
    expect(history.list({ user: 'bob', kind: 'import' }, { before: null, limit: 9 }).jobs.map(({ id }) => id)).toEqual([ids[1]])
    expect(history.list({ finished: false }, { before: null, limit: 9 }).jobs).toEqual([])
  })
})
