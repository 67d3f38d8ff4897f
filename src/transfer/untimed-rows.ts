import type { Table } from '../schema/schema.js'
import type { Snapshot } from '../stores/store.js'
import type { RowFilters } from './row-filters.js'

/** `--since` and `--until` leave out rows whose time is NULL or no time at all; how many, one sentence a table. */
export async function untimedRows(snapshot: Snapshot, tables: readonly Table[], filters: RowFilters): Promise<readonly string[]> {
  const notes: string[] = []
  for (const table of tables) {
    const { condition, clause, time } = filters.of(table) ?? {}
    if (time === undefined) continue
    const all = await snapshot.count(table, { condition, clause })
    const missing = all - (await snapshot.count(table, { condition, clause, time: { column: time.column } }))
    if (missing > 0) notes.push(`table ${table.id}: ${missing === 1 ? '1 row holds' : `${missing} rows hold`} no time in ${time.column} that can be read, and ${missing === 1 ? 'is' : 'are'} left out`)
  }
  return notes
}
