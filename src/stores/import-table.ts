import type { Column, Table } from '../schema/schema.js'

export const STRATEGIES = ['merge', 'skip', 'replace', 'fail-on-conflict'] as const
export type Strategy = (typeof STRATEGIES)[number]

/** One table on its way in: what the archive holds, where it goes, and by what rule. */
export interface ImportTable {
  /** As in the archive; its rows hold `storedColumns(source)`. */
  readonly source: Table
  readonly target: Table
  /** What is really written, in the order of the archive's columns. Columns the target generates are not here. */
  readonly columns: readonly ImportColumn[]
  /** Columns of the target by which a row here and a row there are the same row; null: the whole row is its identity. */
  readonly identity: readonly string[] | null
  readonly strategy: Strategy
}

export interface ImportColumn {
  readonly source: Column
  readonly target: Column
}

/**
 * Staged rows against the table's rows, before any strategy. `changed` differ in at least one written column;
 * `absent` are rows of the table that are not staged.
 */
export interface Classification {
  readonly new: number
  readonly changed: number
  readonly unchanged: number
  readonly absent: number
  readonly examples: readonly ClassifiedRow[]
}

export interface ClassifiedRow {
  readonly class: 'new' | 'changed' | 'absent'
  /** Ready to print: `id=5`. */
  readonly key: string
  /** Columns that differ, for `changed`. */
  readonly columns: readonly string[]
}
