import { closeSync, existsSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'
import { HoldallError } from '../../../errors/holdall-error.js'
import type { FileSettings } from '../../../schema/schema.js'
import { sql } from '../../sql.js'
import type { TargetOptions } from '../../store.js'
import { mapError, sqliteCode } from '../map-error.js'
import { giveSettings } from './give-settings.js'
import { publishFile, removeFile, temporaryName } from './new-file.js'
import { removeStale } from './remove-stale.js'

/** A database file with the import's transaction open, and the two ways to end it. */
export interface OpenFile {
  readonly db: Database.Database
  /** @throws STORE_LOCKED, OUTPUT_FAILED, TARGET_NOT_EMPTY; the old state stands then */
  commit(): Promise<void>
  rollback(): void
}

/** @throws STORE_NOT_FOUND, STORE_UNREADABLE, STORE_LOCKED, STORE_NOT_PERMITTED, TARGET_NOT_EMPTY, OUTPUT_FAILED */
export async function openFile(path: string, options: TargetOptions, name: string): Promise<OpenFile> {
  return options.fresh ? openNew(path, options.file ?? null, name) : openExisting(path, options, name)
}

async function openExisting(path: string, options: TargetOptions, name: string): Promise<OpenFile> {
  if (!existsSync(path)) throw new HoldallError('STORE_NOT_FOUND', { message: 'there is no such file', store: name })
  const db = connect(path, name)
  try {
    await patiently(db, sql`BEGIN IMMEDIATE`.text, options, name)
  } catch (error) {
    db.close()
    throw error
  }
  const rollback = (): void => {
    try {
      if (db.inTransaction) db.exec(sql`ROLLBACK`.text)
      undoFailedWrite(db)
    } catch (error) {
      // Closing rolls back too, and why it has to is known already.
      if (sqliteCode(error) === null) throw error
    } finally {
      db.close()
    }
  }
  return {
    db,
    rollback,
    // Readers may hold the file for a while; until the commit is through, the old state stands.
    commit: async () => {
      try {
        await patiently(db, sql`COMMIT`.text, options, name)
      } finally {
        rollback()
      }
    },
  }
}

/** A file that nobody can see yet needs no journal on the disk and no syncing before its end. */
async function openNew(path: string, file: FileSettings | null, name: string): Promise<OpenFile> {
  if (existsSync(path)) throw new HoldallError('TARGET_NOT_EMPTY', { message: 'the file exists already', store: name })
  removeStale(path)
  const temporary = temporaryName(path)
  let db: Database.Database | null = null
  const rollback = (): void => {
    db?.close()
    removeFile(temporary)
  }
  try {
    closeSync(openSync(temporary, 'wx', 0o600))
    db = connect(temporary, name)
    db.exec(sql`PRAGMA synchronous = OFF`.text)
    if (file !== null) giveSettings(db, file)
    db.exec(sql`BEGIN IMMEDIATE`.text)
  } catch (error) {
    rollback()
    throw fileFailure(error, name)
  }
  const opened = db
  return {
    db: opened,
    rollback,
    commit: async () => {
      try {
        opened.exec(sql`COMMIT`.text)
        // Last, since rows are written faster without the log; where the file system cannot have one, the file stays as it is.
        if (file?.journal === 'wal') opened.exec(sql`PRAGMA journal_mode = WAL`.text)
        opened.close()
        publishFile(temporary, path, name)
      } catch (error) {
        rollback()
        throw fileFailure(error, name)
      }
    },
  }
}

/**
 * A write that the disk refused leaves its journal to the next reader, and until one comes that may write, nobody else
 * can read the file: so the file is read here. Where that fails too, the journal does its work at the next opening.
 */
function undoFailedWrite(db: Database.Database): void {
  try {
    db.prepare(sql`SELECT count(*) FROM main.sqlite_schema`.text).get()
  } catch (error) {
    if (sqliteCode(error) === null) throw error
  }
}

function connect(path: string, name: string): Database.Database {
  let db: Database.Database | null = null
  try {
    db = new Database(path, { fileMustExist: true, timeout: 0 })
    // Cannot change inside a transaction: references are checked by the import itself, and no cascade may fire.
    db.exec(sql`PRAGMA foreign_keys = OFF`.text)
    // As SQLite has it unless an application says otherwise; better-sqlite3 turns it on.
    db.exec(sql`PRAGMA recursive_triggers = OFF`.text)
    db.exec(sql`PRAGMA cache_size = -16384`.text)
    // Rows are staged in temporary tables, which are mostly read from end to end.
    db.exec(sql`PRAGMA temp.page_size = 16384; PRAGMA temp.cache_size = -8192`.text)
    return db
  } catch (error) {
    db?.close()
    throw fileFailure(error, name)
  }
}

const PAUSE = 20

/** Tries again while another connection is in the way; SQLite's own waiting would stop the whole process. */
async function patiently(db: Database.Database, statement: string, options: TargetOptions, name: string): Promise<void> {
  const until = Date.now() + options.lockTimeout
  for (;;) {
    try {
      db.exec(statement)
      return
    } catch (error) {
      const busy = sqliteCode(error)?.startsWith('SQLITE_BUSY') === true
      if (options.signal?.aborted === true) throw new HoldallError('INTERRUPTED', { message: 'the operation was stopped', store: name })
      if (!busy || Date.now() >= until) throw mapError(error, { store: name })
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
}

function fileFailure(error: unknown, name: string): HoldallError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new HoldallError('STORE_NOT_PERMITTED', { message: 'the file may not be written', hint: 'Check the rights of the file and of its folder.', store: name, cause: error })
  if (code === 'ENOENT' || code === 'ENOTDIR') return new HoldallError('STORE_NOT_FOUND', { message: 'there is no such folder', store: name, cause: error })
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO' || code === 'EFBIG') return new HoldallError('OUTPUT_FAILED', { message: 'the file could not be written', store: name, cause: error })
  return mapError(error, { store: name })
}
