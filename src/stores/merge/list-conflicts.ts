import { present } from '../../errors/present.js'
import { texts } from '../texts.js'
import type { ConflictRow, ConflictSide, Reason } from '../import-table.js'
import { ident, join, literal, sql, verbatim, type Sql } from '../sql.js'
import { concatenated, isFound, locatorNames, S, T, V } from './aliases.js'
import type { JudgedTable } from './judged-table.js'
import type { MergeState } from './merge-state.js'
import { comparedColumns } from './same-row.js'
import { keyColumns } from './tally-verdicts.js'
import { B, MERGED } from './three-way-columns.js'

const PAGE = 500
/** Of each side in one query: the engines allow no more than 1,664 and 2,000 columns of a result. */
const COLUMNS = 400
/** What stands before the values: number, key, reason, columns in conflict, sides, ordinal. */
const HEAD = 6

/** The conflicting rows of a judged table, in the order of the archive, then those it lacks, a page at a time. */
export async function* listConflicts(state: MergeState, judged: JudgedTable): AsyncGenerator<ConflictRow> {
  const { merge } = judged
  const columns = merge.table.columns.map(({ target }) => target.name)
  const numbered = await numberConflicts(state, judged)
  let after = '0'
  for (;;) {
    const parts: Part[] = []
    for (let from = 0; from === 0 || from < columns.length; from += COLUMNS) {
      const some = columns.slice(from, from + COLUMNS)
      parts.push({ columns: some, rows: await state.store.rows(page(state, judged, { columns, some, numbered, after }), { table: merge.table.target.id }) })
    }
    const { rows } = present(parts[0])
    for (const [at, row] of rows.entries()) {
      const [number, key, reason, flags, there] = texts(row, 5)
      after = number
      const side = (which: number): ConflictSide => (there[which] === '1' ? Object.fromEntries(parts.flatMap((part) => part.columns.map((name, index) => [name, part.rows[at]?.[HEAD + which * part.columns.length + index] ?? null]))) : null)
      const conflicting = columns.filter((_, index) => flags[index] === '1')
      yield { row: typeof row[5] === 'string' ? Number(row[5]) : null, key, reason: reason as Reason, columns: conflicting, ours: side(0), theirs: side(1), base: side(2) }
    }
    if (rows.length < PAGE) return
  }
}

async function numberConflicts({ store, made }: MergeState, { merge, verdicts }: JudgedTable): Promise<Sql> {
  const name = `holdall_conflicts_${merge.number}_${(made.count += 1)}`
  const order = sql`CASE WHEN ${V}.ordinal IS NULL THEN 1 ELSE 0 END, ${V}.ordinal, ${join(locatorNames(merge).map((column) => sql`${V}.${column}`))}`
  const numbered = await store.tabulate(name, sql`SELECT row_number() OVER (ORDER BY ${order}) AS number, ${V}.* FROM ${verdicts} ${V} WHERE ${V}.class = ${literal('conflicting')}`, { table: merge.table.target.id })
  await store.index(name, [ident('number')])
  return numbered
}

interface Part {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

function page({ store }: MergeState, judged: JudgedTable, { columns, some, numbered, after }: { columns: readonly string[]; some: readonly string[]; numbered: Sql; after: string }): Sql {
  const { merge, rows, base } = judged
  const [here, there, before] = [isFound(merge), sql`${S}.${merge.ordinal} IS NOT NULL`, base === undefined ? sql`1 = 0` : sql`${B}.${merge.ordinal} IS NOT NULL`]
  const key = keyColumns(judged)
  const values = [
    ...some.map((name) => store.asText(sql`${T}.${ident(name)}`)),
    ...some.map((name) => store.asText(sql`${S}.${merge.column(name)}`)),
    ...(base === undefined ? [] : some.map((name) => store.asText(sql`${B}.${merge.column(name)}`))),
  ]
  return sql`SELECT ${V}.number, CASE WHEN ${there} THEN ${merge.keyText(key, S)} ELSE ${merge.keyTextThere(key, T)} END, ${V}.reason, ${inConflict(judged, columns)},
      ${concatenated([here, there, before].map((each) => sql`CASE WHEN ${each} THEN '1' ELSE '0' END`))}, ${V}.ordinal, ${join(values)}
    FROM ${numbered} ${V} LEFT JOIN ${rows} ${S} ON ${S}.${merge.ordinal} = ${V}.ordinal LEFT JOIN ${merge.target} ${T} ON ${merge.located(T, V)}
      ${base === undefined ? sql`` : sql`LEFT JOIN ${base} ${B} ON ${B}.${merge.ordinal} = ${V}.base`}
    WHERE ${V}.number > ${verbatim(after)} ORDER BY ${V}.number LIMIT ${PAGE}`
}

/** A `1` for each column that is. */
function inConflict({ merge, base }: JudgedTable, columns: readonly string[]): Sql {
  const compared = comparedColumns(merge)
  if (base === undefined) return concatenated(columns.map((name) => sql`CASE WHEN ${isFound(merge)} AND NOT ${merge.same(name, S, T)} THEN '1' ELSE '0' END`))
  return concatenated(columns.map((name) => (compared.includes(name) ? sql`CASE WHEN substr(${V}.merged, ${compared.indexOf(name) + 1}, 1) = ${literal(MERGED.conflict)} THEN '1' ELSE '0' END` : sql`'0'`)))
}
