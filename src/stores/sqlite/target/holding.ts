import { affinityOf, type Affinity } from '../../../schema/affinity.js'
import type { Column, Table } from '../../../schema/schema.js'
import { parseVirtualTable } from '../parse-virtual-table.js'
import { tokenize } from '../tokenize.js'

/**
 * What a column does to a value that is written into it. An affinity converts; a `rowid` takes integers only; the
 * coordinates of an R*Tree are kept as 32-bit floats or integers.
 */
export type Holding = Affinity | 'rowid' | 'float32' | 'int32'

export function holding(table: Table, column: Column): Holding {
  if (column.identity?.kind === 'rowid') return 'rowid'
  if (table.traits.includes('virtual')) return virtualHolding(table, column)
  return affinityOf(column.type.declared, table.traits.includes('strict'))
}

/** Virtual tables apply no affinity; an R*Tree has its own classes: an id, coordinates, and `+auxiliary` columns. */
function virtualHolding(table: Table, column: Column): Holding {
  const ddl = table.ddl ?? ''
  const module = ddl === '' ? '' : parseVirtualTable(ddl).module
  if (!module.startsWith('rtree')) return 'blob'
  const auxiliary = tokenize(ddl).filter(({ kind, value }) => kind === 'symbol' && value === '+').length
  const at = table.columns.indexOf(column)
  if (at === 0) return 'rowid'
  if (at >= table.columns.length - auxiliary) return 'blob'
  return module === 'rtree_i32' ? 'int32' : 'float32'
}
