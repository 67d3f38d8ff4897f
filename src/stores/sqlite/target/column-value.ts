import { sql, type Sql } from '../../sql.js'
import type { Holding } from './holding.js'

/**
 * What a column that holds values so would make of the value of an expression: the number of a text of digits, the digits
 * of a number. Affinities do that to values that are written; temporary tables have none.
 */
export function columnValue(holding: Holding, value: Sql): Sql {
  switch (holding) {
    case 'integer':
    case 'numeric':
    case 'rowid':
      // Equal only where the cast lost nothing: a text that is no number is zero after it. A float is not touched by NUMERIC.
      return sql`CASE WHEN typeof(${value}) = 'real' AND CAST(${value} AS INTEGER) = ${value} THEN CAST(${value} AS INTEGER) WHEN CAST(${value} AS NUMERIC) = ${value} THEN CAST(${value} AS NUMERIC) ELSE ${value} END`
    case 'real':
      return sql`CASE WHEN CAST(${value} AS NUMERIC) = ${value} THEN CAST(${value} AS REAL) ELSE ${value} END`
    case 'text':
      return sql`CASE WHEN typeof(${value}) IN ('integer', 'real') THEN CAST(${value} AS TEXT) ELSE ${value} END`
    default:
      return value
  }
}
