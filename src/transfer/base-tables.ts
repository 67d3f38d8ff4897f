import type { Engine } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import type { ImportColumn, ImportTable } from '../stores/import-table.js'
import type { ImportSource } from './import-source.js'
import { targetId } from './target-table.js'

/** A table of the base, as `Target.stageBase` takes it. */
export interface BaseTable {
  readonly table: ImportTable
  /** Its id in the base; null where the base has none of it. */
  readonly source: string | null
}

/** Tables that a base is needed of: those of a three-way merge, and all that their references lead to. */
export function needBase(tables: readonly ImportTable[]): ReadonlySet<ImportTable> {
  const byId = new Map(tables.map((table) => [table.target.id, table]))
  const needed = new Set<ImportTable>()
  const need = (table: ImportTable): void => {
    if (needed.has(table)) return
    needed.add(table)
    for (const { parent } of table.references) {
      const other = byId.get(parent)
      if (other !== undefined) need(other)
    }
  }
  for (const table of tables) if (table.role === 'written' && table.strategy === 'three-way') need(table)
  return needed
}

/** The same tables as the base has them: with the columns of the import, of which the base may lack some. */
export function baseTables(tables: Iterable<ImportTable>, base: Pick<ImportSource, 'schema' | 'stubTables'>, target: Engine): readonly BaseTable[] {
  const sources = new Map([...base.stubTables, ...base.schema.tables].map((table) => [targetId(table, base.schema.engine, target), table]))
  return [...tables].map((table) => {
    const source = sources.get(table.target.id)
    if (source === undefined) return { table: { ...table, source: { ...table.source, columns: [] } }, source: null }
    const stored = new Map(storedColumns(source).map((column) => [column.name, column]))
    const columns = table.columns.map((pair): ImportColumn => ({ source: stored.get(pair.source.name) ?? pair.source, target: pair.target }))
    return { table: { ...table, source, columns }, source: source.id }
  })
}
