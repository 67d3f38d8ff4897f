import type { ErrorCode } from '../../errors/catalogue.js'
import { HoldallError, type Place } from '../../errors/holdall-error.js'

interface Mapping {
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
}

/** Result codes from https://www.sqlite.org/rescode.html; the first prefix that fits wins, so extended codes stand first. */
const MAPPINGS: readonly (readonly [string, Mapping])[] = [
  ['SQLITE_BUSY', { code: 'STORE_LOCKED', message: 'another process holds the database' }],
  ['SQLITE_LOCKED', { code: 'STORE_LOCKED', message: 'another connection holds the table' }],
  ['SQLITE_CONSTRAINT', { code: 'CONSTRAINT_VIOLATED', message: 'a row breaks a constraint' }],
  ['SQLITE_NOTADB', { code: 'STORE_UNREADABLE', message: 'the file is not a SQLite database, or it is encrypted', hint: 'Check the path; an encrypted database must be decrypted with its own program first.' }],
  ['SQLITE_CORRUPT', { code: 'STORE_UNREADABLE', message: 'the database is malformed', hint: 'See what `PRAGMA integrity_check` says; restore another copy, or salvage with `sqlite3 FILE .recover`.' }],
  ['SQLITE_READONLY_ROLLBACK', { code: 'STORE_UNREADABLE', message: 'a crash left an unfinished transaction behind (a hot journal), and reading must not change the file', hint: 'Open the database once with its application or with `sqlite3 FILE "SELECT 1 FROM sqlite_schema"`, which rolls the transaction back, and try again; or copy the file with its -journal and open the copy first.' }],
  ['SQLITE_READONLY_RECOVERY', { code: 'STORE_UNREADABLE', message: 'the write-ahead log needs recovery, and its folder is read-only', hint: 'Copy the file with its -wal into a folder that can be written, and use the copy.' }],
  ['SQLITE_READONLY_DIRECTORY', { code: 'STORE_UNREADABLE', message: 'the database is in WAL mode and its folder is read-only, so SQLite cannot make the -shm file it needs', hint: 'Copy the file with its -wal (if there is one) into a folder that can be written, and use the copy.' }],
  ['SQLITE_READONLY_CANTINIT', { code: 'STORE_UNREADABLE', message: 'the database is in WAL mode and its -shm file cannot be written', hint: 'Copy the file with its -wal into a folder that can be written, and use the copy.' }],
  ['SQLITE_READONLY', { code: 'STORE_NOT_PERMITTED', message: 'the database may not be written', hint: 'Check the rights of the file and of its folder.' }],
  ['SQLITE_PERM', { code: 'STORE_NOT_PERMITTED', message: 'the database may not be used so' }],
  ['SQLITE_AUTH', { code: 'STORE_NOT_PERMITTED', message: 'the database may not be used so' }],
  ['SQLITE_CANTOPEN', { code: 'STORE_UNREADABLE', message: 'the database file, or its -wal or -journal, cannot be opened', hint: 'Check the rights of the file and of its folder; a database in WAL mode needs a folder that can be written, or a copy in one.' }],
  ['SQLITE_FULL', { code: 'OUTPUT_FAILED', message: 'the disk is full', hint: 'Free some space there or, for what is kept aside, in the temporary folder (TMPDIR); nothing was committed.' }],
  ['SQLITE_IOERR_READ', { code: 'STORE_UNREADABLE', message: 'the database file cannot be read' }],
  ['SQLITE_IOERR_SHORT_READ', { code: 'STORE_UNREADABLE', message: 'the database file is shorter than it says' }],
  ['SQLITE_IOERR_CORRUPTFS', { code: 'STORE_UNREADABLE', message: 'the file system is damaged' }],
  ['SQLITE_IOERR', { code: 'OUTPUT_FAILED', message: 'the database file cannot be written', hint: 'Check space, rights and health of the disk, and of the one with the temporary folder (TMPDIR); nothing was committed.' }],
  ['SQLITE_TOOBIG', { code: 'ROW_REFUSED', message: 'a value is larger than SQLite can hold (1,000,000,000 bytes)', hint: 'Leave the column or the row out.' }],
  ['SQLITE_INTERRUPT', { code: 'INTERRUPTED', message: 'the operation was stopped' }],
]

/**
 * Any failure of better-sqlite3 as the error a user meets. SQLite's own message is kept at the end; it names tables,
 * columns and constraints. A HoldallError passes as it is.
 */
export function mapError(error: unknown, place: Place): HoldallError {
  if (HoldallError.is(error)) return error
  if (!(error instanceof Error)) return new HoldallError('INTERNAL', { message: `unexpected failure: ${String(error)}`, cause: error, ...place })
  if (error.name === 'AbortError') return new HoldallError('INTERRUPTED', { message: 'the operation was stopped', cause: error, ...place })
  const code = sqliteCode(error)
  if (code === null) return new HoldallError('INTERNAL', { message: error.message, cause: error, ...place })
  const mapping = MAPPINGS.find(([prefix]) => code === prefix || code.startsWith(`${prefix}_`))?.[1]
  if (mapping === undefined) return new HoldallError('STORE_FAILED', { message: `SQLite: ${error.message}`, cause: error, ...place })
  return new HoldallError(mapping.code, {
    message: `${mapping.message} (SQLite: ${error.message})`,
    cause: error,
    ...(mapping.hint === undefined ? {} : { hint: mapping.hint }),
    ...place,
  })
}

/** SQLite's extended result code, `SQLITE_CONSTRAINT_UNIQUE`, or null when the error is not SQLite's. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : null
}
