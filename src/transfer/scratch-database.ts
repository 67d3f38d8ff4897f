import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'

export interface ScratchDatabase {
  readonly db: Database.Database
  readonly close: () => void
}

/** A temporary SQLite file for what may outgrow memory; one open transaction, nothing of it outlives `close`. */
export function openScratchDatabase(schema: string): ScratchDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-scratch-'))
  const db = new Database(join(folder, 'scratch.db'))
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  db.exec(`${schema}; BEGIN`)
  return {
    db,
    close: () => {
      db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
