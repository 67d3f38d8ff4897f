import { present } from '../../errors/present.js'
import { texts } from '../texts.js'
import { ident, join, sql, type Sql } from '../sql.js'
import { S } from './aliases.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { nulledColumns } from './nulled-columns.js'
import { noteUnresolved } from './note-unresolved.js'
import type { ResolvedRows } from './resolve-rows.js'
import type { ImportReference } from '../import-table.js'
import { EXAMPLES } from './unresolved-state.js'

/** Notes what becomes of rows whose columns refer to nothing. Those that are left out were found before. */
export async function findUnresolved(state: MergeState, table: MergeTable, { checks, lost }: ResolvedRows): Promise<void> {
  const { mode } = state.unresolved
  if (lost === null) return
  const counts: (string | null)[] = []
  for (let at = 0; at < checks.length; at += AT_ONCE) {
    const sums = checks.slice(at, at + AT_ONCE).map((_, index) => sql`sum(${flag(at + index)})`)
    counts.push(...present((await state.store.rows(sql`SELECT ${join(sums)} FROM ${lost} w`, { table: table.table.target.id }))[0]))
  }
  for (const [index, { reference }] of checks.entries()) {
    const rows = Number(counts[index] ?? 0)
    if (rows === 0 || (mode === 'keep' && reference.name !== null)) continue
    const because = mode === 'null' && nulledColumns(table, reference).length === 0 ? (reference.columns.length === 1 ? 'the column may not be NULL' : 'none of its columns may be NULL') : null
    noteUnresolved(state, table, { reference, rows, examples: await examplesOf(state, table, reference, sql`FROM ${lost} w JOIN ${table.staged} ${S} ON ${S}.${table.ordinal} = w.ordinal WHERE ${flag(index)} = 1`), because })
  }
}

/** Sums that one statement takes with ease. */
const AT_ONCE = 100

function flag(index: number): Sql {
  return sql`w.${ident(`lost${index}`)}`
}

async function examplesOf({ store }: MergeState, table: MergeTable, { columns }: ImportReference, from: Sql): Promise<readonly { ordinal: number; key: string }[]> {
  const shown = await store.rows(sql`SELECT ${S}.${table.ordinal}, ${table.keyText(columns, S)} ${from} ORDER BY 1 LIMIT ${EXAMPLES}`, { table: table.table.target.id })
  return shown.map((row) => {
    const [ordinal, key] = texts(row, 2)
    return { ordinal: Number(ordinal), key }
  })
}
