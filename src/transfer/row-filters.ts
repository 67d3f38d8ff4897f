import type { Profile } from '../profiles/profile.js'
import { timeColumn } from '../profiles/time-column.js'
import type { Table } from '../schema/schema.js'
import type { Sql } from '../stores/sql.js'
import type { RowFilter } from '../stores/store.js'
import { findTable } from './select-tables.js'

export interface FilterChoice {
  readonly where?: Readonly<Record<string, string>> | undefined
  readonly since?: Date | undefined
  readonly until?: Date | undefined
}

export interface RowFilters {
  of(table: Table): RowFilter | undefined
  ofId(table: string): RowFilter | undefined
  readonly notes: readonly string[]
  /** Ids of the tables of which all rows are exported, for want of a time column. */
  readonly untimed: readonly string[]
}

/** Conditions, times and the project's rows for each selected table. A table without a time column is exported whole, and that is said. */
export function rowFilters(tables: readonly Table[], choice: FilterChoice, profile: Profile, project: ReadonlyMap<string, Sql> | null = null): RowFilters {
  const notes: string[] = []
  const untimed: string[] = []
  const filters = new Map<string, RowFilter>()
  const conditions = new Map(Object.entries(choice.where ?? {}))
  for (const name of conditions.keys()) findTable(tables, name)
  for (const table of tables) {
    const condition = conditions.get(table.id)
    let time: RowFilter['time']
    if (choice.since !== undefined || choice.until !== undefined) {
      const column = timeColumn(table, profile)
      if (column === null) {
        untimed.push(table.id)
        notes.push(`table ${table.id} has no time column: all its rows are exported (name one under timeColumns in holdall.yaml)`)
      } else time = { column, since: choice.since, until: choice.until }
    }
    const clause = project?.get(table.id)
    if (condition !== undefined || time !== undefined || clause !== undefined) filters.set(table.id, { condition, time, clause })
  }
  return { of: ({ id }) => filters.get(id), ofId: (id) => filters.get(id), notes, untimed }
}
