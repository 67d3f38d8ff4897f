import type { Sql } from '../sql.js'
import type { JudgedTable } from './judged-table.js'
import type { MergeStore } from './merge-store.js'
import type { MergeTable } from './merge-table.js'
import type { Unresolved } from '../unresolved.js'
import { createUnresolvedState, type UnresolvedState } from './unresolved-state.js'

/** What one merge knows so far, by ids of target tables. */
export interface MergeState {
  readonly store: MergeStore
  /** What a key reads as that is in no map: as it is, or as NULL, which is what a base key means that nobody holds any more. */
  readonly outside: 'own' | 'nothing'
  readonly tables: Map<string, MergeTable>
  /** A table without an identity has none before it is judged. */
  readonly matchings: Map<string, Matching>
  /** Temporary tables of `ordinal` and the final surrogates `n0`, `n1`, … of every row that has a place in the target. */
  readonly ids: Map<string, Sql>
  /** Of tables whose `ids` say as they stand what their surrogates become: the map of these. */
  readonly idMaps: Map<string, KeyMap>
  /** By table and columns; null: keys of the archive mean the same in the target. */
  readonly keyMaps: Map<string, KeyMap | null>
  /** Of tables by `keep-both`: rows that are kept beside the ones of the target. */
  readonly copies: Map<string, Copies>
  /** Of tables without an identity: what their rows were before any copy was made, where that decides what is deleted. */
  readonly formers: Map<string, Matching>
  /** Tables whose rows are not the ones they were matched with at first: by copies, or by what their identity refers to. */
  readonly moved: Set<string>
  /** As given to `match`: strongly connected groups in dependency order. */
  groups: readonly (readonly string[])[]
  readonly judged: Map<string, JudgedTable>
  readonly unresolved: UnresolvedState
  /** What people should know of a table, one sentence each. */
  readonly notes: Map<string, string>
  /** Temporary tables of rows that cannot be taken: `ordinal`, `reason`, `code`, `message`. */
  readonly rejects: Map<string, Sql>
  /** Temporary tables made so far by what may be made again: each needs a name of its own. */
  readonly made: { count: number }
}

/** How staged rows find their rows of the target. Both `rule` and `matches` may know. */
export interface Matching {
  /** Columns whose equality is the whole answer, on both sides at most one row each; in terms of the target's ids; null: only `matches` knows. */
  readonly rule: readonly string[] | null
  /** The temporary table of `ordinal` and locator `l0`, `l1`, …; null: by `rule` alone. */
  readonly matches: Sql | null
  /** The temporary table of `ordinal` and `reason` of rows whose match is anybody's guess; null: there are none. */
  readonly odd: Sql | null
}

/** A temporary table from keys as the archive has them (`o0`, …) to keys in the target (`n0`, …), with the `ordinal` of the row. */
export interface KeyMap {
  readonly sql: Sql
  /** How many columns the keys have. */
  readonly columns: number
  /** By column: it may be another value in the target, and not only spelled otherwise. */
  readonly moving: readonly boolean[]
  /** The archive's keys mean nothing in the target: one that is not in the map is unresolved. */
  readonly foreign: boolean
}

/**
 * The temporary table of rows that differ from the row of the target that they are and shall stand beside it: `ordinal`, `n` (0: its
 * identity is free, 1: it is marked, above: marked with this number), `state` (one of `COPY`), and the values of `moving` as `v0`, ….
 */
export interface Copies {
  readonly sql: Sql
  /** Columns whose values are the copy's own. */
  readonly moving: readonly string[]
}

/** What became of a copy: it is to be inserted, stands in the target since an earlier import, or can have no key of its own. */
export const COPY = Object.freeze({ fresh: 0, there: 1, impossible: 2 })

export function createMergeState(store: MergeStore, outside: MergeState['outside'] = 'own', unresolved: Unresolved = 'fail'): MergeState {
  return {
    store,
    outside,
    tables: new Map(),
    matchings: new Map(),
    ids: new Map(),
    idMaps: new Map(),
    keyMaps: new Map(),
    copies: new Map(),
    formers: new Map(),
    moved: new Set(),
    groups: [],
    judged: new Map(),
    rejects: new Map(),
    notes: new Map(),
    unresolved: createUnresolvedState(unresolved),
    made: { count: 0 },
  }
}
