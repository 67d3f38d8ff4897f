import { HoldallError } from '../../errors/holdall-error.js'
import { nearHint } from '../../schema/near-hint.js'
import type { Column, Table } from '../../schema/schema.js'
import { ident, join, literal, sql, type Sql } from '../sql.js'
import type { RowFilter } from '../store.js'
import { textInstant } from './text-instant.js'

type Time = NonNullable<RowFilter['time']>
type Side = 'since' | 'until'

/**
 * A condition for the rows whose instant lies in a span. A column without zone is taken as UTC, a date as its midnight,
 * an integer as seconds since 1970 or, beyond 10^11, milliseconds; text that is no ISO 8601 time is left out.
 * @throws COLUMN_NOT_FOUND, USAGE for a column that holds no times
 */
export function timeFilter(table: Table, time: Time): Sql {
  const column = table.columns.find((each) => each.name === time.column)
  if (column === undefined) throw missing(table, time.column)
  const instant = instantOf(table, column)
  const bounds = (['since', 'until'] as const).flatMap((side) => {
    const at = time[side]
    return at === undefined ? [] : [bound(instant, side, at)]
  })
  return bounds.length === 0 ? sql`${instant.value} IS NOT NULL` : join(bounds, ' AND ')
}

interface Instant {
  /** What is compared, and as what. */
  readonly value: Sql
  readonly kind: 'timestamptz' | 'timestamp' | 'date' | 'milliseconds'
}

function instantOf(table: Table, column: Column): Instant {
  const value = ident(column.name)
  const { family } = column.type.encoding
  switch (family) {
    case 'timestamptz':
    case 'timestamp':
    case 'date':
      return { value, kind: family }
    case 'integer':
      return { value: sql`CASE WHEN ${value}::bigint NOT BETWEEN -100000000000 AND 100000000000 THEN ${value}::bigint ELSE ${value}::bigint * 1000 END`, kind: 'milliseconds' }
    case 'text':
      return { value: textInstant(value), kind: 'milliseconds' }
    default:
      throw new HoldallError('USAGE', { table: table.id, column: column.name, message: `the column is ${column.type.declared}, which holds no times`, hint: 'Name a column of a date, time, text or integer type.' })
  }
}

function bound({ value, kind }: Instant, side: Side, at: Date): Sql {
  const operator = side === 'since' ? sql`>=` : sql`<`
  if (kind === 'milliseconds') return sql`${value} ${operator} ${at.getTime()}`
  const iso = at.toISOString()
  if (kind === 'date') return dateBound(value, side, iso)
  // In UTC, which the session's zone is: a timestamp column without zone is not moved.
  return sql`${value} ${operator} ${literal(postgresTime(iso))}::${kind === 'timestamptz' ? sql`timestamptz` : sql`timestamp`}`
}

/** PostgreSQL reads no year with a sign. */
function postgresTime(iso: string): string {
  return iso.replace(/^\+0*(?=\d)/, '').replace('Z', '')
}

/** Compared as dates, for a date may lie beyond what a timestamp can hold: midnight is the only instant of a day. */
function dateBound(value: Sql, side: Side, iso: string): Sql {
  const [date = '', time = ''] = postgresTime(iso).split('T')
  const inclusive = (side === 'since') === (time === '00:00:00.000')
  const operator = side === 'since' ? (inclusive ? sql`>=` : sql`>`) : inclusive ? sql`<=` : sql`<`
  return sql`${value} ${operator} ${literal(date)}::date`
}

function missing(table: Table, column: string): HoldallError {
  return new HoldallError('COLUMN_NOT_FOUND', { table: table.id, column, message: `there is no time column ${column}`, ...nearHint(column, table.columns.map((each) => each.name)) })
}
