import { narrowTable } from '../schema/narrow-table.js'
import type { Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import type { TableIdentity } from '../schema/table-identity.js'
import type { GraphReference, KeySet, ReferenceGraph } from './reference-graph.js'

/** How much of a table an archive holds: every row that is referred to, only some rows, or none. */
export type Coverage = 'all' | 'some' | 'none'

/** A table whose rows may be referred to and not be in the archive. */
export interface StubTable {
  readonly table: Table
  /** What its stubs hold, in the order of the table. */
  readonly columns: readonly string[]
  /** The keys by which it is referred to. */
  readonly keySets: readonly KeySet[]
  /** References that are part of its identity, and may themselves lead out of the archive. */
  readonly onward: readonly GraphReference[]
  readonly coverage: Coverage
}

export interface StubPlan {
  readonly tables: readonly StubTable[]
  /** References of an exported table that may lead out of the archive. */
  leaving(table: Table): readonly GraphReference[]
}

export interface PlanStubsProps {
  readonly graph: ReferenceGraph
  /** Tables of the archive. */
  readonly exported: readonly Table[]
  readonly coverage: (table: Table) => Coverage
  /** True: what exported rows refer to in tables of the archive is exported too. Of what stubs refer to that says nothing. */
  readonly closed?: boolean
  readonly identityOf: (table: Table) => TableIdentity
}

/**
 * Which tables may need stubs, and what a stub must hold so that a reference to its row can be resolved elsewhere: the
 * row's identity, what that identity refers to, and the keys by which the row is referred to.
 */
export function planStubs({ graph, exported, coverage, closed = false, identityOf }: PlanStubsProps): StubPlan {
  const leaves = ({ to }: GraphReference): boolean => coverage(to.table) !== 'all'
  const leavesRows = (reference: GraphReference): boolean => leaves(reference) && !(closed && coverage(reference.to.table) === 'some')
  const leaving = new Map(exported.map((table) => [table.id, graph.from(table).filter(leavesRows)]))
  const found = new Map<string, { readonly table: Table; readonly names: ReadonlySet<string>; readonly onward: readonly GraphReference[] }>()
  const keySets = new Set<KeySet>()
  const open = [...leaving.values()].flat()
  for (let reference = open.pop(); reference !== undefined; reference = open.pop()) {
    const { table } = reference.to
    keySets.add(reference.to)
    if (found.has(table.id)) continue
    const parts = identityParts(table, identityOf(table), graph)
    const onward = parts.references.filter(leaves)
    found.set(table.id, { table, names: parts.names, onward })
    open.push(...onward)
  }
  const tables = [...found.values()].map(({ table, names, onward }): StubTable => {
    const own = graph.keySetsOf(table).filter((keySet) => keySets.has(keySet))
    const held = new Set([...names, ...own.flatMap(({ columns }) => columns.map(({ name }) => name))])
    return { table, columns: storedColumns(table).map(({ name }) => name).filter((name) => held.has(name)), keySets: own, onward, coverage: coverage(table) }
  })
  return { tables, leaving: (table) => leaving.get(table.id) ?? [] }
}

/** The columns of an identity with the whole of each reference that it takes part in. Without rules the whole row is it. */
function identityParts(table: Table, { rules }: TableIdentity, graph: ReferenceGraph): { readonly names: ReadonlySet<string>; readonly references: readonly GraphReference[] } {
  const stored = new Set(storedColumns(table).map(({ name }) => name))
  const usable = rules.filter(({ columns }) => columns.every((name) => stored.has(name)))
  const identity = usable.length === 0 ? stored : new Set(usable.flatMap(({ columns }) => columns))
  const references = graph.from(table).filter((reference) => columnsOf(reference).some((name) => identity.has(name)))
  return { names: new Set([...identity, ...references.flatMap(columnsOf)]), references }
}

function columnsOf({ columns, when }: GraphReference): string[] {
  return [...columns.map(({ name }) => name), ...(when === null ? [] : [when.column])]
}

/** The table as a reader of stubs needs it. */
export function describeStubs({ table, columns }: StubTable): Table {
  return { ...narrowTable(table, (name) => columns.includes(name)), checks: [], indexes: [] }
}
