import { tmpdir } from 'node:os'
import Database from 'better-sqlite3'
import { HoldallError } from '../errors/holdall-error.js'

/** A failure of the temporary database as the error a user meets: stores have named their own before. Any other stays as it is. */
export function scratchFailure(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  return new HoldallError('OUTPUT_FAILED', { message: `the temporary database in ${tmpdir()} failed: ${error.message}`, hint: 'Make room, or name another folder in TMPDIR.', cause: error })
}
