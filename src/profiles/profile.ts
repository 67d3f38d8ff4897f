import type { DeclaredReference } from '../schema/declared-reference.js'
import type { Engine } from '../schema/schema.js'
import type { ProfileApplication } from './application.js'
import type { ProjectPath } from '../schema/project-path.js'
import type { TableSecrets } from './table-secrets.js'

/** What is known of one application's database. Frozen plain data; records have no prototype, so any name is only a key. */
export interface Profile {
  /** As in holdall.yaml; null for the empty profile. */
  readonly name: string | null
  /** What its exports say of the application, and imports compare; null where that is not known. */
  readonly application: ProfileApplication | null
  /** Group to table ids and patterns with `*` and `?`, in the order of the file. */
  readonly groups: Readonly<Record<string, readonly string[]>>
  /** Table id to the column that says when a row was last written. */
  readonly timeColumns: Readonly<Record<string, string>>
  /** Table id to columns that no export carries. */
  readonly leaveOut: Readonly<Record<string, readonly string[]>>
  /** Table id to the column lists by which its rows are the same rows in another database, in order. */
  readonly identities: Readonly<Record<string, readonly (readonly string[])[]>>
  /** Table id to the columns in which rows that are the same are alike, NULL being like NULL: of n such rows here and m there the first are paired. */
  readonly alike: Readonly<Record<string, readonly string[]>>
  /** Table id to references of its columns that the database does not declare. */
  readonly references: Readonly<Record<string, readonly DeclaredReference[]>>
  /** Table id to the column that names a row for people; `keep-both` marks it. */
  readonly labelColumns: Readonly<Record<string, string>>
  /** Table id to the ways in which its rows belong to a project: any of them will do. */
  readonly project: Readonly<Record<string, readonly ProjectPath[]>>
  /** Table id to columns that have one name in SQLite and another in PostgreSQL. */
  readonly columnsBetween: Readonly<Record<string, readonly ColumnBetween[]>>
  /** Table id to what `--redact` keeps out of an export. */
  readonly secrets: Readonly<Record<string, TableSecrets>>
  /** Ids of tables that an import passes over unless they are named: what they hold is true of one running server alone. */
  readonly leaveAlone: readonly string[]
}

/** One column by its two names. */
export type ColumnBetween = Readonly<Record<Engine, string>>

/** A frozen record without a prototype. */
export function frozenRecord<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  const record = Object.create(null) as Record<string, T>
  for (const [key, value] of entries) record[key] = value
  return Object.freeze(record)
}

/** What a record holds under a name, and nothing that every object has: profiles made by hand have a prototype. */
export function entryOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** The profile of a database nothing is known of. */
export const emptyProfile: Profile = Object.freeze({
  name: null,
  application: null,
  groups: frozenRecord<readonly string[]>([]),
  timeColumns: frozenRecord<string>([]),
  leaveOut: frozenRecord<readonly string[]>([]),
  identities: frozenRecord<readonly (readonly string[])[]>([]),
  references: frozenRecord<readonly DeclaredReference[]>([]),
  labelColumns: frozenRecord<string>([]),
  alike: frozenRecord<readonly string[]>([]),
  project: frozenRecord<readonly ProjectPath[]>([]),
  columnsBetween: frozenRecord<readonly ColumnBetween[]>([]),
  secrets: frozenRecord<TableSecrets>([]),
  leaveAlone: Object.freeze([]),
})
