import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { exportStore, planImport, runImport, type ImportOptions, type ImportReport } from '../../src/index.js'
import { createDatabase } from '../postgres/database.js'

export const ENGINES = ['SQLite', 'PostgreSQL'] as const
export type EngineName = (typeof ENGINES)[number]

/** A small real database of a test's own, made by a script in which `{id}` is an id that the database hands out. */
export interface SmallDatabase {
  readonly store: string
  run(sql: string): Promise<void>
  /** Rows as texts, `|` between values. */
  rows(sql: string): Promise<string[]>
}

const ID = { SQLite: 'INTEGER PRIMARY KEY', PostgreSQL: 'integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY' }

/** Ids are written into columns that only the database writes. */
const scripted = (engine: EngineName, script: string): string => {
  const sql = script.replaceAll('{id}', ID[engine])
  return engine === 'SQLite' ? sql : sql.replace(/^(\s*INSERT INTO .*?) VALUES/gm, '$1 OVERRIDING SYSTEM VALUE VALUES')
}

export async function smallDatabase(engine: EngineName, script: string): Promise<SmallDatabase> {
  if (engine === 'PostgreSQL') {
    const database = await createDatabase()
    await database.run(scripted(engine, script))
    const rows = async (sql: string): Promise<string[]> => (await database.query(sql)).map((row) => row.map((value) => value ?? 'NULL').join('|'))
    return { store: database.url, run: async (sql) => database.run(sql), rows }
  }
  return sqliteDatabase(scripted(engine, script), 'ON')
}

/** The same in SQLite; `references`: whether the database checks them itself. */
export async function sqliteDatabase(script: string, references: 'ON' | 'OFF'): Promise<SmallDatabase> {
  const path = join(scratch(), 'small.db')
  const use = <T>(work: (db: Database.Database) => T): T => {
    const db = new Database(path)
    db.pragma(`foreign_keys = ${references}`)
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  const run = async (sql: string): Promise<void> => {
    use((db) => db.exec(sql))
  }
  await run(script)
  const rows = async (sql: string): Promise<string[]> => use((db) => db.prepare<[], (string | number | null)[]>(sql).raw().all().map((row) => row.map((value) => value ?? 'NULL').join('|')))
  return { store: path, run, rows }
}

export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-small-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Import {
  readonly plan: (options?: Partial<ImportOptions>) => Promise<ImportReport>
  readonly run: (options?: Partial<ImportOptions>) => Promise<ImportReport>
}

/** The import of one database's archive into another. */
export async function importing(from: SmallDatabase, into: SmallDatabase): Promise<Import> {
  const input = join(scratch(), 'archive.tar.gz')
  await exportStore({ store: from.store, output: input, compressionLevel: 1 })
  return {
    plan: async (options) => planImport({ input, store: into.store, ...options }),
    run: async (options) => runImport({ input, store: into.store, ...options }),
  }
}

/** The counts that are not 0. */
export function counts(report: ImportReport, table?: string): Record<string, number> {
  const found = table === undefined ? report.totals : report.tables.find((each) => each.table === table)
  return Object.fromEntries(Object.entries(found ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0))
}
