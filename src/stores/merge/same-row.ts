import type { Sql } from '../sql.js'
import { all, S, T } from './aliases.js'
import type { MergeTable } from './merge-table.js'

/** What a row and the row of the target that it is are compared by: surrogates are the target's by definition. */
export function sameRow(table: MergeTable): Sql {
  return all(comparedColumns(table).map((name) => table.same(name, S, T)))
}

export function comparedColumns({ table }: MergeTable): readonly string[] {
  return table.columns.map(({ target }) => target.name).filter((name) => !table.identity.surrogates.includes(name))
}
