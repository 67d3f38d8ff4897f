import type { Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import { rowSplitter } from './split-row.js'

const LONGEST = 60

/** The key of a canonical line for messages: `{ key: 'id=5' }`, or nothing when the table has no key or the line is broken. */
export function rowKey(table: Table, line: Buffer): { readonly key?: string } {
  const columns = table.primaryKey?.columns ?? []
  const names = storedColumns(table).map((column) => column.name)
  const split = rowSplitter(names)(line)
  if (columns.length === 0 || !('cells' in split)) return {}
  const parts = columns.map((column) => {
    const cell = split.cells[names.indexOf(column)] ?? 'null'
    return `${column}=${cell.length > LONGEST ? `${cell.slice(0, LONGEST)}…` : cell}`
  })
  return { key: parts.join(', ') }
}
