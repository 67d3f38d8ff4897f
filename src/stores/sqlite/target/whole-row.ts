import type { ImportColumn } from '../../import-table.js'
import type { Table } from '../../../schema/schema.js'
import { concatenated } from '../../merge/aliases.js'
import { sql, type Sql } from '../../sql.js'
import { storageClass } from './value-comparison.js'

/** Expressions that one index and one PARTITION BY take with ease; SQLite allows 2,000 columns in them. */
const MOST = 500

/**
 * Expressions that are equal for two rows just when these values are the very same. `value` gives the expression of a column.
 * As many values as there may be stand for themselves, beside one text of all their storage classes; of very wide tables
 * several are written into one text, each with its class and length.
 */
export function wholeRow(table: Table, columns: readonly ImportColumn[], value: (column: ImportColumn) => Sql): readonly Sql[] {
  if (columns.length < MOST) {
    const classes = columns.map((column) => storageClass(table, column, value(column)))
    return [...columns.map((column) => sql`${value(column)} COLLATE BINARY`), concatenated(classes)]
  }
  const size = Math.ceil(columns.length / MOST)
  return Array.from({ length: Math.ceil(columns.length / size) }, (_, index) =>
    concatenated(columns.slice(index * size, (index + 1) * size).map((column) => written(table, column, value(column)))),
  )
}

function written(table: Table, column: ImportColumn, value: Sql): Sql {
  return sql`(${storageClass(table, column, value)} || CASE typeof(${value}) WHEN 'text' THEN octet_length(${value}) || ':' || ${value} WHEN 'blob' THEN octet_length(${value}) || ':' || hex(${value}) WHEN 'real' THEN printf('%!.17g;', ${value}) WHEN 'integer' THEN ${value} || ';' ELSE ';' END)`
}
