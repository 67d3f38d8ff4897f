import { HoldallError } from '../errors/holdall-error.js'
import { entryOf, type Profile } from '../profiles/profile.js'
import { dependencyOrder } from '../schema/dependency-order.js'
import type { LeftOut, Schema, Table } from '../schema/schema.js'
import type { ExportOptions } from './export-options.js'
import { leaveOutColumns } from './leave-out-columns.js'
import type { OwnRows } from './own-rows.js'
import type { ProjectRows } from './plan-project.js'
import { referenceGraph, type ReferenceGraph } from './reference-graph.js'
import { rowFilters, type RowFilters } from './row-filters.js'
import { findTable, selectTables } from './select-tables.js'

/** What --include, --exclude, --where, --since, --until, --project, --subset and --closure together ask for. */
export interface PlannedSelection {
  /** Tables of the archive in dependency order, without the columns left out. */
  readonly tables: readonly Table[]
  /** What the profile leaves out of these. */
  readonly leftOut: readonly LeftOut[]
  readonly own: (table: Table) => OwnRows
  readonly filters: RowFilters
  /** Null: every row of every table, so no reference leads out. Else of all tables of the store. */
  readonly graph: ReferenceGraph | null
  /** Rows come along because of references. */
  readonly gathers: boolean
  /** Ids of the tables whose rows come along when they refer to a row chosen. */
  readonly downwards: ReadonlySet<string> | null
}

/** @throws USAGE, TABLE_NOT_FOUND, SELECTION_EMPTY, COLUMN_NOT_FOUND, CONFIG_INVALID */
export function planSelection(schema: Schema, options: ExportOptions, profile: Profile, project: ProjectRows | null = null): PlannedSelection {
  const ordered = dependencyOrder(schema.tables).flat()
  const chosen = ownTables(selectTables(ordered, options, profile), project)
  const ids = new Set(chosen.map(({ id }) => id))
  const subset = options.subset ?? {}
  const starts = Object.keys(subset).length > 0
  if (starts) refuseFilters(options)
  for (const name of Object.keys(subset)) findTable(chosen, name)
  const filters = rowFilters(chosen, options, profile, project)
  const everything = !starts && chosen.length === ordered.length && chosen.every((table) => filters.of(table) === undefined)
  const gathers = !everything && (starts || project !== null || options.closure === true)

  const leftOut = new Map<string, LeftOut[]>()
  const carried = (everything ? chosen : ordered).map((table) => {
    const gone: LeftOut[] = []
    leftOut.set(table.id, gone)
    return leaveOutColumns(table, profile, gone)
  })
  const graph = everything ? null : referenceGraph(carried, profile)
  const exported = graph !== null && gathers ? reached(ids, graph, new Set(selectTables(ordered, { exclude: options.exclude }, profile).map(({ id }) => id))) : ids
  const tables = carried.filter(({ id }) => exported.has(id))
  const own = ({ id }: Table): OwnRows => {
    const condition = entryOf(subset, id)
    if (starts) return condition === undefined ? { kind: 'none' } : { kind: 'some', filter: { condition } }
    const filter = filters.ofId(id)
    return !ids.has(id) ? { kind: 'none' } : filter === undefined ? { kind: 'all' } : { kind: 'some', filter }
  }
  return { tables, leftOut: tables.flatMap(({ id }) => leftOut.get(id) ?? []), own, filters, graph, gathers, downwards: starts ? ids : null }
}

/** Those that have rows of a project; the others have only what these refer to. @throws SELECTION_EMPTY */
function ownTables(tables: readonly Table[], project: ProjectRows | null): readonly Table[] {
  const own = project === null ? tables : tables.filter(({ id }) => project.has(id))
  if (own.length > 0 || tables.length === 0) return own
  throw new HoldallError('SELECTION_EMPTY', { message: 'no table that --include and --exclude leave has rows that belong to projects', hint: 'Loosen --include or --exclude, or leave --project out.' })
}

function refuseFilters({ where, since, until, project }: ExportOptions): void {
  if (Object.keys(where ?? {}).length === 0 && since === undefined && until === undefined && project === undefined) return
  throw new HoldallError('USAGE', {
    message: '--subset takes every row that refers to those chosen, so --where, --since, --until and --project cannot be given with it',
    hint: 'Put the condition into --subset, or leave tables out with --exclude.',
  })
}

/** The tables, and those among the `allowed` that references lead to from them. */
function reached(ids: ReadonlySet<string>, graph: ReferenceGraph, allowed: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(ids)
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const { table, to } of graph.references) if (found.has(table.id) && allowed.has(to.table.id)) found.add(to.table.id)
  }
  return found
}
