import type { ImportReference } from '../import-table.js'
import type { MergeTable } from './merge-table.js'

/**
 * The columns that are NULL where a reference leads nowhere and rows are taken all the same: those that may be. Columns that
 * another reference needs (the tenant that a composite key begins with) stay, if one is left without them.
 */
export function nulledColumns({ table, nullable }: MergeTable, reference: ImportReference): readonly string[] {
  const key = table.target.primaryKey?.columns ?? []
  const able = reference.columns.filter((name) => nullable(name) && !key.includes(name))
  const others = new Set(table.references.flatMap((other) => (other === reference || other.place.kind !== 'columns' ? [] : other.columns)))
  const own = able.filter((name) => !others.has(name))
  return own.length > 0 ? own : able
}
