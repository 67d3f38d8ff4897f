import type { RowClass, Strategy, TableResolutions } from '../import-table.js'
import { holdsAny } from '../held-values.js'
import { ident, join, literal, sql, type Sql } from '../sql.js'
import { all, isFound, locatorNames, locatorOf, S, T } from './aliases.js'
import { beside, byIds } from './beside.js'
import { tabulateChoices } from './choices.js'
import { decideByTime } from './decide-by-time.js'
import { ACTION, type Action, type JudgedTable } from './judged-table.js'
import { rejectLeftOut } from './leave-out.js'
import { judgeCopies } from './keep-both.js'
import type { Matching, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { sameRow } from './same-row.js'
import { settleConflicts } from './settle-conflicts.js'

/** Decides what becomes of every resolved row, and of rows of the target alone: the one place where a strategy means something. */
export async function judgeTable(state: MergeState, table: MergeTable, matching: Matching, rows: Sql, resolutions: TableResolutions | null): Promise<JudgedTable> {
  const { store } = state
  const { strategy } = table.table
  const place = { table: table.table.target.id }
  const found = isFound(table)
  const odd = matching.odd === null ? sql`` : sql` LEFT JOIN ${matching.odd} o ON o.ordinal = ${S}.${table.ordinal}`
  const judgements = [
    ...(matching.odd === null ? [] : [judgement(sql`o.reason IS NOT NULL`, 'conflicting', ACTION.none, sql`o.reason`)]),
    judgement(sql`NOT (${found})`, 'new', ACTION.insert),
    onBothSides(strategy),
  ]
  const pick = (of: (each: Judgement) => Sql): Sql => sql`CASE ${join(judgements.map((each) => sql`WHEN ${each.when} THEN ${of(each)}`), ' ')} END`
  const interesting = strategy === 'fail-on-conflict' ? sql`1 = 1` : sql`NOT (${found} AND ${sameRow(table)})`
  const name = `holdall_verdict_${table.number}`
  const verdicts = await store.tabulate(
    name,
    sql`SELECT ${S}.${table.ordinal} AS ordinal, ${pick(({ kind }) => kind)} AS class, ${pick(({ action }) => action)} AS action, ${pick(({ reason }) => reason)} AS reason, ${locatorOf(table)}
      FROM ${beside(table, byIds(state, table, matching), rows)}${odd} WHERE ${interesting}`,
    place,
  )
  await store.index(name, [ident('ordinal')])
  const judged = { merge: table, rows, verdicts }
  if (strategy === 'keep-newer' || strategy === 'keep-older') await decideByTime(state, judged, strategy === 'keep-newer' ? 'newer' : 'older')
  const copies = state.copies.get(table.table.target.id)
  if (copies !== undefined) await judgeCopies(state, verdicts, copies)
  const choices = await tabulateChoices(state, table, resolutions)
  if (choices !== null) await settleConflicts(state, judged, choices)
  await rejectLeftOut(state, table, verdicts)
  if (strategy === 'replace' || table.table.prune) await deleteLacking(state, table, matching, verdicts)
  await store.index(name, [ident('action'), ident('ordinal')])
  await store.index(name, locatorNames(table))
  const counts = new Map((await store.rows(sql`SELECT action, count(*) FROM ${verdicts} GROUP BY action`, place)).map(([action, count]) => [action, Number(count)]))
  const count = (action: Action): number => counts.get(action) ?? 0
  return { ...judged, inserts: count(ACTION.insert), updates: count(ACTION.update), deletes: count(ACTION.delete) }
}

interface Judgement {
  readonly when: Sql
  readonly kind: Sql
  readonly action: Sql
  readonly reason: Sql
}

function judgement(when: Sql, kind: RowClass, action: Action, reason: Sql = sql`NULL`): Judgement {
  return { when, kind: literal(kind), action: literal(action), reason }
}

/** A row that differs from the target's; with fail-on-conflict also one that does not. */
function onBothSides(strategy: Strategy): Judgement {
  const always = sql`1 = 1`
  switch (strategy) {
    case 'merge':
    case 'replace':
      return judgement(always, 'changed', ACTION.update)
    case 'skip':
    case 'keep-newer':
    case 'keep-older':
    case 'keep-both':
      return judgement(always, 'kept', ACTION.none)
    case 'fail-on-conflict':
      return judgement(always, 'conflicting', ACTION.none, literal('exists'))
    default:
      throw new Error(`${strategy} is not there yet`)
  }
}

/** Where it is unknown which row of the target some row of the archive is, none counts as lacking. */
async function deleteLacking(state: MergeState, table: MergeTable, matching: Matching, verdicts: Sql): Promise<void> {
  const { id } = table.table.target
  const unclear = [matching.odd, state.rejects.get(id)].filter((list) => list !== null && list !== undefined)
  for (const list of unclear) {
    if ((await state.store.rows(sql`SELECT 1 FROM ${list} LIMIT 1`, { table: id })).length === 0) continue
    state.notes.set(id, `${id}: it is not known which rows of the target some rows of the archive are, so none of its rows was deleted`)
    return
  }
  await addDeletions(table, matching, verdicts, state.store)
}

/** To be put behind a condition on rows `t` of the target. */
export function unspared({ table: { spared = [] } }: MergeTable): Sql {
  return spared.length === 0 ? sql`` : sql` AND NOT ${holdsAny(spared, T)}`
}

/** Rows that are there and that nothing in the archive is, be it a stub. By their places: a staged value finds a row, not the other way round. */
async function addDeletions(table: MergeTable, matching: Matching, verdicts: Sql, store: MergeState['store']): Promise<void> {
  const place = { table: table.table.target.id }
  const name = `holdall_met_${table.number}`
  const met = await store.tabulate(
    name,
    // The rule may compare references, which the staging table has in terms of the archive: there only the matches tell.
    matching.matches !== null
      ? sql`SELECT ${join(locatorNames(table))} FROM ${matching.matches} m`
      : sql`SELECT ${locatorOf(table)} FROM ${table.staged} ${S} JOIN ${table.target} ${T} ON ${all((matching.rule ?? []).map((column) => table.equal(column, S, T)))}`,
    place,
  )
  await store.index(name, locatorNames(table))
  const nulls = sql`NULL, ${literal('deleted' satisfies RowClass)}, ${literal(ACTION.delete)}, NULL`
  const meets = sql`SELECT 1 FROM ${met} m WHERE ${table.located(T, ident('m'))}`
  await store.run(sql`INSERT INTO ${verdicts} SELECT ${nulls}, ${locatorOf(table)} FROM ${table.target} ${T} WHERE NOT EXISTS (${meets})${unspared(table)}`, place)
}
