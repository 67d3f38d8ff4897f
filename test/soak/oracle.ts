import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import pg from 'pg'

/** Rows of each table as JSON texts, sorted; null where there is no such table. */
export type Rows = Readonly<Record<string, readonly string[] | null>>

/** All rows of a store, read by its own driver and by nothing of Holdall; a SQLite file is opened as its application would. */
export async function rowsOf(store: string, tables: readonly string[]): Promise<Rows> {
  return store.startsWith('postgres') ? rowsOfPostgresql(store, tables) : rowsOfSqlite(store, tables)
}

function rowsOfSqlite(path: string, tables: readonly string[]): Rows {
  if (!existsSync(path)) return Object.fromEntries(tables.map((table) => [table, null]))
  const db = new Database(path, { timeout: 10_000 })
  try {
    const found = db.pragma('integrity_check', { simple: true })
    const broken = db.pragma('foreign_key_check') as unknown[]
    if (found !== 'ok' || broken.length > 0) throw new Error(`${path} is broken: ${String(found)}, ${JSON.stringify(broken.slice(0, 3))}`)
    const there = new Set(db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all())
    return Object.fromEntries(tables.map((table) => [table, there.has(table) ? db.prepare(`SELECT * FROM ${table}`).all().map((row) => JSON.stringify(row)).sort() : null]))
  } finally {
    db.close()
  }
}

async function rowsOfPostgresql(url: string, tables: readonly string[]): Promise<Rows> {
  return withClient(url, async (client) => {
    const rows: Record<string, string[] | null> = {}
    for (const table of tables) {
      const { rows: there } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table])
      rows[table] = there[0]?.there === true ? (await client.query(`SELECT * FROM ${table}`)).rows.map((row) => JSON.stringify(row, numbers)).sort() : null
    }
    return rows
  })
}

// bigint comes as text.
const numbers = (key: string, value: unknown): unknown => (typeof value === 'string' && /^-?\d+$/.test(value) && key !== 'note' ? Number(value) : value)

/** Rows in an archive, as `tar` gives them. */
export function rowsOfArchive(path: string, tables: readonly string[]): Rows {
  return Object.fromEntries(
    tables.map((table) => {
      const text = execFileSync('tar', ['-xzOf', path, '--wildcards', `*/data/${table}/*`], { encoding: 'utf8', maxBuffer: 1 << 30 })
      return [table, text.trimEnd().split('\n').map((line) => JSON.stringify(JSON.parse(line))).sort()]
    }),
  )
}

/** A few words that differ where the rows do. */
export function summary(rows: Rows): string {
  return Object.entries(rows).map(([table, lines]) => (lines === null ? `no ${table}` : `${lines.length} ${table} ${createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 12)}`)).join(', ')
}

export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'the oracle' })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** Waits until the server has noticed that a process is gone: until then its session holds what it changed. */
export async function settled(url: string): Promise<void> {
  const others = "SELECT state, left(query, 200) AS query, pg_sleep(0.005) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'holdall'"
  await withClient(url, async (client) => {
    const until = Date.now() + 20_000
    for (;;) {
      const { rows } = await client.query(others)
      if (rows.length === 0) return
      if (Date.now() > until) throw new Error(`a session is left behind: ${JSON.stringify(rows)}`)
    }
  })
}

/** Everything in the schema that an import takes away for a while and must put back. */
export async function structureOf(store: string): Promise<string> {
  if (!store.startsWith('postgres')) {
    if (!existsSync(store)) return ''
    const db = new Database(store, { timeout: 10_000 })
    try {
      return JSON.stringify(db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2').all())
    } finally {
      db.close()
    }
  }
  return withClient(store, async (client) => {
    const all = async (sql: string): Promise<unknown[]> => (await client.query({ text: sql, rowMode: 'array' })).rows
    const constraints = await all("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2")
    const indexes = await all("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
    const triggers = await all('SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2')
    const relations = await all("SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1")
    return JSON.stringify([constraints, indexes, triggers, relations])
  })
}
