import { present } from '../../errors/present.js'
import { ident, join, sql, type Sql } from '../sql.js'
import type { ImportReference } from '../import-table.js'
import { all, S } from './aliases.js'
import type { Copying } from './copying.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { applies } from './resolution.js'

/** A reference between tables whose copies are made together. */
export interface ParentLink {
  readonly reference: ImportReference
  readonly parent: Copying
  /** The temporary table of `ordinal` and `parent`, the ordinal of the row it refers to; rows that refer elsewhere are not in it. */
  readonly sql: Sql
}

/** What the rows of a table refer to among `group`, within the archive. */
export async function parentLinks(state: MergeState, table: MergeTable, group: readonly Copying[]): Promise<readonly ParentLink[]> {
  const { store, made } = state
  const links: ParentLink[] = []
  for (const reference of table.table.references) {
    const parent = group.find((each) => each.table.table.target.id === reference.parent)
    if (parent === undefined || reference.place.kind !== 'columns') continue
    const P = ident('p')
    const keysName = `holdall_parents_${parent.table.number}_${(made.count += 1)}`
    const keys = await store.tabulate(
      keysName,
      sql`SELECT ${S}.${parent.table.ordinal} AS ordinal, ${join(reference.parentColumns.map((name, index) => sql`${keyOf(state, reference, sql`${S}.${parent.table.column(name)}`)} AS ${ident(`k${index}`)}`))} FROM ${parent.table.staged} ${S} WHERE NOT ${S}.${parent.table.stub}`,
    )
    await store.index(keysName, reference.parentColumns.map((_, index) => ident(`k${index}`)))
    const meets = refersTo(state, { table, parent: parent.table, reference }, (name) => sql`${S}.${table.column(name)}`, (_, index) => sql`${P}.${ident(`k${index}`)}`)
    const name = `holdall_links_${table.number}_${(made.count += 1)}`
    const linked = await store.tabulate(
      name,
      sql`SELECT ${S}.${table.ordinal} AS ordinal, min(${P}.ordinal) AS parent FROM ${table.staged} ${S} JOIN ${keys} ${P} ON ${meets} WHERE NOT ${S}.${table.stub} AND ${applies(state, table, reference)} GROUP BY ${S}.${table.ordinal}`,
    )
    await store.index(name, [ident('ordinal')])
    links.push({ reference, parent, sql: linked })
  }
  return links
}

interface Sides {
  readonly table: MergeTable
  readonly parent: MergeTable
  readonly reference: ImportReference
}

/** The values of a row refer to the key of another: declared references compare as their foreign keys do, others as texts (see `keyOf`). */
export function refersTo(state: MergeState, { table, parent, reference }: Sides, value: (name: string) => Sql, key: (name: string, index: number) => Sql): Sql {
  const columns = new Map(table.table.columns.map(({ target }) => [target.name, target]))
  return all(
    reference.columns.map((name, index) => {
      const column = columns.get(name)
      const parentColumn = present(reference.parentColumns[index])
      const own = value(name)
      if (reference.name === null || column === undefined) return sql`${key(parentColumn, index)} = ${state.store.asText(own)}`
      return parent.meets(parentColumn, key(parentColumn, index), column, own)
    }),
  )
}

/** A key as `refersTo` compares it. */
export function keyOf({ store }: MergeState, { name }: ImportReference, key: Sql): Sql {
  return name === null ? store.asText(key) : key
}
