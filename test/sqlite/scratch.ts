import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { RowFilter, Snapshot } from '../../src/stores/store.js'
import type { Table } from '../../src/schema/schema.js'
import { openSnapshot } from '../../src/stores/sqlite/open-snapshot.js'

/** A new folder that is gone after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A new database file made by this SQL, and by more where a function is given. */
export function databaseFile(sql: string, more?: (db: Database.Database) => void): string {
  const path = join(scratchFolder(), 'sample.db')
  const db = new Database(path)
  db.pragma('foreign_keys = off')
  db.pragma('synchronous = off')
  db.exec(sql)
  more?.(db)
  db.close()
  return path
}

/** A snapshot that is closed after the test. */
export async function snapshotOf(path: string): Promise<Snapshot> {
  const snapshot = await openSnapshot(path)
  onTestFinished(() => snapshot.close())
  return snapshot
}

export function tableOf(snapshot: Snapshot, id: string): Table {
  const table = snapshot.schema.tables.find((each) => each.id === id)
  if (table === undefined) throw new Error(`no table ${id}`)
  return table
}

/** All lines of a table, with what the batches promise checked. */
export async function linesOf(snapshot: Snapshot, id: string, filter?: RowFilter): Promise<string[]> {
  const lines: string[] = []
  for await (const batch of snapshot.rows(tableOf(snapshot, id), filter)) {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(batch.bytes)
    const own = text.split('\n')
    if (own.pop() !== '') throw new Error('a batch does not end with a newline')
    if (own.length !== batch.rows) throw new Error(`a batch of ${own.length} rows says ${batch.rows}`)
    lines.push(...own)
  }
  return lines
}
