import type { JudgedRow, Reason, RowClass, Verdict } from '../import-table.js'
import { literal, sql } from '../sql.js'
import { concatenated, isFound, S, T, V } from './aliases.js'
import type { JudgedTable } from './judged-table.js'
import type { MergeState } from './merge-state.js'

const CLASSES: readonly RowClass[] = ['changed', 'kept', 'conflicting', 'rejected', 'new', 'deleted']

/** Counts the verdicts of a table, with up to `limit` examples of each class in the order of the archive. */
export async function tallyVerdicts(state: MergeState, judged: JudgedTable, limit: number): Promise<Verdict> {
  const { merge, verdicts } = judged
  const place = { table: merge.table.target.id }
  const counted = new Map((await state.store.rows(sql`SELECT class, count(*), count(ordinal) FROM ${verdicts} GROUP BY class`, place)).map(([name, all, staged]) => [name, { all: Number(all), staged: Number(staged) }]))
  const count = (name: RowClass): number => counted.get(name)?.all ?? 0
  // Rows of the target alone are none of those staged.
  const told = [...counted.values()].reduce((sum, { staged }) => sum + staged, 0)
  const examples: JudgedRow[] = []
  if (limit > 0) for (const name of CLASSES) if (count(name) > 0) examples.push(...(await examplesOf(state, judged, name, limit)))
  const [added, changed, kept, deleted, conflicting, rejected] = [count('new'), count('changed'), count('kept'), count('deleted'), count('conflicting'), count('rejected')]
  return { new: added, changed, unchanged: merge.rows - merge.stubs - told, kept, deleted, conflicting, rejected, examples }
}

async function examplesOf({ store }: MergeState, judged: JudgedTable, name: RowClass, limit: number): Promise<readonly JudgedRow[]> {
  const { merge, rows, verdicts } = judged
  const columns = merge.table.columns.map(({ target }) => target.name)
  const keyed = keyColumns(judged)
  const ofClass = sql`${V}.class = ${literal(name)}`
  const example = (key: string | null | undefined, reason: string | null | undefined, flags = ''): JudgedRow =>
    ({ class: name, key: key ?? '', columns: columns.filter((_, index) => flags[index] === '1'), reason: (reason ?? null) as Reason | null })
  const place = { table: merge.table.target.id }
  const staged = sql`${verdicts} ${V} JOIN ${rows} ${S} ON ${S}.${merge.ordinal} = ${V}.ordinal`
  const alone = sql`${verdicts} ${V} JOIN ${merge.target} ${T} ON ${merge.located(T, V)}`
  if (name === 'deleted') {
    const found = await store.rows(sql`SELECT ${merge.keyTextThere(keyed, T)} FROM ${alone} WHERE ${ofClass} LIMIT ${limit}`, place)
    return found.map(([key]) => example(key, null))
  }
  if (name === 'changed' || name === 'kept') {
    const flags = concatenated(columns.map((column) => sql`CASE WHEN ${isFound(merge)} AND NOT ${merge.same(column, S, T)} THEN '1' ELSE '0' END`))
    const found = await store.rows(sql`SELECT ${merge.keyText(keyed, S)}, ${flags} FROM ${staged} LEFT JOIN ${merge.target} ${T} ON ${merge.located(T, V)} WHERE ${ofClass} ORDER BY ${V}.ordinal LIMIT ${limit}`, place)
    return found.map(([key, flagged]) => example(key, null, flagged ?? ''))
  }
  const found = await store.rows(sql`SELECT ${merge.keyText(keyed, S)}, ${V}.reason FROM ${staged} WHERE ${ofClass} ORDER BY ${V}.ordinal LIMIT ${limit}`, place)
  const lost = found.length === limit ? [] : await store.rows(sql`SELECT ${merge.keyTextThere(keyed, T)}, ${V}.reason FROM ${alone} WHERE ${ofClass} AND ${V}.ordinal IS NULL LIMIT ${limit - found.length}`, place)
  return [...found, ...lost].map(([key, reason]) => example(key, reason))
}

/** What names a row for people: its identity, else its primary key, else its first columns. */
export function keyColumns({ merge }: Pick<JudgedTable, 'merge'>): readonly string[] {
  const { identity, target, columns } = merge.table
  const [first] = identity.rules
  const written = columns.map((column) => column.target.name)
  const key = first?.columns ?? target.primaryKey?.columns ?? written.slice(0, 4)
  return key.filter((name) => written.includes(name))
}
