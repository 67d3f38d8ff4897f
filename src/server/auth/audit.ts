import type { State } from '../../jobs/open-state.js'

/** Who did what, and how it ended. Without values, bodies or secrets. */
export interface AuditEntry {
  /** RFC 3339. */
  readonly time: string
  /** Null: nobody known. */
  readonly user: string | null
  readonly role: string | null
  readonly address: string
  /** `job.cancel`, or method and route of a request that was refused. */
  readonly action: string
  /** The path, without its query. */
  readonly target: string | null
  readonly status: number
  /** Its X-Request-Id. */
  readonly request: string
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  readonly next: number | null
}

export interface Audit {
  add(entry: AuditEntry): void
  /** The latest first. */
  list(page: { readonly before: number | null; readonly limit: number }): AuditPage
}

export function openAudit({ db }: State): Audit {
  const insert = db.prepare(`
    INSERT INTO audit (time, user, role, address, action, target, status, request)
    VALUES (@time, @user, @role, @address, @action, @target, @status, @request)`)
  const list = db.prepare<[{ before: number | null; limit: number }], AuditEntry & { readonly seq: number }>(
    'SELECT * FROM audit WHERE @before IS NULL OR seq < @before ORDER BY seq DESC LIMIT @limit',
  )
  return {
    add: (entry) => void insert.run(entry),
    list: ({ before, limit }) => {
      const rows = list.all({ before, limit: limit + 1 })
      const page = rows.slice(0, limit)
      return { entries: page.map(({ seq: _seq, ...entry }) => entry), next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null }
    },
  }
}
