import type { ReferencePlace } from '../schema/declared-reference.js'
import type { Column, Table } from '../schema/schema.js'
import type { HeldValues } from './held-values.js'
import type { TableIdentity } from '../schema/table-identity.js'

export const STRATEGIES = Object.freeze(['merge', 'skip', 'replace', 'fail-on-conflict', 'keep-newer', 'keep-older', 'keep-both', 'three-way'] as const)
export type Strategy = (typeof STRATEGIES)[number]

/** One table on its way in: what the archive holds, where it goes, and by what rule. */
export interface ImportTable {
  /** As in the archive; its rows hold `storedColumns(source)`. */
  readonly source: Table
  readonly target: Table
  /** What is really written, in the order of the archive's columns. Columns the target generates are not here. */
  readonly columns: readonly ImportColumn[]
  /** `referred`: its rows only tell what references to them mean; none of them is written. */
  readonly role: 'written' | 'referred'
  /** By names of the target, all of them among `columns`. */
  readonly identity: TableIdentity
  /** Of the target, and those a profile declares, as far as the table referred to takes part in the import. */
  readonly references: readonly ImportReference[]
  readonly strategy: Strategy
  /** Rows of the target that the archive does not hold go. */
  readonly prune: boolean
  /** Says when a row was last written: what keep-newer and keep-older compare. Null where there is none. */
  readonly timeColumn: string | null
  /** The archive says nothing of rows that hold these: such rows of the target are not deleted for its lack of them. */
  readonly spared?: readonly HeldValues[] | undefined
  /** Names a row for people: what keep-both marks. Null where there is none. */
  readonly labelColumn: string | null
}

export interface ImportColumn {
  readonly source: Column
  readonly target: Column
}

/** All names are the target's. */
export interface ImportReference {
  readonly columns: readonly string[]
  /** Id of the table referred to, one of the import's. */
  readonly parent: string
  readonly parentColumns: readonly string[]
  readonly place: ReferencePlace
  readonly when: { readonly column: string; readonly value: string } | null
  /** Null: named by a profile. */
  readonly name: string | null
  /** A key that leads nowhere stays as it is, and is no fault. */
  readonly optional?: true
}

/** What an import makes of one table's rows. `new` to `rejected`, without `deleted`, add up to the rows staged. */
export interface Verdict {
  readonly new: number
  readonly changed: number
  readonly unchanged: number
  /** Rows that differ and stay as they are in the target. */
  readonly kept: number
  /** Rows of the target that go. */
  readonly deleted: number
  readonly conflicting: number
  readonly rejected: number
  readonly examples: readonly JudgedRow[]
}

export type RowClass = 'new' | 'changed' | 'kept' | 'deleted' | 'conflicting' | 'rejected'

export interface JudgedRow {
  readonly class: RowClass
  /** Ready to print: `id=5`. */
  readonly key: string
  /** Columns that differ from the target's row, where there is one. */
  readonly columns: readonly string[]
  /** Why it is a conflict or was rejected, one of `REASONS`; null for the others. */
  readonly reason: Reason | null
}

/** Why a row is a conflict or is rejected. */
export const REASONS = Object.freeze({
  exists: 'the row is in the target already',
  ambiguous: 'several rows have this identity',
  'identity-null': 'a column of its identity is NULL',
  'key-taken': 'another row of the target has its key',
  unresolved: 'it refers to a row that is neither in the archive nor in the target',
  'both-changed': 'both sides changed the same column since the base',
  'deleted-here': 'it was changed there and deleted here since the base',
  'deleted-there': 'it was deleted there and changed here since the base',
  refused: 'the target cannot hold a value of it',
  constraint: 'it breaks a constraint of the target',
})
export type Reason = keyof typeof REASONS

/** Which side of a conflict is taken: for the whole row, or column by column (columns that are not named stay ours). */
export type Resolution = 'theirs' | 'ours' | Readonly<Record<string, 'theirs' | 'ours'>>

/** What a person decided about a table's conflicts. */
export interface TableResolutions {
  /** For conflicts that `rows` does not name; null: they stay conflicts. */
  readonly otherwise: 'theirs' | 'ours' | null
  /** By the row's place in the archive, from 1; for rows that the archive lacks, by `key`. */
  readonly rows: readonly { readonly row: number | null; readonly key: string; readonly resolution: Resolution }[]
}

/** A row on which both sides do not agree, with its values as text for people; null where a side does not have it. */
export interface ConflictRow {
  /** Its place in the archive, from 1; null for a row that the archive lacks. */
  readonly row: number | null
  /** `email="a@b"` */
  readonly key: string
  readonly reason: Reason
  /** Columns that are in conflict. */
  readonly columns: readonly string[]
  readonly base: ConflictSide
  readonly ours: ConflictSide
  readonly theirs: ConflictSide
}
export type ConflictSide = Readonly<Record<string, string | null>> | null

/** A row that an import left out, and why. */
export interface RejectedRow {
  /** Its place in the archive, from 1. */
  readonly row: number
  readonly key: string
  readonly reason: Reason
  /** An error code of the catalogue, and what happened. */
  readonly code: string
  readonly message: string
}
