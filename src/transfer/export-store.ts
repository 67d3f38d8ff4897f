import { throwIfInterrupted } from '../errors/interrupted.js'
import { checkOptions } from '../errors/check-options.js'
import { createArchiveSchema } from '../archive/archive-schema.js'
import { emptyProfile } from '../profiles/profile.js'
import { dependencyOrder } from '../schema/dependency-order.js'
import { narrowSchema } from '../schema/narrow-schema.js'
import type { LeftOut, Table } from '../schema/schema.js'
import { openStore } from '../stores/open-store.js'
import type { Snapshot } from '../stores/store.js'
import { VERSION } from '../version.js'
import type { ExportOptions, ExportReport } from './export-options.js'
import type { ExportPlan } from './export-plan.js'
import { leaveOutColumns } from './leave-out-columns.js'
import { EXPORT_SHAPE } from './option-shapes.js'
import { refuseOwnOutput } from './refuse-own-output.js'
import { rowFilters } from './row-filters.js'
import { selectTables } from './select-tables.js'
import { createTracker } from './track-rows.js'
import { untimedRows } from './untimed-rows.js'
import { writeExport } from './write-export.js'

/**
 * Exports a store, or a selection of it, under one consistent snapshot. The file appears whole or not at all, and only
 * after it was read back.
 * @throws USAGE, STORE_*, TABLE_NOT_FOUND, COLUMN_NOT_FOUND, SELECTION_EMPTY, VALUE_UNWRITABLE, OUTPUT_*, INTERRUPTED
 */
export async function exportStore(options: ExportOptions): Promise<ExportReport> {
  const started = Date.now()
  checkOptions('exportStore', options, EXPORT_SHAPE)
  throwIfInterrupted(options.signal)
  const store = openStore(options.store)
  try {
    await refuseOwnOutput(store, options.output)
    const snapshot = await store.snapshot({ signal: options.signal })
    try {
      const planned = planExport(snapshot, options)
      const untimed = await untimedRows(snapshot, planned.schema.schema.tables, planned.filters)
      const plan: ExportPlan = { ...planned, filters: { ...planned.filters, notes: [...planned.filters.notes, ...untimed] } }
      const written = await writeExport(plan, options, createTracker(options.onProgress, options.signal))
      return {
        store: store.name,
        output: options.output,
        format: options.format ?? 'archive',
        exportId: plan.schema.exportId,
        ...written,
        rows: written.tables.reduce((sum, { rows }) => sum + rows, 0),
        leftOut: plan.schema.schema.leftOut,
        notes: plan.filters.notes,
        seconds: (Date.now() - started) / 1000,
      }
    } finally {
      await snapshot.close()
    }
  } finally {
    await store.close()
  }
}

function planExport(snapshot: Snapshot, options: ExportOptions): ExportPlan {
  const profile = options.profile ?? emptyProfile
  const leftOut: LeftOut[] = [...snapshot.schema.leftOut]
  const ordered: readonly Table[] = dependencyOrder(snapshot.schema.tables).flat()
  const chosen = selectTables(ordered, options, profile)
  const filters = rowFilters(chosen, options, profile)
  const tables = chosen.map((table) => leaveOutColumns(table, profile, leftOut))
  const schema = createArchiveSchema({
    generator: `holdall ${VERSION}`,
    profile: profile.name,
    selection: {
      include: options.include ?? [],
      exclude: options.exclude ?? [],
      where: options.where ?? {},
      since: options.since?.toISOString() ?? null,
      until: options.until?.toISOString() ?? null,
    },
    schema: { ...narrowSchema(snapshot.schema, tables), leftOut },
  })
  return { snapshot, schema, filters }
}
