import type { ArchiveSchema } from '../archive/archive-schema.js'
import type { Snapshot } from '../stores/store.js'
import type { RowFilters } from './row-filters.js'

/** What an export is about to write: the schema as it will stand in the file, and where each table's rows come from. */
export interface ExportPlan {
  readonly snapshot: Snapshot
  readonly schema: ArchiveSchema
  readonly filters: RowFilters
}
