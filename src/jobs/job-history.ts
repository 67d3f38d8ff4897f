import { HoldallError } from '../errors/holdall-error.js'
import type { JobCounts, JobError, JobKind, JobRecord, JobState } from './job.js'
import type { State } from './open-state.js'

export interface HistoryFilter {
  readonly kind?: JobKind | undefined
  readonly state?: JobState | undefined
  readonly store?: string | undefined
  readonly user?: string | undefined
  /** RFC 3339 in UTC, of creation. Inclusive. */
  readonly since?: string | undefined
  /** Exclusive. */
  readonly until?: string | undefined
  /** Only those that have ended, or only those that have not. */
  readonly finished?: boolean | undefined
}

export interface HistoryPage {
  readonly jobs: readonly JobRecord[]
  /** Where the next page begins; null after the last one. */
  readonly next: number | null
}

/** What is kept of every job, the latest first. */
export interface JobHistory {
  /** @throws STATE_UNUSABLE */
  save(job: JobRecord): void
  get(id: string): JobRecord | null
  list(filter: HistoryFilter, page: { readonly before: number | null; readonly limit: number }): HistoryPage
  /** Jobs that an earlier process left unfinished have failed with it. How many. */
  failUnfinished(): number
}

interface Row {
  readonly seq: number
  readonly id: string
  readonly kind: JobKind
  readonly store: string | null
  readonly user: string
  readonly state: JobState
  readonly created: string
  readonly started: string | null
  readonly finished: string | null
  readonly seconds: number | null
  readonly counts: string
  readonly bytes: number | null
  readonly result: string | null
  readonly error: string | null
}

export function openJobHistory({ db, file }: State): JobHistory {
  const save = db.prepare(`
    INSERT INTO job (id, kind, store, user, state, created, started, finished, seconds, counts, bytes, result, error)
    VALUES (@id, @kind, @store, @user, @state, @created, @started, @finished, @seconds, @counts, @bytes, @result, @error)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, started = excluded.started, finished = excluded.finished,
      seconds = excluded.seconds, counts = excluded.counts, bytes = excluded.bytes, result = excluded.result, error = excluded.error`)
  const get = db.prepare<[string], Row>('SELECT * FROM job WHERE id = ?')
  const list = db.prepare<[Record<string, unknown>], Row>(`
    SELECT * FROM job
    WHERE (@before IS NULL OR seq < @before) AND (@kind IS NULL OR kind = @kind) AND (@state IS NULL OR state = @state)
      AND (@store IS NULL OR store = @store) AND (@user IS NULL OR user = @user)
      AND (@since IS NULL OR created >= @since) AND (@until IS NULL OR created < @until)
      AND (@finished IS NULL OR (state IN ('done', 'failed', 'cancelled')) = @finished)
    ORDER BY seq DESC LIMIT @limit`)
  const fail = db.prepare("UPDATE job SET state = 'failed', finished = ?, error = ? WHERE state IN ('queued', 'running')")

  return {
    save: (job) => {
      try {
        save.run({ ...job, counts: JSON.stringify(job.counts), result: job.result === null ? null : JSON.stringify(job.result), error: job.error === null ? null : JSON.stringify(job.error) })
      } catch (error) {
        throw new HoldallError('STATE_UNUSABLE', { message: `${file}: ${error instanceof Error ? error.message : String(error)}`, cause: error })
      }
    },
    get: (id) => {
      const row = get.get(id)
      return row === undefined ? null : recordOf(row)
    },
    list: (filter, { before, limit }) => {
      const { kind = null, state = null, store = null, user = null, since = null, until = null } = filter
      const finished = filter.finished === undefined ? null : Number(filter.finished)
      const rows = list.all({ kind, state, store, user, since, until, finished, before, limit: limit + 1 })
      const page = rows.slice(0, limit)
      return { jobs: page.map(recordOf), next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null }
    },
    failUnfinished: () => {
      const { message, hint, code } = new HoldallError('INTERRUPTED', { message: 'interrupted: the process ended', hint: 'Nothing was changed. Run it again.' })
      return fail.run(new Date().toISOString(), JSON.stringify({ code, message, hint })).changes
    },
  }
}

function recordOf({ seq: _seq, counts, result, error, ...row }: Row): JobRecord {
  // Only `save` and `failUnfinished` wrote these texts.
  return Object.freeze({ ...row, counts: JSON.parse(counts) as JobCounts, result: result === null ? null : (JSON.parse(result) as unknown), error: error === null ? null : (JSON.parse(error) as JobError) })
}
