import { HoldallError } from '../errors/holdall-error.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { Snapshot } from '../stores/store.js'
import type { ImportSource } from './import-source.js'

/** What a store holds under one snapshot, to be read. Closing the snapshot stays with whoever opened it. */
export function snapshotSource(snapshot: Snapshot, name: string): ImportSource {
  const tables = new Map(snapshot.schema.tables.map((table) => [table.id, table]))
  return Object.freeze({
    name,
    schema: snapshot.schema,
    stubTables: [],
    rowCount: () => null,
    rows: (id: string) => {
      const table = tables.get(id)
      if (table === undefined) throw new HoldallError('TABLE_NOT_FOUND', { message: 'the store has no such table', store: name, table: id })
      return snapshot.rows(table)
    },
    stubColumns: () => [],
    stubs: noRows,
  })
}

/** Every row that is referred to is in the store itself. */
async function* noRows(): AsyncGenerator<RowBatch> {
  // Nothing to yield.
}
