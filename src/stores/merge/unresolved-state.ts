import type { Sql } from '../sql.js'
import type { ImportReference } from '../import-table.js'
import type { Unresolved } from '../unresolved.js'
import type { InnerKeys } from './inner-keys.js'
import type { KeyMap } from './merge-state.js'

/** What one merge knows of references that lead nowhere; tables are named by the ids of the target. */
export interface UnresolvedState {
  readonly mode: Unresolved
  /** What the import is refused for, by table and reference. */
  readonly refused: Map<string, Finding>
  /** What became of other rows, one sentence each, by table and reference. */
  readonly notes: Map<string, string>
  /** With `skip`: the temporary table of a table's rows that are left out: `ordinal`, `reference` (its place among the table's), `key`. */
  readonly leftOut: Map<string, Sql>
  /** Of these the temporary table of `ordinal` of those that have no place in the target. */
  readonly gone: Map<string, Sql>
  /** With `skip`: keys inside the values of a table's columns. */
  readonly inner: Map<string, readonly InnerKeys[]>
  /** Keys of the archive or the target that mean the same everywhere, by table and columns, as maps to themselves. */
  readonly present: Map<string, KeyMap>
  /** Maps by the texts of their keys. */
  readonly texts: WeakMap<KeyMap, Sql>
}

/** Rows of a table that refer to nothing by one reference. */
export interface Finding {
  readonly table: string
  readonly reference: ImportReference
  readonly rows: number
  /** Up to five of them. */
  readonly examples: readonly UnresolvedRow[]
  /** Why the rows cannot be taken as it was asked for, or null. */
  readonly because: string | null
}

export interface UnresolvedRow {
  readonly ordinal: number
  /** `author_id=7` */
  readonly key: string
}

export const EXAMPLES = 5

export function createUnresolvedState(mode: Unresolved): UnresolvedState {
  return { mode, refused: new Map(), notes: new Map(), leftOut: new Map(), gone: new Map(), inner: new Map(), present: new Map(), texts: new WeakMap() }
}

/** Names a table's reference in maps. */
export function referenceName(table: string, reference: ImportReference): string {
  return JSON.stringify([table, reference.columns, reference.parent, reference.place, reference.when])
}
