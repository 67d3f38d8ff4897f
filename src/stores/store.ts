import type { RowBatch } from '../rows/row-batch.js'
import type { Engine, FileSettings, LeftOut, Schema, Sequence, Table } from '../schema/schema.js'
import type { Classification, ImportTable } from './import-table.js'
import type { Conversion } from './conversion.js'
import type { Unresolved } from './unresolved.js'

/** Where rows live. Opening one touches nothing; the conformance suite in test/ proves every implementation. */
export interface Store {
  readonly engine: Engine
  /** For people: the path or the URL, never a password. */
  readonly name: string
  /** Opens one consistent read-only view of the whole store. Writers go on; the store is not changed in any way. */
  snapshot(options?: SnapshotOptions): Promise<Snapshot>
  /** Begins the one transaction of an import. */
  begin(options: TargetOptions): Promise<Target>
  close(): Promise<void>
}

export interface SnapshotOptions {
  readonly signal?: AbortSignal | undefined
}

export interface Snapshot {
  readonly schema: Schema
  /** Rows of a table, in canonical form, holding `storedColumns(table)`; give a table with fewer columns to leave some out. */
  rows(table: Table, filter?: RowFilter): AsyncIterable<RowBatch>
  /** Rows that `rows` would give; `estimate` allows the engine's own guess where there is no filter. */
  count(table: Table, filter?: RowFilter, estimate?: boolean): Promise<number>
  close(): Promise<void>
}

/** Which rows of a table: all conditions hold together. */
export interface RowFilter {
  /** SQL in the store's dialect, from the user's own command line; never from an archive. */
  readonly condition?: string | undefined
  /** Instants are compared, whatever their spelling in the column; a row without a time is left out. */
  readonly time?: {
    readonly column: string
    /** Inclusive. */
    readonly since?: Date | undefined
    /** Exclusive. */
    readonly until?: Date | undefined
  } | undefined
}

export interface TargetOptions {
  /** Silenced triggers leave the values of the archive as they are; `fire` lets the application's own logic run. */
  readonly triggers: 'silence' | 'fire'
  /** Milliseconds to wait for locks before STORE_LOCKED. */
  readonly lockTimeout: number
  readonly conversions: ReadonlySet<Conversion>
  /** True: the end is a rollback whatever happens, so nothing outside the transaction (sequences, files) may move. */
  readonly dryRun: boolean
  /** True: the store does not exist yet and is made by this import: a new SQLite file. */
  readonly fresh: boolean
  /** What a new SQLite file is to be like; one that is there is never changed. Absent or null: as SQLite makes them. */
  readonly file?: FileSettings | null | undefined
  /** `fail` when absent. Only of rows in the tables imported: an import never breaks what others refer to. */
  readonly unresolved?: Unresolved | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * One import, one transaction. The order of calls: `create` (only for a new schema), `prepare`, then per table
 * `load` (target table empty) or `stage` and `classify`, then `apply` once with all tables, `settle`, `end`.
 * Any error leaves the transaction to be ended with `end('rollback')`.
 */
export interface Target {
  /** The tables that are there now: after `create`, the created ones too. */
  readonly schema: Schema
  /**
   * Creates types, sequences and tables. Keys, indexes, references, triggers and views follow in `settle`, after the
   * rows. Returns what could not be created and is not needed to hold the rows.
   * @throws SCHEMA_UNSUPPORTED, TARGET_NOT_EMPTY
   */
  create(schema: Schema): Promise<readonly LeftOut[]>
  /**
   * Locks the tables against other writers, silences triggers, and takes references out of the way where the role may
   * do so. Returns how many rows each target table holds, by `target.id`. `sequences` are the archive's own: what they
   * have handed out is not handed out again.
   * @throws STORE_LOCKED, STORE_NOT_PERMITTED
   */
  prepare(tables: readonly ImportTable[], sequences?: readonly Sequence[]): Promise<ReadonlyMap<string, number>>
  /** Writes rows straight into an empty table. @throws ROW_INVALID, ROW_REFUSED, CONSTRAINT_VIOLATED with the row named */
  load(table: ImportTable, rows: AsyncIterable<RowBatch>): Promise<number>
  /** Writes rows into a staging table. @throws ROW_INVALID, ROW_REFUSED */
  stage(table: ImportTable, rows: AsyncIterable<RowBatch>): Promise<number>
  /** Compares what is staged with what is there, changing nothing. @throws AMBIGUOUS */
  classify(table: ImportTable, examples: number): Promise<Classification>
  /**
   * Applies the staged tables by their strategies: deletions (`replace`), then updates and inserts, in the order given.
   * A group is one strongly connected component of references; tables that were loaded are passed over.
   * @throws CONSTRAINT_VIOLATED
   */
  apply(groups: readonly (readonly ImportTable[])[], onTable: (table: ImportTable) => void): Promise<void>
  /**
   * Re-creates what `create` and `prepare` held back, checks every reference, and moves sequences past the highest id
   * (never in a dry run). Returns what the user should know, one sentence each.
   * @throws REFERENCE_UNRESOLVED, CONSTRAINT_VIOLATED
   */
  settle(): Promise<readonly string[]>
  end(how: 'commit' | 'rollback'): Promise<void>
}
