import { ident, join, literal, sql, type Sql } from '../sql.js'
import { all, locatorNames, M, S, T, V } from './aliases.js'
import { sameLocator } from './base-known-rows.js'
import { ACTION } from './judged-table.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { comparedColumns } from './same-row.js'
import type { ThreeWayTable } from './three-way-table.js'

/**
 * Of rows without an identity there are only so many that are equal. Where one side has more of them than the base and the other
 * fewer, adding and taking away would go on with every import: the target's stay as they are.
 */
export async function settleRepeats(state: MergeState, merge: ThreeWayTable, whole: { readonly known: MergeTable; readonly matches: Sql }): Promise<void> {
  await keepFewer(state, merge)
  if (!merge.table.table.prune) await keepMore(state, merge, whole)
}

/** Rows that are more there, while of equal ones some were deleted here. */
async function keepFewer({ store }: MergeState, { table, rows, verdicts }: ThreeWayTable): Promise<void> {
  const place = { table: table.table.target.id }
  const columns = comparedColumns(table)
  const of = (kind: string, more: Sql): Sql => sql`${verdicts} ${V} JOIN ${rows} ${S} ON ${S}.${table.ordinal} = ${V}.ordinal WHERE ${V}.class = ${literal(kind)}${more}`
  const gone = sql` AND ${V}.${locatorNames(table)[0] ?? ident('l0')} IS NULL`
  if ((await store.rows(sql`SELECT 1 FROM ${of('kept', gone)} LIMIT 1`, place)).length === 0) return
  const fewer = sql`(SELECT DISTINCT ${named(table.whole(columns, S))} FROM ${of('kept', gone)}) k`
  const more = sql`(SELECT ${V}.ordinal, ${named(table.whole(columns, S))} FROM ${of('new', sql``)}) n`
  await store.run(
    sql`UPDATE ${verdicts} SET class = 'kept', action = ${literal(ACTION.none)} WHERE class = 'new' AND ordinal IN (SELECT n.ordinal FROM ${more} JOIN ${fewer} ON ${equal(store, table.whole(columns, S).length, 'n', 'k')})`,
    place,
  )
}

/** Rows that are fewer there, while equal ones came here. */
async function keepMore(state: MergeState, { table, verdicts }: ThreeWayTable, { known, matches }: { readonly known: MergeTable; readonly matches: Sql }): Promise<void> {
  const { store } = state
  const place = { table: table.table.target.id }
  if ((await store.rows(sql`SELECT 1 FROM ${verdicts} WHERE class = 'deleted' LIMIT 1`, place)).length === 0) return
  const columns = comparedColumns(table)
  const names = locatorNames(table)
  const more = sql`(SELECT DISTINCT ${named(table.wholeThere(columns, T))} FROM ${known.target} ${T} LEFT JOIN ${matches} ${M} ON ${known.located(T, M)} WHERE ${M}.ordinal IS NULL) n`
  const fewer = sql`(SELECT ${join(names.map((name) => sql`${V}.${name}`))}, ${named(table.wholeThere(columns, T))} FROM ${verdicts} ${V} JOIN ${table.target} ${T} ON ${table.located(T, V)} WHERE ${V}.class = 'deleted') k`
  const name = `holdall_stay_${table.number}`
  const stay = await store.tabulate(name, sql`SELECT ${join(names.map((name) => sql`k.${name}`))} FROM ${fewer} JOIN ${more} ON ${equal(store, table.wholeThere(columns, T).length, 'n', 'k')}`, place)
  await store.index(name, names)
  await store.run(sql`DELETE FROM ${verdicts} AS w WHERE class = 'deleted' AND EXISTS (SELECT 1 FROM ${stay} d WHERE ${sameLocator(state, table, ident('d'), ident('w'))})`, place)
}

function named(values: readonly Sql[]): Sql {
  return join(values.map((value, index) => sql`${value} AS ${ident(`w${index}`)}`))
}

function equal(store: MergeState['store'], count: number, one: string, other: string): Sql {
  return all(Array.from({ length: count }, (_, index) => store.same(ident(one, `w${index}`), ident(other, `w${index}`))))
}
