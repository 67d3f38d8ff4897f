import type { Reason, RejectedRow } from '../import-table.js'
import { sql, verbatim } from '../sql.js'
import { S } from './aliases.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { keyColumns } from './tally-verdicts.js'

const PAGE = 500

/** The rows of a table that are left out, in the order of the archive, each once. */
export async function* listRejects(state: MergeState, table: MergeTable): AsyncGenerator<RejectedRow> {
  const unresolved = listUnresolved(state, table)
  const bad = listBad(state, table)
  let [one, other] = [await unresolved.next(), await bad.next()]
  for (let last = 0; one.done !== true || other.done !== true; ) {
    const first = other.done === true || (one.done !== true && one.value.row <= other.value.row)
    const next = first ? one : other
    if (next.done !== true && next.value.row !== last) yield next.value
    if (next.done !== true) last = next.value.row
    if (first) one = await unresolved.next()
    else other = await bad.next()
  }
}

/** Those that an engine refused, a page at a time; a row of which no value could be staged has no key to show. */
async function* listBad({ store, rejects }: MergeState, table: MergeTable): AsyncGenerator<RejectedRow> {
  const list = rejects.get(table.table.target.id)
  if (list === undefined) return
  const key = table.keyText(keyColumns({ merge: table }), S)
  for (let after = '0'; ; ) {
    const rows = await store.rows(
      sql`SELECT w.ordinal, ${key}, w.reason, w.code, w.message FROM ${list} w LEFT JOIN ${table.staged} ${S} ON ${S}.${table.ordinal} = w.ordinal WHERE w.ordinal > ${verbatim(after)} ORDER BY w.ordinal LIMIT ${PAGE}`,
      { table: table.table.target.id },
    )
    for (const [ordinal, name, reason, code, message] of rows) {
      after = ordinal ?? after
      yield { row: Number(ordinal), key: name ?? '', reason: reason as Reason, code: code ?? '', message: message ?? '' }
    }
    if (rows.length < PAGE) return
  }
}

/** Those that refer to nothing, a page at a time. */
async function* listUnresolved({ store, unresolved }: MergeState, table: MergeTable): AsyncGenerator<RejectedRow> {
  const leftOut = unresolved.leftOut.get(table.table.target.id)
  if (leftOut === undefined) return
  const key = table.keyText(keyColumns({ merge: table }), S)
  for (let after = '0'; ; ) {
    const rows = await store.rows(
      sql`SELECT w.ordinal, ${key}, w.reference, w.key FROM ${leftOut} w JOIN ${table.staged} ${S} ON ${S}.${table.ordinal} = w.ordinal WHERE w.ordinal > ${verbatim(after)} ORDER BY w.ordinal LIMIT ${PAGE}`,
      { table: table.table.target.id },
    )
    for (const [ordinal, name, reference, by] of rows) {
      after = ordinal ?? after
      const parent = table.table.references[Number(reference)]?.parent ?? ''
      yield {
        row: Number(ordinal),
        key: name ?? '',
        reason: 'unresolved',
        code: 'REFERENCE_UNRESOLVED',
        message: `${by ?? ''} leads to no row of ${parent} that is in the target or taken from the archive`,
      }
    }
    if (rows.length < PAGE) return
  }
}
