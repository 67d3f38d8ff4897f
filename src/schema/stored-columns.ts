import type { Column, Table } from './schema.js'

/** The columns whose values an archive carries: all but generated ones, which the target computes anew. */
export function storedColumns(table: Table): readonly Column[] {
  return table.columns.filter((column) => column.generated === null)
}
