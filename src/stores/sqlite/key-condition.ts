import { cellValue, type CellValue } from '../../rows/cell-value.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { present } from '../../errors/present.js'
import type { Column, Table } from '../../schema/schema.js'
import { ident, join, sql, type Sql } from '../sql.js'
import type { RowFilter } from '../store.js'

/** A condition with parameters. */
export interface BoundCondition {
  readonly condition: Sql
  readonly values: readonly CellValue[]
}

const RAW = '{"$rawtext":'

/**
 * Rows whose columns hold one of the keys, found by an index where there is one. The column's affinity and collation decide
 * what is equal, as they do when a reference is checked.
 */
export function keyCondition(table: Table, keys: NonNullable<RowFilter['keys']>): BoundCondition {
  const columns = keys.columns.map((name) => keyColumn(table, name))
  const values: CellValue[] = []
  const rows = keys.values.map((cells) => {
    const places = columns.map((column, index) => {
      const cell = present(cells[index])
      const raw = cell.startsWith(RAW)
      values.push(raw ? Buffer.from(cell.slice(RAW.length + 1, -2), 'hex') : cellValue(cell, column))
      // The plus keeps the cast from giving the value an affinity of its own.
      return raw ? sql`+CAST(? AS TEXT)` : sql`?`
    })
    return sql`(${join(places)})`
  })
  if (rows.length === 0) return { condition: sql`0`, values }
  const left = join(columns.map((column) => ident(column.name)))
  return { condition: sql`${columns.length === 1 ? left : sql`(${left})`} IN (VALUES ${join(rows)})`, values }
}

function keyColumn(table: Table, name: string): Column {
  const column = table.columns.find((each) => each.name === name)
  if (column === undefined) throw new HoldallError('COLUMN_NOT_FOUND', { message: `there is no column ${name}`, table: table.id, column: name })
  return column
}
