import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { HoldallError } from '../../errors/holdall-error.js'
import { nearHint } from '../../schema/near-hint.js'
import { mapError, sqliteCode } from './map-error.js'
import { defineReaderFunctions, textEncoding, type PageBound, type TextEncoding } from './reader-functions.js'
import { removeEmptyWal } from './remove-empty-wal.js'

/** A read-only connection inside its transaction. */
export interface Reader {
  readonly db: Database.Database
  readonly encoding: TextEncoding
  readonly bound: PageBound
  close(): void
}

/** Milliseconds to wait for a writer that keeps readers out. */
const LOCK_WAIT = 5_000
const LOCK_RETRY = 25

/**
 * Opens a file read-only and takes its snapshot. In WAL mode writers go on, and only a checkpoint cannot pass the
 * snapshot while it is open. In rollback mode (SQLite's default) the snapshot holds SHARED lock: another process may
 * prepare a change, but its COMMIT gets SQLITE_BUSY until the snapshot closes; that is SQLite's law.
 * @throws STORE_NOT_FOUND, STORE_UNREADABLE, STORE_LOCKED, INTERRUPTED
 */
export async function openReader(path: string, signal?: AbortSignal): Promise<Reader> {
  const file = await existingFile(path)
  const hadWal = existsSync(`${file}-wal`) || existsSync(`${file}-shm`)
  let db: Database.Database | undefined
  const close = (): void => {
    db?.close()
    if (!hadWal) removeEmptyWal(file)
  }
  try {
    db = new Database(file, { readonly: true, fileMustExist: true, timeout: 0 })
    db.pragma('query_only = 1')
    // A schema may come from anybody: its expressions get no function with side effects.
    db.pragma('trusted_schema = 0')
    await begin(db, signal)
    const encoding = textEncoding(db)
    return { db, encoding, bound: defineReaderFunctions(db, encoding), close }
  } catch (error) {
    close()
    throw mapError(error, { store: path })
  }
}

/** SQLite's own busy handler would stop the process's event loop, so the waiting is done here. */
async function begin(db: Database.Database, signal: AbortSignal | undefined): Promise<void> {
  const until = Date.now() + LOCK_WAIT
  for (;;) {
    try {
      db.exec('BEGIN')
      db.prepare('SELECT count(*) FROM main.sqlite_schema').get()
      return
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK')
      if (sqliteCode(error)?.startsWith('SQLITE_BUSY') !== true || Date.now() >= until) throw error
      await delay(LOCK_RETRY, undefined, { signal })
    }
  }
}

async function existingFile(path: string): Promise<string> {
  const file = resolve(path)
  const found = await stat(file).catch((error: unknown) => error)
  if (found instanceof Error) {
    if ('code' in found && (found.code === 'ENOENT' || found.code === 'ENOTDIR')) throw await notFound(path, file)
    throw new HoldallError('STORE_UNREADABLE', { message: `the file cannot be reached: ${found.message}`, cause: found, store: path })
  }
  const unreadable = (message: string, hint?: string): HoldallError => new HoldallError('STORE_UNREADABLE', { message, store: path, ...(hint === undefined ? {} : { hint }) })
  if (isStats(found) && found.isDirectory()) throw unreadable('it is a folder, not a SQLite database', 'Name the database file inside it.')
  if (isStats(found) && !found.isFile()) throw unreadable('it is not a regular file')
  if (file !== file.trim()) throw unreadable('its name ends with white space, which the SQLite driver cannot open', 'Rename the file.')
  return file
}

function isStats(found: unknown): found is { isFile(): boolean; isDirectory(): boolean } {
  return typeof found === 'object' && found !== null && 'isFile' in found
}

async function notFound(path: string, file: string): Promise<HoldallError> {
  const folder = dirname(file)
  const beside = await readdir(folder).catch(() => null)
  if (beside === null) return new HoldallError('STORE_NOT_FOUND', { message: 'there is no such file, nor its folder', store: path })
  return new HoldallError('STORE_NOT_FOUND', {
    message: 'there is no such file',
    store: path,
    ...nearHint(basename(file), beside),
  })
}
