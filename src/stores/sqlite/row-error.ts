import { HoldallError } from '../../errors/holdall-error.js'
import { ident, join, literal, sql, type Sql } from '../sql.js'
import { mapError, sqliteCode } from './map-error.js'
import type { TableRead } from './table-read.js'

const LONGEST_KEY = 200

/** Whether a failure is that of one row, so that reading fewer rows finds it. */
export function isRowsOwn(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === 'SQLITE_TOOBIG' || code === 'SQLITE_NOMEM' || (HoldallError.is(error) && error.code === 'VALUE_UNWRITABLE')
}

/** Names the row a failure belongs to: the one after `before` others, found by `where` (a condition with ORDER BY and LIMIT). */
export function rowError(error: unknown, read: TableRead, before: number, where: Sql): HoldallError {
  const place = { table: read.table.id }
  if (!isRowsOwn(error)) return mapError(error, place)
  const key = rowKey(read, where)
  return new HoldallError('VALUE_UNWRITABLE', {
    message: HoldallError.is(error) ? error.message : 'the row is too large: written as one line it passes 1,000,000,000 bytes, the most SQLite can build',
    hint: HoldallError.is(error) ? error.hint : 'Leave its large column out of the export, or the row with --where.',
    cause: error,
    ...place,
    row: before + 1,
    ...(key === null ? {} : { key }),
  })
}

function rowKey(read: TableRead, where: Sql): string | null {
  const columns = read.table.primaryKey?.columns ?? []
  if (columns.length === 0) return null
  const parts = columns.map((column) => {
    const cell = ident(column)
    return sql`concat(${literal(`${column}=`)}, iif(octet_length(${cell}) > ${LONGEST_KEY}, '…', quote(${cell})))`
  })
  const statement = sql`SELECT concat_ws(', ', ${join(parts)}) FROM ${ident('main', read.table.name)} WHERE ${where}`
  return read.reader.db.prepare<unknown[], string>(statement.text).pluck().get(...(read.keys?.values ?? [])) ?? null
}
