import type { Sql } from '../sql.js'
import { createMergeState, type MergeState } from './merge-state.js'
import type { MergeStore } from './merge-store.js'
import type { MergeTable } from './merge-table.js'

/** The archive that both sides of a three-way merge descend from: its tables, with ids, maps and matches of their own. */
export interface BaseState {
  /** As they were staged. */
  readonly staged: Map<string, MergeTable>
  /** The same tables, whose `target` are the known rows: see `knownRows`. */
  readonly merge: MergeState
}

/** Rows of the base in terms of the target's ids, beside what the archive and the target made of them. */
export interface BaseRows {
  /** For FROM: rows of the staging table's shape, without stubs. */
  readonly rows: Sql
  /** True where the column of a base row refers to a row that is on neither side any more, so that it equals nothing. */
  lost(column: string, row: Sql): Sql
  /** The temporary table of a base row's `ordinal`, the ordinal of the archive's row it is (`theirs`, or NULL) and the locator of the target's (or NULLs). */
  readonly pairs: Sql
  /** Which row of the archive, or which stub, each row of the target is: a temporary table of `ordinal` and locator. */
  readonly claims: Sql
  /** Of a table without an identity: all rows of both sides, and which of them base rows are. */
  readonly whole: { readonly known: MergeTable; readonly matches: Sql } | null
}

export function createBaseState(store: MergeStore): BaseState {
  return { staged: new Map(), merge: createMergeState(store, 'nothing') }
}
