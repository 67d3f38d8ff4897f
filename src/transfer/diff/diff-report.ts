import type { Engine } from '../../schema/schema.js'
import type { IdentityRule } from '../../schema/table-identity.js'
import type { DifferenceClass } from './classify-rows.js'

export interface DiffReport {
  readonly a: DiffSide
  readonly b: DiffSide
  /** No table, column or row differs. */
  readonly same: boolean
  /** Ids of tables that the other side does not have. */
  readonly onlyTables: { readonly a: readonly string[]; readonly b: readonly string[] }
  /** Tables of both sides, in the order of A. */
  readonly tables: readonly TableDiff[]
  readonly totals: DiffCounts
  readonly notes: readonly string[]
  readonly seconds: number
}

export interface DiffSide {
  readonly name: string
  readonly engine: Engine
}

/** `onlyA`, `changed`, `same` and `ambiguousA` are all rows of A, and so for B. */
export interface DiffCounts {
  readonly onlyA: number
  readonly onlyB: number
  /** Rows that are the same row on both sides and differ in at least one column. */
  readonly changed: number
  readonly same: number
  /** Rows of A whose identity several rows of a side have, and that are not the same in everything. */
  readonly ambiguousA: number
  readonly ambiguousB: number
}

export interface TableDiff extends DiffCounts {
  /** What A calls it. */
  readonly table: string
  /** Columns that are not compared, because the other side does not have them. */
  readonly onlyColumns: { readonly a: readonly string[]; readonly b: readonly string[] }
  /** By what rows are the same row; none: by everything they hold. */
  readonly identity: readonly IdentityRule[]
  readonly examples: readonly DiffExample[]
}

export interface DiffExample {
  readonly kind: DifferenceClass
  /** Ready to print: `email="a@b"`, `order_id=orders(number=5), line=2`. */
  readonly key: string
  /** Of a changed row, what differs. */
  readonly columns: readonly DifferingColumn[]
}

/** Values are texts for people, cut at 60 characters: texts in quotes, what leads to a row as that row; null is NULL. */
export interface DifferingColumn {
  readonly column: string
  readonly a: string | null
  readonly b: string | null
}
