import { ident, join, literal, sql, type Sql } from '../sql.js'
import type { JudgeOptions } from '../store.js'
import { isFound, locatorNames, locatorOf, S } from './aliases.js'
import { baseRows } from './base-rows.js'
import type { BaseRows, BaseState } from './base-state.js'
import { beside } from './beside.js'
import { tabulateChoices } from './choices.js'
import { ACTION, type JudgedTable } from './judged-table.js'
import { rejectLeftOut } from './leave-out.js'
import type { MergeState } from './merge-state.js'
import { settleConflicts } from './settle-conflicts.js'
import { settleThreeWay } from './three-way-choices.js'
import { allSame, B, changedThere, mergedColumns, MERGED } from './three-way-columns.js'
import { addLosses } from './three-way-losses.js'
import { settleRepeats } from './three-way-repeats.js'
import { mergedRows } from './three-way-rows.js'
import type { ThreeWayTable } from './three-way-table.js'

/**
 * Decides what becomes of every row by what each side made of the base, column by column. A row of the base is recognised by its
 * identity like any other; a column that the base lacks counts as NULL in it.
 */
export async function judgeThreeWay(state: MergeState, from: BaseState, sides: Pick<ThreeWayTable, 'table' | 'matching' | 'rows'>, options: JudgeOptions): Promise<JudgedTable> {
  const { store } = state
  const { table, matching, rows } = sides
  const place = { table: table.table.target.id }
  const base = await baseRows(state, from, table, matching, rows)
  const name = `holdall_verdict_${table.number}`
  const verdicts = await store.tabulate(name, verdictsOf(sides, base), place)
  await store.index(name, [ident('ordinal')])
  const merge = { ...sides, base, verdicts }
  await addLosses(state, merge, options.partial === true)
  if (base.whole !== null) await settleRepeats(state, merge, base.whole)
  const choices = await tabulateChoices(state, table, options.resolutions)
  if (choices !== null) {
    await settleThreeWay(state, merge, options.resolutions?.rows ?? [], choices)
    await settleConflicts(state, { merge: table, rows, verdicts }, choices)
  }
  await rejectLeftOut(state, table, verdicts)
  await store.index(name, [ident('action'), ident('ordinal')])
  await store.index(name, locatorNames(table))
  const counts = new Map((await store.rows(sql`SELECT action, count(*) FROM ${verdicts} GROUP BY action`, place)).map(([action, count]) => [action, Number(count)]))
  const count = (action: string): number => counts.get(action) ?? 0
  const merged = await mergedRows(state, merge)
  return { merge: table, rows: merged, verdicts, base: base.rows, inserts: count(ACTION.insert), updates: count(ACTION.update), deletes: count(ACTION.delete) }
}

/** The verdicts of the archive's rows. */
function verdictsOf({ table, matching, rows }: Pick<ThreeWayTable, 'table' | 'matching' | 'rows'>, base: BaseRows): Sql {
  const found = isFound(table)
  const known = sql`${B}.${table.ordinal} IS NOT NULL`
  const odd = matching.odd === null ? { reason: sql`NULL`, joined: sql`` } : { reason: sql`o.reason`, joined: sql` LEFT JOIN ${matching.odd} o ON o.ordinal = ${S}.${table.ordinal}` }
  const letters = sql`CASE WHEN ${found} THEN ${mergedColumns(table, base)} WHEN ${known} THEN ${changedThere(table, base)} ELSE '' END`
  const same = sql`merged = ${literal(allSame(table))}`
  const has = (letter: string): Sql => sql`merged LIKE ${literal(`%${letter}%`)}`
  const cases: readonly (readonly [when: Sql, kind: string, action: string, reason: Sql])[] = [
    [sql`odd IS NOT NULL`, 'conflicting', ACTION.none, sql`odd`],
    [sql`there = 0 AND base IS NULL`, 'new', ACTION.insert, sql`NULL`],
    [sql`there = 0 AND ${same}`, 'kept', ACTION.none, sql`NULL`],
    [sql`there = 0`, 'conflicting', ACTION.none, sql`'deleted-here'`],
    [has(MERGED.conflict), 'conflicting', ACTION.none, sql`'both-changed'`],
    [has(MERGED.theirs), 'changed', ACTION.update, sql`NULL`],
    [sql`1 = 1`, 'kept', ACTION.none, sql`NULL`],
  ]
  const pick = (of: (each: (typeof cases)[number]) => Sql): Sql => sql`CASE ${join(cases.map((each) => sql`WHEN ${each[0]} THEN ${of(each)}`), ' ')} END`
  return sql`SELECT ordinal, ${pick(([, kind]) => literal(kind))} AS class, ${pick(([, , action]) => literal(action))} AS action, ${pick(([, , , reason]) => reason)} AS reason, ${join(locatorNames(table))}, merged, base
    FROM (SELECT ${S}.${table.ordinal} AS ordinal, ${odd.reason} AS odd, CASE WHEN ${found} THEN 1 ELSE 0 END AS there, ${locatorOf(table)}, ${letters} AS merged, ${B}.${table.ordinal} AS base
      FROM ${beside(table, matching, rows)}${odd.joined} LEFT JOIN ${base.pairs} x ON x.theirs = +${S}.${table.ordinal} LEFT JOIN ${base.rows} ${B} ON ${B}.${table.ordinal} = x.ordinal) q
    WHERE NOT (there = 1 AND odd IS NULL AND ${same})`
}
