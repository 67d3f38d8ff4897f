import type { RowBatch } from '../rows/row-batch.js'
import type { Table } from '../schema/schema.js'
import type { Snapshot } from '../stores/store.js'
import type { GatheredRows } from './gather-rows.js'
import type { OwnRows } from './own-rows.js'

/** The rows that an export writes. */
export interface ExportRows {
  rows(table: Table): AsyncIterable<RowBatch>
  count(table: Table): Promise<number>
  /** As far as it is known without counting. */
  expected(table: Table): Promise<number | null>
  /** Rows that came along because others refer to them. */
  closure(table: Table): number
}

/** A table's own rows, then those that were gathered beside them. */
export function exportRows(snapshot: Snapshot, own: (table: Table) => OwnRows, gathered: GatheredRows | null): ExportRows {
  const more = ({ id }: Table): number => gathered?.count(id) ?? 0
  return {
    rows: async function* (table) {
      const rows = own(table)
      if (rows.kind !== 'none') yield* snapshot.rows(table, rows.kind === 'some' ? rows.filter : undefined)
      if (gathered !== null) yield* gathered.rows(table.id)
    },
    count: async (table) => {
      const rows = own(table)
      return (rows.kind === 'none' ? 0 : await snapshot.count(table, rows.kind === 'some' ? rows.filter : undefined)) + more(table)
    },
    expected: async (table) => {
      const rows = own(table)
      if (rows.kind === 'some') return null
      return (rows.kind === 'none' ? 0 : await snapshot.count(table, undefined, true)) + more(table)
    },
    closure: ({ id }) => gathered?.closure(id) ?? 0,
  }
}
