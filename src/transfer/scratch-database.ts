import { join } from 'node:path'
import Database from 'better-sqlite3'
import { scratchFailure } from './scratch-failure.js'
import { makeScratchFolder } from './scratch-folder.js'

export interface ScratchDatabase {
  readonly db: Database.Database
  readonly close: () => void
}

/** A temporary SQLite file for what may outgrow memory; one open transaction, nothing of it outlives `close`. @throws OUTPUT_FAILED */
export function openScratchDatabase(schema: string): ScratchDatabase {
  const folder = makeScratchFolder('holdall-scratch-')
  let db: Database.Database | null = null
  const close = (): void => {
    db?.close()
    folder.remove()
  }
  try {
    db = new Database(join(folder.path, 'scratch.db'))
    db.pragma('journal_mode = OFF')
    db.pragma('synchronous = OFF')
    db.exec(`${schema}; BEGIN`)
    return { db, close }
  } catch (error) {
    close()
    throw scratchFailure(error)
  }
}
