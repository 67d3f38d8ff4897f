import type { ColumnType } from './column-type.js'

export type Engine = 'sqlite' | 'postgresql'

/** What a database looks like, as introspected. Frozen plain data; it is what `schema.json` of an archive holds. */
export interface Schema {
  readonly engine: Engine
  /** As the engine reports it: `3.53.2`, `18.4`. */
  readonly engineVersion: string
  /** PostgreSQL extensions that types of these tables come from. */
  readonly extensions: readonly string[]
  readonly types: readonly UserType[]
  readonly sequences: readonly Sequence[]
  /** In dependency order: what is referred to comes first, as far as cycles allow (see `dependencyOrder`). */
  readonly tables: readonly Table[]
  /**
   * SQLite triggers, views, and virtual tables that index another table's rows, verbatim, in creation order. PostgreSQL
   * has none here: its views and functions are left out.
   */
  readonly statements: readonly Statement[]
  readonly leftOut: readonly LeftOut[]
  /** What a SQLite file is besides its tables; null for the other engines. */
  readonly file: FileSettings | null
}

/** What the header of a SQLite file holds: a new file gets it, one that is there keeps its own. */
export interface FileSettings {
  /** `PRAGMA user_version`, by which applications number their migrations: 32 bits, signed. */
  readonly userVersion: number
  readonly applicationId: number
  /** It decides how BINARY orders texts, and what a CAST to BLOB gives. */
  readonly encoding: 'UTF-8' | 'UTF-16le' | 'UTF-16be'
  readonly pageSize: number
  readonly autoVacuum: 'none' | 'full' | 'incremental'
  /** `rollback`: any journal mode but WAL; only WAL is kept in the file. */
  readonly journal: 'rollback' | 'wal'
}

export type TableTrait = 'strict' | 'without-rowid' | 'virtual' | 'partitioned' | 'unlogged'

export interface Table {
  /** Unique in the schema and what users type: `users`, `audit.users`; see `tableId`. */
  readonly id: string
  /** PostgreSQL schema; null in SQLite. */
  readonly namespace: string | null
  readonly name: string
  readonly traits: readonly TableTrait[]
  readonly columns: readonly Column[]
  readonly primaryKey: Key | null
  /** Unique constraints and unique indexes over plain columns without a condition. */
  readonly uniques: readonly Key[]
  readonly references: readonly Reference[]
  readonly checks: readonly Check[]
  /** Every index that no constraint owns, unique or not. */
  readonly indexes: readonly Index[]
  /** The CREATE statement verbatim where the engine keeps one (SQLite), else null. */
  readonly ddl: string | null
}

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
  /** SQL expression in the source engine's dialect, or null. A nextval() of `identity` is not repeated here. */
  readonly default: string | null
  readonly identity: Identity | null
  readonly generated: { readonly expression: string; readonly stored: boolean } | null
  /** Only when it differs from the type's own. */
  readonly collation: string | null
}

/**
 * Where new values of a column come from. `rowid` is SQLite's INTEGER PRIMARY KEY; `serial` is a PostgreSQL default
 * nextval(), `always` and `by-default` are GENERATED … AS IDENTITY.
 */
export type Identity =
  | { readonly kind: 'rowid'; readonly autoincrement: boolean }
  | { readonly kind: 'serial' | 'always' | 'by-default'; readonly sequence: string }

export type Deferrability = 'not-deferrable' | 'initially-immediate' | 'initially-deferred'

export interface Key {
  readonly name: string | null
  readonly columns: readonly string[]
  readonly deferrability: Deferrability
  /** PostgreSQL 15 UNIQUE NULLS NOT DISTINCT. */
  readonly nullsNotDistinct: boolean
}

export type ReferenceAction = 'no-action' | 'restrict' | 'cascade' | 'set-null' | 'set-default'

export interface Reference {
  readonly name: string | null
  readonly columns: readonly string[]
  /** Id of the table referred to. It may be missing from the schema (SQLite allows that). */
  readonly table: string
  readonly targetColumns: readonly string[]
  readonly onUpdate: ReferenceAction
  readonly onDelete: ReferenceAction
  readonly match: 'simple' | 'full'
  readonly deferrability: Deferrability
  /** False for PostgreSQL NOT VALID: old rows may break it. */
  readonly validated: boolean
}

export interface Check {
  readonly name: string | null
  /** In the source engine's dialect, without the outer CHECK ( ). */
  readonly expression: string
  readonly validated: boolean
}

export interface Index {
  readonly name: string
  readonly unique: boolean
  /** `btree`, `gin`, …; SQLite is always `btree`. */
  readonly method: string
  readonly parts: readonly IndexPart[]
  /** Partial index condition, or null. */
  readonly condition: string | null
  /** The CREATE INDEX statement verbatim. */
  readonly ddl: string
}

export type IndexPart =
  | { readonly column: string; readonly descending: boolean }
  | { readonly expression: string; readonly descending: boolean }

export type UserType =
  | { readonly kind: 'enum'; readonly id: string; readonly namespace: string; readonly name: string; readonly labels: readonly string[] }
  | {
      readonly kind: 'domain'
      readonly id: string
      readonly namespace: string
      readonly name: string
      readonly base: string
      readonly collation: string | null
      readonly nullable: boolean
      readonly default: string | null
      readonly checks: readonly Check[]
    }
  | {
      readonly kind: 'composite'
      readonly id: string
      readonly namespace: string
      readonly name: string
      readonly fields: readonly { readonly name: string; readonly declared: string; readonly collation: string | null }[]
    }
  | {
      readonly kind: 'range'
      readonly id: string
      readonly namespace: string
      readonly name: string
      readonly subtype: string
    }

/** 64-bit numbers are decimal strings. For SQLite's AUTOINCREMENT only `ownedBy` and `last` say anything. */
export interface Sequence {
  readonly id: string
  readonly namespace: string | null
  readonly name: string
  /** The column it feeds: an identity, a serial, or the owner by OWNED BY. */
  readonly ownedBy: { readonly table: string; readonly column: string } | null
  readonly dataType: string
  readonly start: string
  readonly increment: string
  readonly min: string
  readonly max: string
  readonly cache: string
  readonly cycle: boolean
  /** The last value handed out, or null when none was. */
  readonly last: string | null
}

export interface Statement {
  /** `virtual-table`: full text over another table's content; once that has its rows, it is re-created and rebuilt. */
  readonly kind: 'view' | 'trigger' | 'virtual-table'
  readonly name: string
  /** The table a trigger is on, or a virtual table indexes; null for a view. */
  readonly table: string | null
  readonly ddl: string
}

/** Something in the database that an export does not carry, and why: never silent. */
export interface LeftOut {
  /** `view`, `materialized view`, `foreign table`, `virtual table`, `table`, `column`, `trigger`, `function`, … */
  readonly kind: string
  readonly name: string
  readonly reason: string
}
