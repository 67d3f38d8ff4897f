import { entryOf, type Profile } from '../profiles/profile.js'
import type { CellReference } from '../rows/referred-keys.js'
import type { DeclaredReference } from '../schema/declared-reference.js'
import type { Column, Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'

/** A key that some reference leads to. */
export interface KeySet {
  readonly id: number
  readonly table: Table
  readonly columns: readonly Column[]
}

/** A reference, declared by the database or by a profile. */
export interface GraphReference extends CellReference {
  readonly table: Table
  readonly to: KeySet
}

/** Every reference between tables whose columns stand in their rows. */
export interface ReferenceGraph {
  readonly keySets: readonly KeySet[]
  readonly references: readonly GraphReference[]
  from(table: Table): readonly GraphReference[]
  keySetsOf(table: Table): readonly KeySet[]
}

const IN_COLUMNS = Object.freeze({ kind: 'columns' })

/** `tables` as they are exported: references that need a column left out are not there. */
export function referenceGraph(tables: readonly Table[], profile: Profile): ReferenceGraph {
  const byId = new Map(tables.map((table) => [table.id, table]))
  const keySets = new Map<string, KeySet>()
  const keySet = (table: Table, columns: readonly Column[]): KeySet => {
    const name = JSON.stringify([table.id, columns.map((column) => column.name)])
    const known = keySets.get(name) ?? Object.freeze({ id: keySets.size, table, columns })
    keySets.set(name, known)
    return known
  }
  const references = tables.flatMap((table) =>
    [...table.references.map(declared), ...(entryOf(profile.references, table.id) ?? [])].flatMap((reference): GraphReference[] => {
      const parent = byId.get(reference.table)
      const key = reference.targetColumns.length > 0 ? reference.targetColumns : (parent?.primaryKey?.columns ?? [])
      const targets = parent === undefined ? null : columnsNamed(parent, key)
      const columns = columnsNamed(table, reference.columns)
      const when = condition(table, reference)
      if (parent === undefined || targets === null || columns === null || when === undefined || columns.length !== targets.length) return []
      return [Object.freeze({ table, to: keySet(parent, targets), columns, targets, place: reference.place, when })]
    }),
  )
  const from = byTable(references)
  const to = byTable([...keySets.values()])
  return Object.freeze({
    keySets: [...keySets.values()],
    references,
    from: (table: Table) => from.get(table.id) ?? [],
    keySetsOf: (table: Table) => to.get(table.id) ?? [],
  })
}

function byTable<T extends { readonly table: Table }>(items: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>()
  for (const item of items) {
    const own = found.get(item.table.id) ?? []
    found.set(item.table.id, own)
    own.push(item)
  }
  return found
}

function declared({ columns, table, targetColumns }: Table['references'][number]): DeclaredReference {
  return { columns, table, targetColumns, place: IN_COLUMNS, when: null }
}

/** Undefined where the type column does not stand in the rows. */
function condition(table: Table, { when }: DeclaredReference): GraphReference['when'] | undefined {
  if (when === null) return null
  const [column] = columnsNamed(table, [when.column]) ?? []
  return column === undefined ? undefined : { ...when, type: column.type }
}

/** The stored columns of those names; null where there are none, or one is not stored. */
function columnsNamed(table: Table, names: readonly string[]): readonly Column[] | null {
  const found = names.flatMap((name) => storedColumns(table).filter((column) => column.name === name))
  return found.length > 0 && found.length === names.length ? found : null
}
