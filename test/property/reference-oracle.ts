import { targetOf, type Graph } from './reference-graphs.js'

/** A row as `table/index`. */
export type RowName = string

export const rowName = (table: number, row: number): RowName => `${table}/${row}`

function parts(name: RowName): readonly [number, number] {
  const [table = -1, row = -1] = name.split('/').map(Number)
  return [table, row]
}

/** Every row that a row refers to; `only` by these of its references. */
function referred(graph: Graph, name: RowName, only: (reference: number) => boolean = () => true): RowName[] {
  const [table, row] = parts(name)
  return (graph[table]?.references ?? []).flatMap(({ to }, at) => {
    if (!only(at)) return []
    return (graph[table]?.rows[row]?.refs[at] ?? []).flatMap((index) => {
      const target = targetOf(graph, table, at, index)
      return target === null ? [] : [rowName(to, target)]
    })
  })
}

export interface Asked {
  /** Tables of the selection. */
  readonly tables: ReadonlySet<number>
  /** Tables from which nothing may come. */
  readonly excluded: ReadonlySet<number>
  /** Tables of which only the rows picked are wanted. */
  readonly filtered: ReadonlySet<number>
}

export const allRows = (graph: Graph): RowName[] => graph.flatMap((table, index) => table.rows.map((_, row) => rowName(index, row)))

export function ownRows(graph: Graph, { tables, filtered }: Asked): Set<RowName> {
  return new Set(
    allRows(graph).filter((name) => {
      const [table, row] = parts(name)
      return tables.has(table) && (!filtered.has(table) || graph[table]?.rows[row]?.pick === true)
    }),
  )
}

/** The rows with all they refer to, directly or not. */
export function closed(graph: Graph, rows: ReadonlySet<RowName>, { excluded }: Pick<Asked, 'excluded'>): Set<RowName> {
  return grown(rows, (name) => referred(graph, name).filter((target) => !excluded.has(parts(target)[0])))
}

/** The rows with all that refer to them, directly or not. */
export function descended(graph: Graph, rows: ReadonlySet<RowName>, { tables }: Pick<Asked, 'tables'>): Set<RowName> {
  const among = allRows(graph).filter((name) => tables.has(parts(name)[0]))
  return grown(rows, (name) => among.filter((other) => referred(graph, other).includes(name)))
}

/** Rows that exported rows refer to and that are not exported, and what the identities of these need. */
export function stubsOf(graph: Graph, exported: ReadonlySet<RowName>): Set<RowName> {
  const first = new Set([...exported].flatMap((name) => referred(graph, name)).filter((name) => !exported.has(name)))
  return grown(first, (name) => {
    const junction = graph[parts(name)[0]]?.key === 'junction'
    return junction ? referred(graph, name, (reference) => reference === 0).filter((target) => !exported.has(target)) : []
  })
}

function grown(rows: ReadonlySet<RowName>, next: (name: RowName) => readonly RowName[]): Set<RowName> {
  const found = new Set(rows)
  const open = [...rows]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const other of next(name)) {
      if (found.has(other)) continue
      found.add(other)
      open.push(other)
    }
  }
  return found
}
