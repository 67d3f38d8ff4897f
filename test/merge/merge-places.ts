import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { postgresqlScript, sqliteScript, type DdlStyle } from './merge-ddl.js'
import type { MergeSchema, MergeState } from './merge-schema.js'
import { readPostgresqlState, readSqliteState } from './read-state.js'

/** A real database that is built anew for every case. */
export interface MergePlace {
  /** What `store` options take. */
  readonly store: string
  build(schema: MergeSchema, state: MergeState, style?: DdlStyle): Promise<void>
  read(schema: MergeSchema): Promise<MergeState>
  /** Another text after any write to any row, even one that leaves its values as they are. */
  trace(schema: MergeSchema): Promise<string>
}

export function sqlitePlace(path: string): MergePlace {
  return {
    store: path,
    build: async (schema, state, style) => {
      for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true })
      const db = new Database(path)
      try {
        db.pragma('foreign_keys = OFF')
        db.pragma('synchronous = OFF')
        db.exec(`BEGIN;\n${sqliteScript(schema, state, style)}\nCOMMIT;`)
      } finally {
        db.close()
      }
    },
    read: async (schema) => readSqliteState(path, schema),
    trace: async () => createHash('sha256').update(readFileSync(path)).digest('hex'),
  }
}

/** One database for all the cases of a test: a schema is made anew much faster than a database is. */
export async function postgresqlPlace(): Promise<MergePlace> {
  const database = await createDatabase()
  const client = new pg.Client({ connectionString: database.url, types: { getTypeParser: () => (value: string | Buffer) => String(value) } })
  await client.connect()
  onTestFinished(async () => client.end())
  const query = async (text: string): Promise<(string | null)[][]> => (await client.query<(string | null)[]>({ text, rowMode: 'array' })).rows
  return {
    store: database.url,
    build: async (schema, state, style) => {
      await client.query('SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public')
      await client.query(postgresqlScript(schema, state, style))
    },
    read: async (schema) => readPostgresqlState(query, schema),
    trace: async (schema) => {
      const parts: unknown[] = []
      for (const { name } of schema.tables) parts.push(await query(`SELECT ctid, xmin FROM "${name}" ORDER BY 1`))
      return JSON.stringify(parts)
    },
  }
}
