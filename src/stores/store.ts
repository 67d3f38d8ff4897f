import type { RowBatch } from '../rows/row-batch.js'
import type { Engine, FileSettings, LeftOut, Schema, Sequence, Table } from '../schema/schema.js'
import type { ConflictRow, ImportTable, RejectedRow, TableResolutions, Verdict } from './import-table.js'
import type { Conversion } from './conversion.js'
import type { Sql } from './sql.js'
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
  /** SQL that both engines understand, made by Holdall itself. */
  readonly clause?: Sql | undefined
  /** Instants are compared, whatever their spelling in the column; a row without a time is left out. */
  readonly time?: {
    readonly column: string
    /** Inclusive. */
    readonly since?: Date | undefined
    /** Exclusive. */
    readonly until?: Date | undefined
  } | undefined
  /** Only rows that hold one of these in these columns, as the engine compares values of the columns; any row once. */
  readonly keys?: {
    readonly columns: readonly string[]
    /** Cells in canonical form; what is no value of its column, or NULL, matches nothing. At most `MOST_KEY_CELLS` in all. */
    readonly values: readonly (readonly string[])[]
  } | undefined
}

/** Cells of keys that one filter may hold: what a statement of either engine takes with ease. */
export const MOST_KEY_CELLS = 2_000

export interface TargetOptions {
  /** Silenced triggers leave the values of the archive as they are; `fire` lets the application's own logic run. */
  readonly triggers: 'silence' | 'fire'
  /** Milliseconds to wait for locks before STORE_LOCKED. */
  readonly lockTimeout: number
  readonly conversions: ReadonlySet<Conversion>
  /** `abort` when absent. `reject`: rows that cannot be taken are left out, and the import goes on without them. */
  readonly onError?: 'abort' | 'reject' | undefined
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

export interface JudgeOptions {
  /** Examples of each class. */
  readonly examples: number
  readonly resolutions: TableResolutions | null
  /** The archive holds only some rows of the table: none that it lacks was deleted there. For `three-way`; all rows when absent. */
  readonly partial?: boolean | undefined
}

/** The rows of a staged table as they came, without stubs; `base`: those of the base of a three-way merge. */
export type RowsAgain = (table: ImportTable, base: boolean) => AsyncIterable<RowBatch>

/**
 * One import, one transaction. The order of calls: `create` (only for a new schema), `prepare`, then per table
 * `load` (target table empty, its ids and references sure to stay as they are) or `stage`; `match` once for all that is
 * staged, `judge` per table in the order given, `apply` once, `settle`, `end`.
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
   * have handed out is not handed out again. `rows`: how many the archive holds, by `target.id`, since some ways pay only
   * for many.
   * @throws STORE_LOCKED, STORE_NOT_PERMITTED
   */
  prepare(tables: readonly ImportTable[], sequences?: readonly Sequence[], rows?: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>>
  /**
   * Writes rows straight into an empty table. @throws ROW_INVALID, ROW_REFUSED, CONSTRAINT_VIOLATED with the row named (of many rows
   * in `settle`, with its key)
   */
  load(table: ImportTable, rows: AsyncIterable<RowBatch>): Promise<number>
  /** Writes rows, or stubs holding the columns `stubs`, into the staging table; rows come first. @throws ROW_INVALID, ROW_REFUSED */
  stage(table: ImportTable, rows: AsyncIterable<RowBatch>, stubs?: readonly string[]): Promise<number>
  /**
   * As `stage`, of the archive that both sides of a three-way merge descend from. `table` has the columns of the staged table in
   * the same order; what its `source` does not store is NULL. Every table that a three-way table leads to is given, even without rows.
   */
  stageBase(table: ImportTable, rows: AsyncIterable<RowBatch>, stubs?: readonly string[]): Promise<number>
  /**
   * Finds for every staged row the row of the target that it is, and gives new rows their ids, so that the whole map from
   * the archive's ids to the target's is known before anything is written. `again` gives a table's rows once more, here and in
   * `judge`, for keys that stand inside values: it is needed where a table has such references.
   * @throws ROW_REFUSED when a column has no ids left
   */
  match(groups: readonly (readonly ImportTable[])[], again?: RowsAgain): Promise<void>
  /**
   * Puts references in terms of the target's ids, compares the rows with what is there, and decides by the table's
   * strategy what becomes of each. Changes nothing. Tables that are referred to come first, as far as cycles allow.
   * @throws REFERENCE_UNRESOLVED when the last table is judged, naming rows of all
   */
  judge(table: ImportTable, options: JudgeOptions): Promise<Verdict>
  /** The verdict on a judged table as it is by now: `apply` may have left rows out. */
  tally(table: ImportTable, examples: number): Promise<Verdict>
  /** The rows of a judged table that are in conflict, in the order of the archive. */
  conflicts(table: ImportTable): AsyncIterable<ConflictRow>
  /** The rows that were left out so far, in the order of the archive. */
  rejects(table: ImportTable): AsyncIterable<RejectedRow>
  /**
   * Does what `judge` decided: deletions, then updates and inserts, in the order given. A group is one strongly connected
   * component of references; tables that were loaded are passed over.
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
