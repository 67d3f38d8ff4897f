import pg from 'pg'
import type { ErrorCode } from '../../errors/catalogue.js'
import { HoldallError, type HoldallErrorProps, type Place } from '../../errors/holdall-error.js'
import { interrupted } from '../../errors/interrupted.js'
import { messageOf } from '../../errors/message-of.js'
import { tableId } from '../../schema/table-id.js'
import { copyPosition } from './copy-position.js'

export interface ErrorContext {
  /** When it is aborted, a cancelled statement and a closed connection are the user's own doing: INTERRUPTED. */
  readonly signal?: AbortSignal | undefined
  /** Who holds the locks, each one line; only looked at for STORE_LOCKED. */
  readonly holders?: readonly string[] | undefined
}

/**
 * An error of PostgreSQL (or of the way to it) as one of the catalogue. What already is one comes back as it is.
 * Row and column come from COPY's context, table and column from the error's own fields, where `place` does not name them.
 * Source: PostgreSQL, Appendix A, "Error Codes", and "Error and Notice Message Fields".
 */
export function mapError(error: unknown, place: Place, context: ErrorContext = {}): HoldallError {
  if (HoldallError.is(error)) return error
  if (context.signal?.aborted === true && endsWithAbort(error)) return interrupted(place)
  if (!(error instanceof pg.DatabaseError)) return connectionError(error, place)
  const code = codeOf(error.code ?? '')
  const holders = code === 'STORE_LOCKED' ? (context.holders ?? []) : []
  return new HoldallError(code, {
    ...placeOf(error, place),
    message: serverMessage(error),
    ...hintOf(error),
    details: holders,
    cause: error,
  })
}

const BY_STATE: Readonly<Record<string, ErrorCode>> = Object.freeze({
  '23503': 'REFERENCE_UNRESOLVED',
  '25006': 'STORE_NOT_PERMITTED',
  '40P01': 'STORE_LOCKED',
  '42501': 'STORE_NOT_PERMITTED',
  '42703': 'COLUMN_NOT_FOUND',
  '42P01': 'TABLE_NOT_FOUND',
  '54000': 'ROW_REFUSED',
  '55P03': 'STORE_LOCKED',
  P0001: 'CONSTRAINT_VIOLATED',
})

const BY_CLASS: Readonly<Record<string, ErrorCode>> = Object.freeze({
  '22': 'ROW_REFUSED',
  '23': 'CONSTRAINT_VIOLATED',
  '28': 'STORE_NOT_PERMITTED',
  XX: 'STORE_UNREADABLE',
})

function codeOf(state: string): ErrorCode {
  // XX000 is any internal error; XX001 and XX002 are damaged tables and indexes.
  if (state === 'XX000') return 'STORE_FAILED'
  return BY_STATE[state] ?? BY_CLASS[state.slice(0, 2)] ?? 'STORE_FAILED'
}

function placeOf(error: pg.DatabaseError, place: Place): Place {
  const position = copyPosition(error.where)
  const ownTable = error.table !== undefined && error.schema?.startsWith('pg_temp') !== true ? tableId(error.schema ?? null, error.table) : undefined
  const table = place.table ?? ownTable
  const column = place.column ?? error.column ?? position?.column
  const row = place.row ?? position?.row
  return {
    ...place,
    ...(table === undefined ? {} : { table }),
    ...(column === undefined ? {} : { column }),
    ...(row === undefined ? {} : { row }),
  }
}

function serverMessage(error: pg.DatabaseError): string {
  const constraint = error.constraint === undefined || error.message.includes(error.constraint) ? '' : ` (constraint ${error.constraint})`
  const detail = error.detail === undefined ? '' : `: ${error.detail.replaceAll('\n', ' ')}`
  return `${error.message}${constraint}${detail}`
}

function hintOf(error: pg.DatabaseError): Pick<HoldallErrorProps, 'hint'> {
  if (error.code === '25006') return { hint: 'The server or the role is read-only; use the primary server and a role that may write.' }
  if (error.code === '53200' && error.message.includes('shared memory')) return { hint: 'Raise max_locks_per_transaction on the server.' }
  if (error.code === '53100') return { hint: 'The server\'s disk is full.' }
  return error.hint === undefined ? {} : { hint: error.hint }
}

function endsWithAbort(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.code === '57014' || error.code === '57P01' || error.code === '25P02'
}

function connectionError(error: unknown, place: Place): HoldallError {
  const message = messageOf(error)
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  // A failure without a system code that is no broken connection is a defect of ours, not of the store.
  const broken = typeof code === 'string' || /connection|socket|not queryable|timeout/i.test(message)
  return new HoldallError(broken ? 'STORE_FAILED' : 'INTERNAL', { ...place, message: broken ? `the connection broke: ${message}` : message, cause: error })
}
