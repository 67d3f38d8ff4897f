import type Database from 'better-sqlite3'
import { HoldallError } from '../../errors/holdall-error.js'
import type { Table } from '../../schema/schema.js'
import { ident, join, sql, verbatim, type Sql } from '../sql.js'
import type { RowFilter } from '../store.js'
import { sqliteCode } from './map-error.js'
import { INSTANT } from './reader-functions.js'
import { tokenize } from './tokenize.js'

/** Longer text is no time, and need not be read. */
const LONGEST_TIME = 64

/**
 * A filter as one SQL condition over the table, or null when every row passes.
 * @throws USAGE for a condition SQLite does not understand, COLUMN_NOT_FOUND for the time column
 */
export function filterCondition(db: Database.Database, table: Table, filter: RowFilter | undefined): Sql | null {
  const conditions: Sql[] = []
  // A comment at its end must not swallow the parenthesis.
  if (filter?.condition !== undefined) conditions.push(sql`(${verbatim(filter.condition)}\n)`)
  if (filter?.clause !== undefined) conditions.push(sql`(${filter.clause})`)
  if (filter?.time !== undefined) {
    const { column, since, until } = filter.time
    const name = table.columns.find((each) => each.name === column)?.name
    if (name === undefined) throw new HoldallError('COLUMN_NOT_FOUND', { message: `there is no time column ${column}`, table: table.id, column })
    const instant = sql`CASE WHEN octet_length(${ident(name)}) <= ${LONGEST_TIME} THEN ${INSTANT}(${ident(name)}) END`
    if (since !== undefined) conditions.push(sql`${instant} >= ${since.getTime()}`)
    if (until !== undefined) conditions.push(sql`${instant} < ${until.getTime()}`)
    if (since === undefined && until === undefined) conditions.push(sql`${instant} IS NOT NULL`)
  }
  if (filter?.condition !== undefined) check(db, table, filter.condition, join(conditions, ' AND '))
  return conditions.length === 0 ? null : join(conditions, ' AND ')
}

function check(db: Database.Database, table: Table, text: string, condition: Sql): void {
  const usage = (message: string): HoldallError => {
    return new HoldallError('USAGE', { message: `the condition ${JSON.stringify(text)} cannot be used: ${message}`, hint: 'Give an SQL condition over the columns of the table, such as "total > 100".', table: table.id })
  }
  let depth = 0
  for (const token of tokenize(text)) {
    if (token.kind === 'variable') throw usage(`${token.value} is a parameter, and there is no value for it`)
    if (token.kind === 'symbol') depth += token.value === '(' ? 1 : token.value === ')' ? -1 : 0
    if (depth < 0 || token.value === ';') break
  }
  if (depth !== 0) throw usage('its parentheses do not match')
  try {
    db.prepare(sql`SELECT 1 FROM ${ident('main', table.name)} WHERE ${condition}`.text)
  } catch (error) {
    if (error instanceof Error && (sqliteCode(error) === 'SQLITE_ERROR' || error instanceof RangeError)) throw usage(error.message)
    throw error
  }
}
