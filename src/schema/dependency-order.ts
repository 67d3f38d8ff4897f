import { present } from '../errors/present.js'
import { connectedComponents } from './connected-components.js'
import type { Table } from './schema.js'

/**
 * Groups tables so that what is referred to comes first. Each group is one strongly connected component of
 * references (a single table, or a cycle), ordered by id inside. References to tables that are not in the list are
 * ignored. The result depends on the tables alone, not on the order they are given in.
 */
export function dependencyOrder(tables: readonly Table[]): readonly (readonly Table[])[] {
  const byId = new Map(tables.map((table) => [table.id, table]))
  const groups = connectedComponents(tables.map(({ id, references }) => ({ id, targets: references.map(({ table }) => table) })))
  return Object.freeze(groups.map((group) => Object.freeze(group.map((id) => present(byId.get(id))))))
}
