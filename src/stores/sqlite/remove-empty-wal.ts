import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { sqliteCode } from './map-error.js'

/**
 * A read-only connection to a database in WAL mode makes an empty -wal and a -shm beside it and cannot remove them.
 * The last writing connection to close does, so one is opened and closed; with nothing in the log it writes nothing into
 * the database. If others have the database open by now the files are theirs and stay.
 */
export function removeEmptyWal(file: string): void {
  try {
    if (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size !== 0) return
    const db = new Database(file, { fileMustExist: true, timeout: 0 })
    try {
      db.prepare('SELECT count(*) FROM main.sqlite_schema').get()
    } finally {
      db.close()
    }
  } catch (error) {
    // Busy, not permitted, not to be looked at: two empty files stay behind, which every SQLite program expects.
    if (sqliteCode(error) === null && !(error instanceof Error && 'syscall' in error)) throw error
  }
}
