import type { Column, Table } from '../schema/schema.js'
import { columnNotFound } from './column-not-found.js'
import type { Profile } from './profile.js'

/** Usual names of the time a row was last written, then made: the first that is there is taken. Case and `_` do not count. */
export const TIME_COLUMN_NAMES = Object.freeze([
  'updated_at', 'modified_at', 'changed_at', 'last_updated_at', 'last_modified_at', 'last_updated', 'last_modified', 'last_update',
  'updated_on', 'modified_on', 'update_time', 'modified_time', 'date_updated', 'date_modified', 'updated', 'modified',
  'created_at', 'inserted_at', 'recorded_at', 'occurred_at', 'logged_at', 'created_on', 'create_time', 'created_time',
  'date_created', 'created', 'timestamp', 'datetime', 'date', 'time',
])

/** Names that also are counters, flags or days as numbers: such a column must be declared a time. */
const VAGUE = new Set(['updated', 'modified', 'created', 'timestamp', 'datetime', 'date', 'time', 'lastupdate'])

/**
 * The column by which --since and --until choose rows: the profile's, else one with a usual name that can hold times,
 * else null. @throws COLUMN_NOT_FOUND when the profile names one that is not there
 */
export function timeColumn(table: Table, profile: Profile): string | null {
  const named = profile.timeColumns[table.id]
  if (named !== undefined) {
    if (table.columns.some((column) => column.name === named)) return named
    throw columnNotFound(table, named, 'timeColumns')
  }
  for (const usual of TIME_COLUMN_NAMES) {
    const name = plain(usual)
    const found = table.columns.find((column) => plain(column.name) === name && (isTime(column) || (!VAGUE.has(name) && canHoldTimes(column))))
    if (found !== undefined) return found.name
  }
  return null
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}

/** Declared as a point in time. */
function isTime({ type }: Column): boolean {
  const { family } = type.encoding
  return family === 'timestamptz' || family === 'timestamp' || family === 'date' || (type.dynamic && /date|timestamp/i.test(type.declared))
}

/** ISO 8601 text, or a number of seconds or milliseconds; in SQLite a column of any class but blobs and booleans. */
function canHoldTimes({ type }: Column): boolean {
  const { family } = type.encoding
  if (type.dynamic) return family !== 'bytes' && !/bool/i.test(type.declared)
  return family === 'text' || family === 'integer'
}
