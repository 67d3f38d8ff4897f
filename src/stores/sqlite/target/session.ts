import { throwIfInterrupted } from '../../../errors/interrupted.js'
import type Database from 'better-sqlite3'
import type { Schema, Sequence } from '../../../schema/schema.js'
import type { ImportTable } from '../../import-table.js'
import type { Sql } from '../../sql.js'
import type { TargetOptions } from '../../store.js'

/** What one import carries from step to step; it ends with its transaction. */
export interface ImportSession {
  readonly db: Database.Database
  /** For messages. */
  readonly store: string
  readonly options: TargetOptions
  readonly utf16: boolean
  schema: Schema
  tables: readonly ImportTable[]
  /** The archive's own. */
  sequences: readonly Sequence[]
  /** By `target.id`. */
  readonly staged: Map<string, StagedTable>
  /** Ids of the tables that were written to. */
  readonly written: Set<string>
  /** By the id of the reference: the temporary table of rows that were broken before the first write, or null for none. */
  readonly brokenBefore: Map<string, Sql | null>
  /** What `settle` creates. */
  readonly held: HeldObject[]
}

/** A schema object that waits for the rows. */
export interface HeldObject {
  readonly kind: 'index' | 'virtual-table' | 'view' | 'trigger'
  readonly name: string
  readonly ddl: string
}

export interface StagedTable {
  readonly table: ImportTable
  /** The temporary table: `ordinal`, then `c0`, `c1`, … in the order of `table.columns`. */
  readonly rows: Sql
  readonly count: number
  comparison: Comparison | null
}

/** The outcome of `classify`, row by row. */
export interface Comparison {
  /** The temporary table: `ordinal`, `class` (one of `CLASS`), and `k0`, … locating the row of the target. */
  readonly matches: Sql
  readonly new: number
  readonly changed: number
  readonly absent: number
  /** Indexes into `table.columns`: those that differ in at least one changed row. */
  readonly differing: readonly number[]
}

export const CLASS = Object.freeze({ new: 0, changed: 1, unchanged: 2 })

/** @throws INTERRUPTED when the signal is aborted */
export function throwIfAborted(session: ImportSession): void {
  throwIfInterrupted(session.options.signal, { store: session.store })
}

/** Lets timers, signals and input have their turn between two long statements. */
export async function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
