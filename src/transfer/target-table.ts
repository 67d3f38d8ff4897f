import { crossTableName } from '../schema/cross-engine/table-names.js'
import type { Engine, Schema, Table } from '../schema/schema.js'

/** The table's own place in the target: the same id, or what the other engine calls it. */
export function targetTable(source: Table, from: Engine, target: Schema): Table | undefined {
  return target.tables.find((table) => table.id === targetId(source, from, target.engine))
}

/** What a table of the archive is called in the target. */
export function targetId(source: Pick<Table, 'id' | 'namespace' | 'name'>, from: Engine, to: Engine): string {
  return from === to ? source.id : crossTableName(source, to).id
}
