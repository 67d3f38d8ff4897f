import type { Table } from '../../schema/schema.js'
import { storedColumns } from '../../schema/stored-columns.js'
import { ident, join, sql, verbatim, type Sql } from '../sql.js'
import type { RowFilter } from '../store.js'
import { keyCondition } from './key-condition.js'
import { timeFilter } from './time-filter.js'

/** The COPY that gives a table's stored columns as text. `whole` is the table with every column, for the filter. */
export function copyRows(table: Table, whole: Table, filter: RowFilter | undefined): Sql {
  const columns = join(storedColumns(table).map((column) => ident(column.name)))
  const plain = filter === undefined || (filter.condition === undefined && filter.clause === undefined && filter.time === undefined && filter.keys === undefined)
  // COPY of a table by name is the fastest, but reads no partitions and must name a column.
  if (plain && columns.text !== '' && !table.traits.includes('partitioned')) return sql`COPY ${ident(table.namespace, table.name)} (${columns}) TO STDOUT`
  return sql`COPY (SELECT ${columns} ${fromRows(table, whole, filter)}) TO STDOUT`
}

/** FROM and WHERE of a table's rows: its own, or all of its partitions'. */
export function fromRows(table: Table, whole: Table, filter: RowFilter | undefined): Sql {
  const name = ident(table.namespace, table.name)
  const from = table.traits.includes('partitioned') ? sql`FROM ${name}` : sql`FROM ONLY ${name}`
  const conditions = [
    // A line comment in the user's condition must not swallow what follows.
    ...(filter?.condition === undefined ? [] : [sql`(${verbatim(filter.condition)}\n)`]),
    ...(filter?.clause === undefined ? [] : [sql`(${filter.clause})`]),
    ...(filter?.time === undefined ? [] : [sql`(${timeFilter(whole, filter.time)})`]),
    ...(filter?.keys === undefined ? [] : [keyCondition(whole, filter.keys)]),
  ]
  return conditions.length === 0 ? from : sql`${from} WHERE ${join(conditions, ' AND ')}`
}
