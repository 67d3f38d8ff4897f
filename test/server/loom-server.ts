import { LOOM } from '../../src/profiles/loom.js'
import type { GivenSettings } from '../../src/server/server-options.js'
import { loomDatabase, type EngineName, type LoomDatabase } from '../loom/loom-database.js'
import { startServer, type TestServer } from './start.js'

export interface LoomServer extends TestServer {
  /** GET /api/v1/export */
  readonly export: (query?: Readonly<Record<string, string>>, init?: RequestInit) => Promise<Response>
  /** POST /api/v1/import of a JSON document, or of what the headers say. */
  readonly import: (body: NonNullable<RequestInit['body']>, query?: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>) => Promise<Response>
}

export interface ServeProps {
  readonly settings?: GivenSettings
  /** Path of Loom's key store. */
  readonly keyStore?: string
}

/** Serves databases of Loom as `loom`, `loom2` and so on; the first is the default. As many transfers an hour as a test needs. */
export async function serveLoom(databases: readonly LoomDatabase[], { settings = {}, keyStore }: ServeProps = {}): Promise<LoomServer> {
  const server = await startServer({
    settings: { store: 'loom', ...settings, limits: { exportsPerHour: 1000, importsPerHour: 1000, ...settings.limits } },
    stores: databases.map(({ store }, at) => ({ name: at === 0 ? 'loom' : `loom${at + 1}`, kind: 'ready', location: store, profile: LOOM, ...(keyStore === undefined ? {} : { keyStore }) })),
  })
  const path = (name: string, query: Readonly<Record<string, string>>): string => `/api/v1/${name}?${new URLSearchParams(query).toString()}`
  return {
    ...server,
    export: async (query = {}, init) => server.get(path('export', query), init),
    import: async (body, query = {}, headers = {}) => server.get(path('import', query), { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } }),
  }
}

export async function sampleLoom(engine: EngineName, rows = 600): Promise<LoomDatabase> {
  return loomDatabase(engine, { content: 'sample', rows })
}

/** Every row of a Loom, to see whether anything was changed. */
export async function contentOf(loom: LoomDatabase): Promise<string> {
  const tables = Object.values(LOOM.groups).flat().filter((table) => !LOOM.leaveAlone.includes(table))
  const found: string[] = []
  for (const table of tables) found.push(`${table} ${JSON.stringify(await loom.rows(`SELECT * FROM ${table} ORDER BY 1`))}`)
  return found.join('\n')
}

export interface Summary {
  readonly inserted: number
  readonly updated: number
  readonly skipped: number
  readonly failed: number
  readonly unchanged: number
  readonly deleted?: number
  readonly conflicting?: number
}

export interface Answer {
  readonly status: string
  readonly status_code?: number
  readonly code?: string
  readonly detail?: string
  readonly validation: { readonly schema_version_ok: boolean; readonly encryption_key_ok: boolean; readonly validation_message: string }
  readonly summary: Readonly<Record<string, Summary>>
  readonly errors: readonly string[]
  readonly conflicts?: { readonly total: number; readonly rows: readonly { readonly table: string; readonly key: string; readonly reason: string }[] }
  readonly notes: readonly string[]
  readonly job_id: string | null
  readonly imported_at: string
}

export async function answerOf(response: Response): Promise<Answer> {
  return (await response.json()) as Answer
}

/** Each kind of count, over all tables. */
export function totalsOf({ summary }: Answer): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {}
  for (const counts of Object.values(summary)) for (const [name, count] of Object.entries(counts) as [string, number][]) totals[name] = (totals[name] ?? 0) + count
  return totals
}
