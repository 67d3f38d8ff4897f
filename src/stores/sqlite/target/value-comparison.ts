import type { ImportColumn } from '../../import-table.js'
import type { Table } from '../../../schema/schema.js'
import { sql, type Sql } from '../../sql.js'
import { holding } from './holding.js'

/**
 * Whether two values of a column, stored or staged, are the very same: storage class and bytes. The unary plus takes the
 * affinity of a stored one away; text is compared byte by byte whatever the column's collation.
 */
export function sameValue(table: Table, column: ImportColumn, one: Sql, other: Sql): Sql {
  return sql`(+${one} IS ${other} COLLATE BINARY AND ${storageClass(table, column, one)} = ${storageClass(table, column, other)})`
}

/** typeof, telling the two zeros apart where a column can hold both: they compare as equal, and only atan2 sees the sign. */
export function storageClass(table: Table, column: ImportColumn, value: Sql): Sql {
  if (holding(table, column.target) !== 'blob') return sql`typeof(${value})`
  return sql`CASE WHEN typeof(${value}) = 'real' AND ${value} = 0 AND atan2(${value}, -1) < 0 THEN 'negative zero' ELSE typeof(${value}) END`
}
