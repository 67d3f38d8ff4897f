import { present } from '../../errors/present.js'
import { compareInstants, exactInstant } from '../../schema/exact-instant.js'
import { ident, join, literal, sql, verbatim, type Sql } from '../sql.js'
import { S, T, V } from './aliases.js'
import { judgedRows } from './judged-rows.js'
import { ACTION, type JudgedTable } from './judged-table.js'
import type { MergeState } from './merge-state.js'

const PAGE = 2000

/**
 * Among rows that differ, takes the archive's where it is strictly newer (or older); a row without a time on either side stays.
 * The times of one column may be spelled in many ways, so they are compared here, exactly, and not by the engine.
 */
export async function decideByTime({ store }: MergeState, judged: Omit<JudgedTable, 'inserts' | 'updates' | 'deletes'>, wins: 'newer' | 'older'): Promise<void> {
  const { merge, verdicts } = judged
  const place = { table: merge.table.target.id }
  const column = present(merge.table.timeColumn, 'there is no time column to compare', place)
  const name = `holdall_winners_${merge.number}`
  const winners = await store.tabulate(name, sql`SELECT ${V}.ordinal FROM ${verdicts} ${V} WHERE 1 = 0`, place)
  const times = sql`${store.asText(sql`${S}.${merge.column(column)}`)}, ${store.asText(sql`${T}.${ident(column)}`)}`
  for (let after = '0', more = true; more; ) {
    const rows = await store.rows(
      sql`SELECT ${V}.ordinal, ${times} FROM ${judgedRows(judged)} WHERE ${V}.class = ${literal('kept')} AND ${V}.ordinal > ${verbatim(after)} ORDER BY ${V}.ordinal LIMIT ${PAGE}`,
      place,
    )
    const won: Sql[] = []
    for (const [ordinal, theirs, ours] of rows) {
      after = present(ordinal)
      if (isBefore(wins === 'newer' ? ours : theirs, wins === 'newer' ? theirs : ours)) won.push(sql`(${verbatim(after)})`)
    }
    if (won.length > 0) await store.run(sql`INSERT INTO ${winners} VALUES ${join(won)}`, place)
    more = rows.length === PAGE
  }
  await store.run(
    sql`UPDATE ${verdicts} SET class = ${literal('changed')}, action = ${literal(ACTION.update)} WHERE class = ${literal('kept')} AND ordinal IN (SELECT ordinal FROM ${winners})`,
    place,
  )
}

function isBefore(one: string | null | undefined, other: string | null | undefined): boolean {
  const [a, b] = [exactInstant(one ?? ''), exactInstant(other ?? '')]
  return a !== null && b !== null && compareInstants(a, b) < 0
}
