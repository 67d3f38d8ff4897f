import { HoldallError } from '../errors/holdall-error.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { ImportTable } from '../stores/import-table.js'
import type { Target } from '../stores/store.js'
import type { BaseTable } from './base-tables.js'
import type { ImportSource } from './import-source.js'
import type { Tracker } from './track-rows.js'

/** Stages what the base has of a table, rows and stubs. @throws as `Target.stageBase`, VERIFICATION_FAILED, naming the base */
export async function stageBase(base: ImportSource, { table, source }: BaseTable, target: Target, tracker: Tracker): Promise<void> {
  try {
    if (source === null) {
      await target.stageBase(table, noRows())
      return
    }
    const expected = base.rowCount(source)
    const rows = await target.stageBase(table, tracker.rows('stage', source, expected, base.rows(source)))
    if (expected !== null && rows !== expected) throw new HoldallError('VERIFICATION_FAILED', { message: `${rows} rows arrived of ${expected} in the archive`, table: source })
    const stubs = base.stubColumns(source)
    if (stubs.length > 0) await target.stageBase(table, base.stubs(source), stubs)
  } catch (error) {
    if (!HoldallError.is(error)) throw error
    const { code, message, hint, place, details } = error
    throw new HoldallError(code, { archive: base.name, ...place, message, hint, details, cause: error })
  }
}

/** The rows of a base table once more. */
export function baseRows(base: ImportSource | null, tables: readonly BaseTable[], { target }: ImportTable): AsyncIterable<RowBatch> {
  const source = tables.find(({ table }) => table.target.id === target.id)?.source ?? null
  return base === null || source === null ? noRows() : base.rows(source)
}

async function* noRows(): AsyncGenerator<RowBatch> {
  // Nothing to yield.
}
