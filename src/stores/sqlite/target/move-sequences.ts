import { ident, sql } from '../../sql.js'
import type { ImportTable } from '../../import-table.js'
import type { ImportSession } from './session.js'

/**
 * Sets each AUTOINCREMENT counter past the highest id and past what the archive's own had handed out; never backwards.
 * `sqlite_sequence` is a table like any other, so this is part of the transaction.
 */
export function moveSequences(session: ImportSession): void {
  const { db } = session
  for (const table of session.tables) {
    if (table.role === 'referred') continue
    const { target } = table
    const column = target.columns.find(({ identity }) => identity?.kind === 'rowid' && identity.autoincrement)
    if (column === undefined) continue
    const highest = db.prepare<[], bigint | null>(sql`SELECT max(${ident(column.name)}) FROM main.${ident(target.name)}`.text).safeIntegers().pluck().get() ?? null
    const wanted = [highest, lastHandedOut(session, table, column.name)].reduce((most, last) => (last === null || (most !== null && most >= last) ? most : last), null)
    if (wanted === null || wanted < 1n) continue
    const counter = db.prepare<[string], bigint | null>(sql`SELECT max(seq) FROM main.sqlite_sequence WHERE name = ?`.text).safeIntegers().pluck().get(target.name) ?? null
    if (counter === null) db.prepare<[string, bigint]>(sql`INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, ?)`.text).run(target.name, wanted)
    else if (counter < wanted) db.prepare<[bigint, string]>(sql`UPDATE main.sqlite_sequence SET seq = ? WHERE name = ?`.text).run(wanted, target.name)
  }
}

function lastHandedOut(session: ImportSession, { source, columns }: ImportTable, column: string): bigint | null {
  const from = columns.find(({ target }) => target.name === column)?.source.name
  const sequence = session.sequences.find(({ ownedBy }) => ownedBy?.table === source.id && ownedBy.column === from)
  const last = sequence?.last ?? null
  return last === null ? null : BigInt(last)
}
