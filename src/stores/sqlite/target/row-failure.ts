import { HoldallError, type Place } from '../../../errors/holdall-error.js'
import { messageOf } from '../../../errors/message-of.js'
import { mapError, sqliteCode } from '../map-error.js'

/** Whether one row, rather than the store, makes a statement fail: then it can be found. */
export function isRowFailure(error: unknown): boolean {
  const code = sqliteCode(error)
  return code !== null && (code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_MISMATCH' || code === 'SQLITE_TOOBIG' || code === 'SQLITE_ERROR')
}

/** Whether a value is held by another row: it may be on its way to be given away. */
export function isUniqueFailure(error: unknown): boolean {
  const code = sqliteCode(error) ?? ''
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === 'SQLITE_CONSTRAINT_ROWID'
}

/** The failure of one row, with the column where SQLite names just one. */
export function rowFailure(error: unknown, place: Place): HoldallError {
  const code = sqliteCode(error)
  const message = messageOf(error)
  const columns = /^(?:UNIQUE|NOT NULL) constraint failed: (.+)$/s.exec(message)?.[1]?.split(', ') ?? []
  const [column] = columns
  const at = column === undefined || columns.length > 1 || place.column !== undefined ? place : { ...place, column: column.slice(column.lastIndexOf('.') + 1) }
  // STRICT tables and rowids refuse values of another class.
  if (code === 'SQLITE_CONSTRAINT_DATATYPE' || code === 'SQLITE_MISMATCH') return new HoldallError('ROW_REFUSED', { message, cause: error, ...at })
  if (code === 'SQLITE_ERROR' && message.includes('malformed JSON')) return new HoldallError('ROW_INVALID', { message: 'the row is not JSON', cause: error, ...at })
  return mapError(error, at)
}
