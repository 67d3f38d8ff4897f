import { throwIfInterrupted } from '../errors/interrupted.js'
import { checkOptions } from '../errors/check-options.js'
import { openStore } from '../stores/open-store.js'
import type { ExportOptions, ExportReport } from './export-options.js'
import { EXPORT_SHAPE } from './option-shapes.js'
import { planExport } from './plan-export.js'
import { readLineage } from './read-lineage.js'
import { refuseOwnOutput } from './refuse-own-output.js'
import { createTracker } from './track-rows.js'
import { withOpened } from './with-opened.js'
import { writeExport } from './write-export.js'

/**
 * Exports a store, or a selection of it, under one consistent snapshot. The file appears whole or not at all, and only
 * after it was read back.
 * @throws USAGE, STORE_*, TABLE_NOT_FOUND, COLUMN_NOT_FOUND, CONFIG_INVALID, SELECTION_EMPTY, VALUE_UNWRITABLE, ARCHIVE_* (of
 *   `derivedFrom`), OUTPUT_*, INTERRUPTED
 */
export async function exportStore(options: ExportOptions): Promise<ExportReport> {
  const started = Date.now()
  checkOptions('exportStore', options, EXPORT_SHAPE)
  throwIfInterrupted(options.signal)
  const { result, unclosed } = await withOpened(async (keep) => {
    const store = keep(openStore(options.store))
    await refuseOwnOutput(store, options.output)
    const derivedFrom = await readLineage(options.derivedFrom ?? [], options.signal)
    const snapshot = keep(await store.snapshot({ signal: options.signal }))
    const tracker = createTracker(options.onProgress, options.signal)
    const plan = keep(await planExport(snapshot, options, derivedFrom, tracker))
    const written = await writeExport(plan, options, tracker)
    return {
      store: store.name,
      output: options.output,
      format: options.format ?? 'archive',
      exportId: plan.schema.exportId,
      ...written,
      rows: written.tables.reduce((sum, { rows }) => sum + rows, 0),
      leftOut: plan.schema.schema.leftOut,
    }
  })
  return { ...result, notes: [...result.notes, ...unclosed], seconds: (Date.now() - started) / 1000 }
}
