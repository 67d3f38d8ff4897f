import type { Readable } from 'node:stream'
import type { LeftOut } from '../schema/schema.js'
import type { OnProgress } from '../progress/progress.js'
import type { Profile } from '../profiles/profile.js'
import type { ClassifiedRow, Strategy } from '../stores/import-table.js'
import type { Conversion } from '../stores/conversion.js'
import type { Unresolved } from '../stores/unresolved.js'

export interface ImportOptions {
  /** Path of an archive or JSON document, or `-` for `stdin`. */
  readonly input: string
  readonly stdin?: Readable | undefined
  /** URL or path of the target. */
  readonly store: string
  readonly profile?: Profile | undefined
  /** `auto` looks at the first bytes. */
  readonly format?: 'auto' | 'archive' | 'json' | undefined
  /** Make the tables: into a SQLite file that does not exist yet, or a database that lacks them. */
  readonly create?: boolean | undefined
  /** `merge` when absent. */
  readonly strategy?: Strategy | undefined
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly triggers?: 'silence' | 'fire' | undefined
  /**
   * Rows that refer to a row which is neither in the archive nor in the target: `fail` (when absent) refuses the import
   * with REFERENCE_UNRESOLVED, `keep` takes them as they are and names them in `notes`. `keep` is for SQLite only.
   */
  readonly onUnresolved?: Unresolved | undefined
  readonly conversions?: readonly Conversion[] | undefined
  /** Milliseconds; 10,000 when absent. */
  readonly lockTimeout?: number | undefined
  /** Examples of each class kept a table; 3 when absent. */
  readonly examples?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
  /** Asked before `replace` touches tables that hold rows; without it the import goes ahead. False: CONFIRMATION_NEEDED. */
  readonly confirm?: ((question: ReplaceQuestion) => Promise<boolean>) | undefined
}

export interface ReplaceQuestion {
  readonly store: string
  /** Tables that hold rows now. */
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
}

/** What an import does, or in a dry run would do, to one table. The sum of `new` to `kept` is the archive's rows. */
export interface TableTally {
  readonly table: string
  readonly new: number
  readonly changed: number
  readonly unchanged: number
  /** Rows that differ and stay as they are in the target (`skip`). */
  readonly kept: number
  /** Rows of the target that go (`replace`). */
  readonly deleted: number
  /** Rows that would stop a `fail-on-conflict` import. */
  readonly conflicting: number
  readonly rejected: number
  readonly examples: readonly ClassifiedRow[]
}

export interface ImportReport {
  readonly dryRun: boolean
  readonly store: string
  readonly strategy: Strategy
  readonly tables: readonly TableTally[]
  readonly totals: Omit<TableTally, 'table' | 'examples'>
  readonly notes: readonly string[]
  /** What the archive describes and the target was not given. */
  readonly leftOut: readonly LeftOut[]
  readonly seconds: number
}
