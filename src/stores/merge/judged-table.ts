import type { Sql } from '../sql.js'
import type { MergeTable } from './merge-table.js'

/** A staged table with what becomes of each of its rows: all that `apply` needs. */
export interface JudgedTable {
  readonly merge: MergeTable
  /** For FROM: rows of the staging table's shape, in terms of the target's ids, without stubs. */
  readonly rows: Sql
  /**
   * The temporary table of verdicts: `ordinal` of the row (NULL for a row of the target alone), `class` (a `RowClass`),
   * `action` (an `Action`), `reason`, and the locator of the target's row as `l0`, `l1`, … Unchanged rows are not in it.
   */
  readonly verdicts: Sql
  /** Of a three-way merge: its rows in the base, for FROM, which the verdicts name by `base`, and say in `merged` what became of each column. */
  readonly base?: Sql | undefined
  readonly inserts: number
  readonly updates: number
  readonly deletes: number
}

/** What is done with a row; kept, conflicting and rejected rows are in no need of anything. */
export const ACTION = Object.freeze({ insert: 'i', update: 'u', delete: 'd', none: '-' })
export type Action = (typeof ACTION)[keyof typeof ACTION]
