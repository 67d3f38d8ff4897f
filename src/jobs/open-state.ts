import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { HoldallError } from '../errors/holdall-error.js'
import { STATE_MIGRATIONS } from './state-migrations.js'

/** Holdall's own SQLite file: history of jobs, keys, audit. */
export interface State {
  readonly file: string
  readonly db: Database.Database
  close(): void
}

/** Opens the state, making or migrating it. Several processes may have it open. @throws STATE_UNUSABLE */
export function openState(file: string): State {
  let db: Database.Database | null = null
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    db = new Database(file)
    // Names of users and stores are nobody else's business.
    chmodSync(file, 0o600)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    migrate(db, file)
    const opened = db
    return Object.freeze({ file, db: opened, close: () => void opened.close() })
  } catch (error) {
    db?.close()
    throw HoldallError.is(error) ? error : stateUnusable(file, error)
  }
}

export function stateUnusable(file: string, cause: unknown): HoldallError {
  return new HoldallError('STATE_UNUSABLE', { message: `${file}: ${cause instanceof Error ? cause.message : String(cause)}`, cause })
}

function migrate(db: Database.Database, file: string): void {
  const run = db.transaction(() => {
    const version = Number(db.pragma('user_version', { simple: true }))
    if (version > STATE_MIGRATIONS.length) {
      throw new HoldallError('STATE_UNUSABLE', { message: `${file}: a newer Holdall wrote it`, hint: 'Use that version, or name another file with --state.' })
    }
    for (const script of STATE_MIGRATIONS.slice(version)) db.exec(script)
    db.pragma(`user_version = ${STATE_MIGRATIONS.length}`)
  })
  // Two processes may meet a new file at once: the second must see what the first made.
  run.immediate()
}
