import type Database from 'better-sqlite3'
import type { Sequence, Table } from '../../schema/schema.js'

/** AUTOINCREMENT counters: the rows of `sqlite_sequence`; a table that never had a row has none there, `last` is null. */
export function introspectSequences(db: Database.Database, tables: readonly Table[]): readonly Sequence[] {
  const owners = tables.flatMap((table) => {
    const column = table.columns.find(({ identity }) => identity?.kind === 'rowid' && identity.autoincrement)
    return column === undefined ? [] : [{ table, column }]
  })
  if (owners.length === 0) return []
  const last = db.prepare<[string], string | null>(`SELECT CAST(max(seq) AS TEXT) FROM main.sqlite_sequence WHERE name = ? AND typeof(seq) = 'integer'`).pluck()
  return owners.map(({ table, column }) => ({
    id: table.id,
    namespace: null,
    name: table.name,
    ownedBy: { table: table.id, column: column.name },
    dataType: 'integer',
    start: '1',
    increment: '1',
    min: '1',
    max: '9223372036854775807',
    cache: '1',
    cycle: false,
    last: last.get(table.name) ?? null,
  }))
}
