import type { Sql } from '../sql.js'
import type { BaseRows } from './base-state.js'
import type { Matching } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/** A table of a three-way merge. */
export interface ThreeWayTable {
  readonly table: MergeTable
  readonly matching: Matching
  /** For FROM: resolved rows. */
  readonly rows: Sql
  readonly base: BaseRows
  /** As `JudgedTable.verdicts`, with the letters of `MERGED` in `merged` and the ordinal of the base row in `base`. */
  readonly verdicts: Sql
}
