import type { ArchiveSchema } from '../archive/archive-schema.js'
import type { StubCollector } from './collect-stubs.js'
import type { ExportRows } from './export-rows.js'

/** What an export is about to write: the schema as it will stand in the file, and where the rows of its tables come from. */
export interface ExportPlan {
  readonly schema: ArchiveSchema
  readonly rows: ExportRows
  /** Null where no reference can lead out of the archive. */
  readonly stubs: StubCollector | null
  readonly notes: readonly string[]
  close(): Promise<void>
}
