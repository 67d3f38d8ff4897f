import type { RowClass } from '../import-table.js'
import { ident, join, literal, sql, type Sql } from '../sql.js'
import { all, locatorNames, locatorOf, M, S, T } from './aliases.js'
import { sameLocator } from './base-known-rows.js'
import { unspared } from './judge-table.js'
import { ACTION } from './judged-table.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import type { ThreeWayTable } from './three-way-table.js'
import { allSame, B, changedHere } from './three-way-columns.js'

/**
 * Adds verdicts of rows of the target that the archive does not hold: what both had in the base was deleted there, so it goes, or
 * is a conflict where it was changed here. `partial`: the archive does not hold all rows, so nothing follows from its lack of one.
 */
export async function addLosses(state: MergeState, merge: ThreeWayTable, partial: boolean): Promise<void> {
  const { table, verdicts } = merge
  const names = join(locatorNames(table))
  const into = sql`INSERT INTO ${verdicts} (ordinal, class, action, reason, ${names}, merged, base)`
  const place = { table: table.table.target.id }
  if (table.table.prune) {
    await state.store.run(
      sql`${into} SELECT NULL, ${literal('deleted' satisfies RowClass)}, ${literal(ACTION.delete)}, NULL, ${join(locatorNames(table).map((name) => sql`q.${name}`))}, '', NULL
        FROM (SELECT ${locatorOf(table)} FROM ${table.target} ${T} LEFT JOIN ${merge.base.claims} ${M} ON ${table.located(T, M)} WHERE ${M}.ordinal IS NULL${unspared(table)}) q`,
      place,
    )
    return
  }
  if (partial || state.moved.has(table.table.target.id) || (await isIncomplete(state, table))) return
  const doubtful = await doubtfulRows(state, merge)
  const [X, D] = [ident('x'), ident('d')]
  const [weighed, sure] = doubtful === null ? [sql``, sql``] : [sql`LEFT JOIN ${doubtful} ${D} ON ${sameLocator(state, table, D, X)}`, sql` AND ${D}.${locatorNames(table)[0] ?? sql``} IS NULL`]
  const same = sql`q.merged = ${literal(allSame(table))}`
  const either = (one: Sql, other: Sql): Sql => sql`CASE WHEN ${same} THEN ${one} ELSE ${other} END`
  await state.store.run(
    sql`${into} SELECT NULL, ${either(literal('deleted' satisfies RowClass), literal('conflicting' satisfies RowClass))}, ${either(literal(ACTION.delete), literal(ACTION.none))}, ${either(sql`NULL`, sql`'deleted-there'`)},
        ${join(locatorNames(table).map((name) => sql`q.${name}`))}, q.merged, q.base
      FROM (SELECT ${locatorOf(table)}, ${changedHere(table, merge.base)} AS merged, ${B}.${table.ordinal} AS base
        FROM ${merge.base.pairs} ${X} JOIN ${merge.base.rows} ${B} ON ${B}.${table.ordinal} = ${X}.ordinal JOIN ${table.target} ${T} ON ${table.located(T, X)} ${weighed} WHERE ${X}.theirs IS NULL${sure}${unspared(table)}) q`,
    place,
  )
}

/** Rows of the archive that could not even be staged may be rows of the target, which were not deleted there. */
async function isIncomplete({ store, rejects }: MergeState, table: MergeTable): Promise<boolean> {
  const list = rejects.get(table.table.target.id)
  if (list === undefined) return false
  return (await store.rows(sql`SELECT 1 FROM ${list} r WHERE NOT EXISTS (SELECT 1 FROM ${table.staged} ${S} WHERE ${S}.${table.ordinal} = r.ordinal) LIMIT 1`)).length > 0
}

/** Rows of the target that an ambiguous row of the archive may well be: they were not deleted there. Null where none is. */
async function doubtfulRows({ store }: MergeState, { table, matching, rows }: ThreeWayTable): Promise<Sql | null> {
  const { odd } = matching
  if (odd === null || (await store.rows(sql`SELECT 1 FROM ${odd} LIMIT 1`)).length === 0) return null
  const each = table.table.identity.rules.map(
    ({ columns }) =>
      sql`SELECT ${locatorOf(table)} FROM ${rows} ${S} JOIN ${odd} o ON o.ordinal = ${S}.${table.ordinal} JOIN ${table.target} ${T} ON ${all(columns.map((name) => table.equal(name, S, T)))}`,
  )
  return store.tabulate(`holdall_doubtful_${table.number}`, join(each, ' UNION ALL '), { table: table.table.target.id })
}
