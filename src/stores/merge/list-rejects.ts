import { present } from '../../errors/present.js'
import { texts } from '../texts.js'
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
    const fromOne = one.done !== true && (other.done === true || one.value.row <= other.value.row)
    const next = present((fromOne ? one : other).value)
    if (next.row !== last) yield next
    last = next.row
    if (fromOne) one = await unresolved.next()
    else other = await bad.next()
  }
}

/** Those that an engine refused, a page at a time; a row of which no value could be staged has no key to show. */
async function* listBad({ store, rejects }: MergeState, table: MergeTable): AsyncGenerator<RejectedRow, undefined> {
  const list = rejects.get(table.table.target.id)
  if (list === undefined) return
  const key = table.keyText(keyColumns({ merge: table }), S)
  for (let after = '0'; ; ) {
    const rows = await store.rows(
      sql`SELECT w.ordinal, w.reason, w.code, w.message, ${key} FROM ${list} w LEFT JOIN ${table.staged} ${S} ON ${S}.${table.ordinal} = w.ordinal WHERE w.ordinal > ${verbatim(after)} ORDER BY w.ordinal LIMIT ${PAGE}`,
      { table: table.table.target.id },
    )
    for (const row of rows) {
      const [ordinal, reason, code, message] = texts(row, 4)
      after = ordinal
      yield { row: Number(ordinal), key: row[4] ?? '', reason: reason as Reason, code, message }
    }
    if (rows.length < PAGE) return
  }
}

/** Those that refer to nothing, a page at a time. */
async function* listUnresolved({ store, unresolved }: MergeState, table: MergeTable): AsyncGenerator<RejectedRow, undefined> {
  const leftOut = unresolved.leftOut.get(table.table.target.id)
  if (leftOut === undefined) return
  const key = table.keyText(keyColumns({ merge: table }), S)
  for (let after = '0'; ; ) {
    const rows = await store.rows(
      sql`SELECT w.ordinal, ${key}, w.reference, w.key FROM ${leftOut} w JOIN ${table.staged} ${S} ON ${S}.${table.ordinal} = w.ordinal WHERE w.ordinal > ${verbatim(after)} ORDER BY w.ordinal LIMIT ${PAGE}`,
      { table: table.table.target.id },
    )
    for (const row of rows) {
      const [ordinal, key, reference, by] = texts(row, 4)
      after = ordinal
      const { parent } = present(table.table.references[Number(reference)])
      yield {
        row: Number(ordinal),
        key,
        reason: 'unresolved',
        code: 'REFERENCE_UNRESOLVED',
        message: `${by} leads to no row of ${parent} that is in the target or taken from the archive`,
      }
    }
    if (rows.length < PAGE) return
  }
}
