import type { ReferencePlace } from '../../schema/declared-reference.js'
import type { Column, Table } from '../../schema/schema.js'
import type { TableIdentity } from '../../schema/table-identity.js'
import type { ValueKind } from './value-kind.js'

export const SIDES = ['a', 'b'] as const
export type Side = (typeof SIDES)[number]

/** A table as it is on both sides. */
export interface TablePair {
  /** Of its temporary table, and of all that is told of the pair. */
  readonly number: number
  /** What side A calls it. */
  readonly id: string
  readonly a: Table
  readonly b: Table
  /** `referred`: its rows only tell what references to them mean. */
  readonly role: 'compared' | 'referred'
  /** Those stored on both sides, in the order of A. */
  readonly columns: readonly PairColumn[]
  readonly onlyColumns: Readonly<Record<Side, readonly string[]>>
  readonly identity: TableIdentity
}

export interface PairColumn {
  readonly name: string
  readonly a: Column
  readonly b: Column
  readonly kind: ValueKind
}

/** A reference by which some columns count as what they lead to, because what stands there is only a name given in that database. */
export interface PairReference {
  readonly columns: readonly string[]
  /** Number of the pair referred to. */
  readonly parent: number
  readonly parentColumns: readonly string[]
  readonly place: ReferencePlace
  readonly when: { readonly column: string; readonly value: string } | null
  /** Those of `columns` that count as the row referred to. */
  readonly named: readonly string[]
}

/** A pair with its references to others. */
export interface LinkedPair extends TablePair {
  readonly references: readonly PairReference[]
}
