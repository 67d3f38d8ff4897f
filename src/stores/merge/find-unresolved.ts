import { join, sql, type Sql } from '../sql.js'
import { S } from './aliases.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { nulledColumns } from './nulled-columns.js'
import { resolution, type Check } from './resolution.js'
import { noteUnresolved } from './note-unresolved.js'
import { EXAMPLES } from './unresolved-state.js'

/** Notes what becomes of rows whose columns refer to nothing. Those that are left out were found before. */
export async function findUnresolved(state: MergeState, table: MergeTable): Promise<void> {
  const { mode } = state.unresolved
  if (mode === 'skip') return
  const references = await resolution(state, table, table.table.columns.map(({ target }) => target.name), { checked: true })
  const checks = references.checks.filter(({ reference }) => mode !== 'keep' || reference.name === null)
  if (checks.length === 0) return
  const from = sql`FROM ${table.staged} ${S}${references.joins} WHERE NOT ${S}.${table.stub}`
  const place = { table: table.table.target.id }
  const counts: (string | null)[] = []
  for (let at = 0; at < checks.length; at += AT_ONCE) {
    const sums = checks.slice(at, at + AT_ONCE).map(({ lost }) => sql`sum(CASE WHEN ${lost} THEN 1 ELSE 0 END)`)
    counts.push(...((await state.store.rows(sql`SELECT ${join(sums)} ${from}`, place))[0] ?? []))
  }
  for (const [index, check] of checks.entries()) {
    const rows = Number(counts[index] ?? 0)
    if (rows === 0) continue
    const because = mode === 'null' && nulledColumns(table, check.reference).length === 0 ? (check.reference.columns.length === 1 ? 'the column may not be NULL' : 'none of its columns may be NULL') : null
    noteUnresolved(state, table, { reference: check.reference, rows, examples: await examplesOf(state, table, from, check), because })
  }
}

/** Sums that one statement takes with ease. */
const AT_ONCE = 100

async function examplesOf({ store }: MergeState, table: MergeTable, from: Sql, { reference, lost }: Check): Promise<readonly { ordinal: number; key: string }[]> {
  const shown = await store.rows(sql`SELECT ${S}.${table.ordinal}, ${table.keyText(reference.columns, S)} ${from} AND ${lost} ORDER BY 1 LIMIT ${EXAMPLES}`, { table: table.table.target.id })
  return shown.map(([ordinal, key]) => ({ ordinal: Number(ordinal), key: key ?? '' }))
}
