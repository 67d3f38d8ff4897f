import type { Engine } from '../../../schema/schema.js'
import type { LoomCounts } from './loom-counts.js'
import type { LoomTime } from './loom-time.js'

/** Text that the application hands to its driver as bytes: SQLite keeps a BLOB in the TEXT column. */
export interface BytesText {
  readonly kind: 'bytes-text'
  readonly text: string
}

/** A value before an engine's way to write it down is known; a list is an array of PostgreSQL. */
export type LoomValue = string | number | bigint | boolean | Buffer | null | LoomTime | BytesText | readonly string[]

/** Columns by name; what is not there takes the column's default. */
export type LoomRow = Readonly<Record<string, LoomValue>>

/** What the rows of a database depend on, and nothing else. */
export interface LoomScene {
  readonly engine: Engine
  readonly seed: number
  readonly counts: LoomCounts
}

/** The rows of one table, made while they are read; all have the same columns in the same order. */
export type LoomRows = (scene: LoomScene) => Iterable<LoomRow>

/** By table. */
export type RowsOfTables = Readonly<Record<string, LoomRows>>
