import { present } from '../../errors/present.js'
import { texts } from '../texts.js'
import { ident, join, sql, type Sql } from '../sql.js'
import { all, locatorNames, S, T } from './aliases.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/** Rows of the archive that are in the target not yet, for FROM, as `s`. */
export interface NewRows {
  readonly from: Sql
  readonly where: Sql
  /** In terms of the target's ids. */
  value(column: string): Sql
}

/** Columns of the table of known rows beside those of the target; no column of the target has such a name. */
export interface KnownNames {
  readonly place: Sql
  /** Ordinal of a new row of the archive; NULL for a row of the target. */
  readonly theirs: Sql
  /** Locator of a row of the target; NULLs for a new row. */
  readonly locator: readonly Sql[]
}

export function knownNames({ table, locator }: Pick<MergeTable, 'table' | 'locator'>): KnownNames {
  let prefix = 'known_'
  while (table.target.columns.some(({ name }) => name.toLowerCase().startsWith(prefix))) prefix += '_'
  return { place: ident(`${prefix}place`), theirs: ident(`${prefix}theirs`), locator: locator.map((_, index) => ident(`${prefix}l${index}`)) }
}

/**
 * A base row is a row of the target, or one that the archive brings as new: either tells what references to it mean. So the
 * base is matched against both together, in one temporary table with these columns of them; rows of the target come first.
 * Gives the base's table with that as its target.
 */
export async function knownRows({ store }: MergeState, table: MergeTable, base: MergeTable, columns: readonly string[], fresh: NewRows): Promise<MergeTable> {
  const place = { table: table.table.target.id }
  const name = `holdall_known_${base.number}`
  const names = knownNames(table)
  const cells = columns.map((column) => ident(column))
  const located = table.locator.map((column) => sql`${T}.${column}`)
  const none = sql`(SELECT z.${table.ordinal} FROM ${table.staged} z WHERE 1 = 0)`
  // The target's part makes the columns, with their types and collations.
  const known = await store.tabulate(
    name,
    sql`SELECT row_number() OVER (ORDER BY ${join(located)}) AS ${names.place}, ${none} AS ${names.theirs}, ${join([
      ...located.map((column, index) => sql`${column} AS ${present(names.locator[index])}`),
      ...cells.map((column) => sql`${T}.${column} AS ${column}`),
    ])} FROM ${table.target} ${T}`,
    place,
  )
  const [count] = await store.rows(sql`SELECT count(*) FROM ${known}`, place)
  await store.run(
    sql`INSERT INTO ${known} (${join([names.place, names.theirs, ...cells])})
      SELECT ${Number(texts(count, 1)[0])} + row_number() OVER (ORDER BY ${S}.${table.ordinal}), ${join([sql`${S}.${table.ordinal}`, ...columns.map((column) => fresh.value(column))])} FROM ${fresh.from} WHERE ${fresh.where}`,
    place,
  )
  await store.index(name, [names.place])
  return Object.freeze({ ...base, target: known, locator: Object.freeze([names.place]), locatorColumns: null, located: (there: Sql, other: Sql) => sql`${there}.${names.place} = ${other}.${ident('l0')}` })
}

/** The locators `one.l0`, … and `other.m0`, … are the same row's. */
export function sameLocator({ store }: MergeState, table: MergeTable, one: Sql, other: Sql, names: readonly Sql[] = locatorNames(table)): Sql {
  return all(locatorNames(table).map((name, index) => store.same(sql`${one}.${name}`, sql`${other}.${present(names[index])}`)))
}
