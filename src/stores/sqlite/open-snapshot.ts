import { HoldallError } from '../../errors/holdall-error.js'
import type { RowBatch } from '../../rows/row-batch.js'
import { nearHint } from '../../schema/near-hint.js'
import type { Table } from '../../schema/schema.js'
import type { Snapshot, SnapshotOptions } from '../store.js'
import { countRows } from './count-rows.js'
import { filterCondition } from './filter-condition.js'
import { introspect } from './introspect.js'
import { keyCondition } from './key-condition.js'
import { mapError } from './map-error.js'
import { openReader } from './open-reader.js'
import { readByRowid } from './read-by-rowid.js'
import { readScan } from './read-scan.js'
import { keyedOrder, rowOrder } from './row-order.js'
import { tableRead } from './table-read.js'
import { throwIfInterrupted } from '../../errors/interrupted.js'

/** The database as it stands now, over a connection of its own; see `openReader` for what that means to writers. */
export async function openSnapshot(path: string, { signal }: SnapshotOptions = {}): Promise<Snapshot> {
  throwIfInterrupted(signal)
  const reader = await openReader(path, signal)
  let open = true
  const reads = new Set<AsyncGenerator<RowBatch>>()
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    for (const read of reads) await read.return(undefined)
    reader.close()
  }
  try {
    const schema = introspect(reader.db)
    const own = (selected: Table): Table => {
      if (!open) throw new HoldallError('INTERNAL', { message: 'the snapshot is closed', table: selected.id })
      const table = schema.tables.find((each) => each.id === selected.id)
      if (table !== undefined) return table
      throw new HoldallError('TABLE_NOT_FOUND', { message: 'there is no such table', table: selected.id, store: path, ...nearHint(selected.id, schema.tables.map((each) => each.id)) })
    }
    return {
      schema,
      async *rows(selected, filter) {
        const table = own(selected)
        let batches: AsyncGenerator<RowBatch> | undefined
        try {
          const keys = filter?.keys === undefined ? null : keyCondition(table, filter.keys)
          const order = keys === null ? rowOrder(reader.db, table) : keyedOrder(table)
          const read = tableRead(reader, table, selected, { condition: filterCondition(reader.db, table, filter), keys, signal })
          batches = order.kind === 'scan' ? readScan(read, order) : readByRowid(read, order)
          reads.add(batches)
          yield* batches
        } catch (error) {
          throw mapError(error, { table: table.id })
        } finally {
          if (batches !== undefined) reads.delete(batches)
        }
      },
      async count(selected, filter) {
        const table = own(selected)
        try {
          const keys = filter?.keys === undefined ? null : keyCondition(table, filter.keys)
          return await countRows(reader.db, table, { condition: filterCondition(reader.db, table, filter), keys, signal })
        } catch (error) {
          throw mapError(error, { table: table.id })
        }
      },
      close,
    }
  } catch (error) {
    await close()
    throw mapError(error, { store: path })
  }
}
