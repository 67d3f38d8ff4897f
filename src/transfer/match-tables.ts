import { HoldallError } from '../errors/holdall-error.js'
import { crossTableName } from '../schema/cross-engine/table-names.js'
import { type Drift, findDrift, refuseDrift } from '../schema/drift.js'
import type { Engine, Schema, Table } from '../schema/schema.js'
import type { ImportTable, Strategy } from '../stores/import-table.js'

export interface Matched {
  readonly tables: readonly ImportTable[]
  readonly notes: readonly string[]
}

/**
 * Finds each archive table's place in the target and holds both sides against each other, before anything is touched. All
 * that does not fit is reported at once.
 * @throws SCHEMA_DRIFT
 */
export function matchTables(sources: readonly Table[], from: Schema, target: Schema, strategy: Strategy, created: boolean): Matched {
  const drifts: Drift[] = []
  const tables: ImportTable[] = []
  for (const source of sources) {
    const found = targetTable(source, from.engine, target)
    const targetTables = target.tables.map(({ id }) => id)
    // What was made from this very schema cannot have drifted, and gets its keys only after its rows.
    if (!created || found === undefined) drifts.push(...findDrift(source, found, { source: from, target, targetTables }))
    if (found !== undefined) tables.push(importTable(source, found, strategy))
  }
  refuseDrift(drifts)
  return { tables, notes: drifts.map(({ message }) => message) }
}

/**
 * A table that holds rows is matched by its primary key, which the archive must have.
 * @throws SCHEMA_DRIFT
 */
export function refuseUnmatchable(table: ImportTable): void {
  const key = table.target.primaryKey?.columns ?? []
  if (key.length === 0 || table.identity !== null) return
  throw new HoldallError('SCHEMA_DRIFT', {
    message: `the target matches rows by its primary key (${key.join(', ')}), which the archive does not hold`,
    table: table.source.id,
    hint: 'Import into an empty table, or leave this table out with --exclude.',
  })
}

function importTable(source: Table, target: Table, strategy: Strategy): ImportTable {
  const columns = source.columns.flatMap((column) => {
    const there = target.columns.find(({ name }) => name === column.name)
    return column.generated !== null || there === undefined || there.generated !== null ? [] : [{ source: column, target: there }]
  })
  const key = target.primaryKey?.columns ?? null
  const matchable = key?.every((name) => columns.some((column) => column.target.name === name)) === true
  return { source, target, columns, identity: matchable ? key : null, strategy }
}

/** The table's own place in the target: the same id, or what the other engine calls it. */
export function targetTable(source: Table, from: Engine, target: Schema): Table | undefined {
  const id = from === target.engine ? source.id : crossTableName(source, target.engine).id
  return target.tables.find((table) => table.id === id)
}
