import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { createLoom } from '../../src/cli/demo/loom/create-loom.js'
import { createDatabase } from '../postgres/database.js'

export const ENGINES = ['SQLite', 'PostgreSQL'] as const
export type EngineName = (typeof ENGINES)[number]

/** A Loom database of a test's own. */
export interface LoomDatabase {
  readonly store: string
  run(sql: string): Promise<void>
  /** Every row by the names of its columns; values as the driver gives them. */
  rows(sql: string): Promise<Record<string, unknown>[]>
}

export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-loom-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function loomDatabase(engine: EngineName, options: { readonly content: 'sample' | 'started' | 'empty'; readonly rows?: number; readonly seed?: number }): Promise<LoomDatabase> {
  const { content, rows = 600, seed = 1 } = options
  if (engine === 'PostgreSQL') {
    const database = await createDatabase()
    await createLoom(database.url, { content, rows, seed })
    return {
      store: database.url,
      run: async (sql) => database.run(sql),
      rows: async (sql) => {
        const found = await database.query(`SELECT to_jsonb(q)::text FROM (${sql}) q`)
        return found.map(([row]) => JSON.parse(row ?? '{}') as Record<string, unknown>)
      },
    }
  }
  const store = join(scratch(), 'loom.db')
  await createLoom(store, { content, rows, seed })
  const use = <T>(work: (db: Database.Database) => T): T => {
    const db = new Database(store)
    db.pragma('foreign_keys = OFF')
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  return {
    store,
    run: async (sql) => Promise.resolve(void use((db) => db.exec(sql))),
    rows: async (sql) => Promise.resolve(use((db) => db.prepare<[], Record<string, unknown>>(sql).all())),
  }
}
