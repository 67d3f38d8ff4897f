import { ident, join, sql, type Sql } from '../sql.js'
import { all, locatorNames, locatorOf, S, T } from './aliases.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

export interface WholeMatch {
  /** Sets the temporary tables of different matches apart. */
  readonly purpose: string
  /** What is compared. */
  readonly columns: readonly string[]
  /** For FROM: resolved rows of the staging table's shape. */
  readonly rows: Sql
  /** Of `s`. */
  readonly among: Sql
  /** Of `t`. */
  readonly amongThere: Sql
}

/**
 * Matches rows by all that is in them: equal rows are numbered on both sides, so that three here and two there are two
 * that are the same and a new one. Gives the temporary table of ordinals and locators.
 */
export async function matchWhole(state: MergeState, table: MergeTable, { purpose, columns, rows, among, amongThere }: WholeMatch): Promise<Sql> {
  const { store } = state
  const { number, ordinal } = table
  const place = { table: table.table.target.id }
  const [here, there] = [table.whole(columns, S), table.wholeThere(columns, T)]
  const named = (values: readonly Sql[]): Sql => join(values.map((value, index) => sql`${value} AS ${ident(`w${index}`)}`))
  const nth = (values: readonly Sql[], order: Sql): Sql => sql`row_number() OVER (PARTITION BY ${join(values)} ORDER BY ${order}) AS nth`
  const call = (state.made.count += 1)
  const targetName = `holdall_${purpose}_there_${number}_${call}`
  const target = await store.tabulate(
    targetName,
    sql`SELECT ${locatorOf(table)}, ${nth(there, join(table.locator.map((column) => sql`${T}.${column}`)))}, ${named(there)} FROM ${table.target} ${T} WHERE ${amongThere}`,
    place,
  )
  if (!store.joinsByHash) await store.index(targetName, [...there.map((_, index) => ident(`w${index}`)), ident('nth')])
  const staged = sql`(SELECT ${S}.${ordinal} AS ordinal, ${nth(here, sql`${S}.${ordinal}`)}, ${named(here)} FROM ${rows} ${S} WHERE ${among}) x`
  const meets = all([sql`x.nth = y.nth`, ...here.map((_, index) => store.same(sql`x.${ident(`w${index}`)}`, sql`y.${ident(`w${index}`)}`))])
  const name = `holdall_${purpose}_${number}_${call}`
  const matches = await store.tabulate(name, sql`SELECT x.ordinal, ${join(locatorNames(table).map((column) => sql`y.${column}`))} FROM ${staged} JOIN ${target} y ON ${meets}`, place)
  await store.index(name, [ident('ordinal')])
  return matches
}
