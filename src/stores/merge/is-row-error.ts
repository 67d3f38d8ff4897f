import type { ErrorCode } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import type { Reason } from '../import-table.js'
import type { BadRow } from './reject-rows.js'

const CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ROW_INVALID', 'ROW_REFUSED', 'CONSTRAINT_VIOLATED'])

/** Whether an import can go on past it: some row is at fault, and not the store or the archive. */
export function isRowError(error: unknown): error is HoldallError {
  return HoldallError.is(error) && CODES.has(error.code)
}

/** A row that an engine refused while it was staged or written. */
export function badRow(row: number, error: HoldallError): BadRow {
  const reason: Reason = error.code === 'CONSTRAINT_VIOLATED' ? 'constraint' : 'refused'
  return Object.freeze({ row, reason, code: error.code, message: error.message })
}
