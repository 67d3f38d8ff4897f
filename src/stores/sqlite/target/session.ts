import { throwIfInterrupted } from '../../../errors/interrupted.js'
import type Database from 'better-sqlite3'
import type { Schema, Sequence } from '../../../schema/schema.js'
import type { ImportTable } from '../../import-table.js'
import type { BadRow } from '../../merge/reject-rows.js'
import type { Merge } from '../../merge/merge.js'
import type { Sql } from '../../sql.js'
import type { RowsAgain, TargetOptions } from '../../store.js'

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
  /** The same of the base of a three-way merge. */
  readonly bases: Map<string, StagedTable>
  /** Rows that could not be staged, by `target.id`, in the order of the archive. */
  readonly bad: Map<string, BadRow[]>
  /** From `match` on. */
  again: RowsAgain | null
  /** Rows of the target tables before the import, by `target.id`. */
  counts: ReadonlyMap<string, number>
  /** From `match` on. */
  merge: Merge | null
  /** Ids of the tables that were written to. */
  readonly written: Set<string>
  /** By the id of the reference: the temporary table of rows that were broken before the first write, or null for none. */
  readonly brokenBefore: Map<string, Sql | null>
  /** What `settle` creates. */
  readonly held: HeldObject[]
  /** What `settle` gives back to their tables. */
  readonly keysAside: KeysAside[]
}

/** A table whose unique keys SQLite does not know of for now: what sqlite_schema says of it and of their indexes. */
export interface KeysAside {
  readonly table: string
  readonly definition: string
  readonly indexes: readonly { readonly name: string; readonly rootpage: bigint }[]
}

/** A schema object that waits for the rows. */
export interface HeldObject {
  readonly kind: 'index' | 'virtual-table' | 'view' | 'trigger'
  readonly name: string
  readonly ddl: string
}

export interface StagedTable {
  readonly table: ImportTable
  /** Sets its temporary tables apart from those of other tables. */
  readonly number: number
  /** The temporary table: `ordinal`, `stub`, then `c0`, `c1`, … in the order of `table.columns`. */
  readonly stage: Sql
  /** Without stubs. */
  readonly rows: number
  readonly stubs: number
}

/** @throws INTERRUPTED when the signal is aborted */
export function throwIfAborted(session: ImportSession): void {
  throwIfInterrupted(session.options.signal, { store: session.store })
}

/** Lets timers, signals and input have their turn between two long statements. */
export async function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
