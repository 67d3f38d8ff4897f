import type { Column } from '../../schema/schema.js'
import type { ImportTable } from '../import-table.js'
import type { Sql } from '../sql.js'

/**
 * A table whose rows are staged, as the merge sees it. The staging table holds the archive's rows untouched; `column` names
 * its columns, and those of every table with the same shape (what `resolve` makes).
 */
export interface MergeTable {
  readonly table: ImportTable
  /** Sets the temporary tables of different tables apart. */
  readonly number: number
  readonly staged: Sql
  /** Column of the staging table: place of the row in the archive, from 1; stubs go on counting after the rows. */
  readonly ordinal: Sql
  /** Column of the staging table: true for a stub. */
  readonly stub: Sql
  /** Staged rows, and among them stubs. */
  readonly rows: number
  readonly stubs: number
  /** Rows of the target table. */
  readonly there: number
  /** The target table, for FROM. */
  readonly target: Sql
  /** The staging table's column for a column of the target. */
  readonly column: (name: string) => Sql
  /** What tells the target's rows apart, as columns of it: its primary key, else its physical place. */
  readonly locator: readonly Sql[]
  /** The locator is made of these columns of the target; null: it is no column at all. */
  readonly locatorColumns: readonly string[] | null
  /** A row `there` is the one whose locator stands in `l0`, `l1`, … of another table. */
  readonly located: (there: Sql, other: Sql) => Sql
  /** True when the values are equal as the target's keys compare them; not true when one is NULL. Both are aliases. */
  readonly equal: (name: string, staged: Sql, there: Sql) => Sql
  /** True when the values are the very same, NULL being the same as NULL; never NULL. Both are aliases. */
  readonly same: (name: string, staged: Sql, there: Sql) => Sql
  /** As `same`, between two tables of the staging table's shape. */
  readonly sameStaged: (name: string, one: Sql, other: Sql) => Sql
  /** Some unique key of the target has just these columns, and none of them can be NULL. */
  readonly isKey: (columns: readonly string[]) => boolean
  /** A value of a column elsewhere (`by`) refers to the value of this column that stands in `key`: as foreign keys compare. */
  readonly meets: (name: string, key: Sql, by: Column, value: Sql) => Sql
  /** Groups staged rows whose values `equal` would call equal. */
  readonly grouped: (name: string, staged: Sql) => Sql
  /** Expressions that are the same (by `MergeStore.same`) for two rows just when all these columns are the very same. */
  readonly whole: (names: readonly string[], staged: Sql) => readonly Sql[]
  readonly wholeThere: (names: readonly string[], there: Sql) => readonly Sql[]
  /** The target's column may hold NULL. */
  readonly nullable: (name: string) => boolean
  /** The last number that the target's own sequence of the column handed out; null where there is none or it handed out none. */
  readonly lastGiven: (name: string) => bigint | null
  /** An expression as a value of that column of the staging table. */
  readonly value: (name: string, expression: Sql) => Sql
  /** Readable key of a row of the staging table's shape, as text: `id=5`. */
  readonly keyText: (columns: readonly string[], staged: Sql) => Sql
  /** The same of a row of the target. */
  readonly keyTextThere: (columns: readonly string[], there: Sql) => Sql
}
