import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'

export interface TestDatabase {
  readonly url: string
  /** Runs a script of statements. */
  run(sql: string): Promise<void>
  /** Rows as arrays of text, in the session's defaults. */
  query(sql: string): Promise<(string | null)[][]>
}

/** A new empty database on the test server, dropped when the test ends. */
export async function createDatabase(version: 12 | 18 = 18): Promise<TestDatabase> {
  const server = new URL(version === 12 ? inject('postgres12Url') : inject('postgresUrl'))
  const name = `t_${randomBytes(6).toString('hex')}`
  await withClient(server.href, async (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`))
  onTestFinished(async () => {
    await withClient(server.href, async (client) => {
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
      await client.query(`DROP DATABASE IF EXISTS ${name}`)
    })
  })
  const url = new URL(server.href)
  url.pathname = `/${name}`
  return {
    url: url.href,
    run: async (sql) =>
      withClient(url.href, async (client) => {
        await client.query(sql)
      }),
    query: async (sql) =>
      withClient(url.href, async (client) => {
        const types = { getTypeParser: () => (value: string) => value }
        const result = await client.query<(string | null)[]>({ text: sql, rowMode: 'array', types })
        return result.rows
      }),
  }
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
