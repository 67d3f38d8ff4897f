import type { Readable } from 'node:stream'
import type { Cycle } from '../schema/cycles.js'
import type { LeftOut } from '../schema/schema.js'
import type { TableIdentity } from '../schema/table-identity.js'
import type { OnProgress } from '../progress/progress.js'
import type { Matches } from '../profiles/identify-table.js'
import type { Profile } from '../profiles/profile.js'
import type { Strategy, Verdict } from '../stores/import-table.js'
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
  /** Path of the application's key store, which must be the one of the export and hold every key that rows refer to. */
  readonly keyStore?: string | undefined
  /** Make the tables: into a SQLite file that does not exist yet, or a database that lacks them. */
  readonly create?: boolean | undefined
  /** `merge` when absent. */
  readonly strategy?: Strategy | undefined
  /** Other strategies for single tables, by table id. */
  readonly onConflict?: Readonly<Record<string, Strategy>> | undefined
  /** Columns by which rows are the same rows, by table id, in order; without it they are inferred. */
  readonly match?: Matches | undefined
  /** Rows of the target that the archive does not hold go, from the tables imported. */
  readonly prune?: boolean | undefined
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly triggers?: 'silence' | 'fire' | undefined
  /** What becomes of a row that refers to a row which is neither in the archive nor in the target; `fail` when absent. */
  readonly onUnresolved?: Unresolved | undefined
  /** Archive that both sides descend from, for `three-way`; when absent it is looked for beside the input, by lineage. */
  readonly base?: string | undefined
  /** `abort` when absent: all or nothing. `reject`: rows that cannot be taken are left out, and the import goes on. */
  readonly onError?: 'abort' | 'reject' | undefined
  /** File for rejected rows, with code and reason: an archive, or by its name a JSON document. It can itself be imported. */
  readonly rejects?: string | undefined
  /** File for conflicts, one JSON object a line. With it a real run that has conflicts writes the file and changes nothing. */
  readonly conflicts?: string | undefined
  /** Such a file with its resolutions filled in. */
  readonly resolutions?: string | undefined
  /** Replace existing files of rejects and conflicts. A conflicts file in which nothing was resolved yet is replaced without it. */
  readonly overwrite?: boolean | undefined
  readonly conversions?: readonly Conversion[] | undefined
  /** Milliseconds; 10,000 when absent. */
  readonly lockTimeout?: number | undefined
  /** Examples of each class kept a table; 3 when absent. */
  readonly examples?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
  /** Told what becomes of which rows, before conflicts end the import or anything is written. */
  readonly onJudged?: ((tables: readonly TableTally[]) => void) | undefined
  /** Asked before `replace` or `prune` may delete rows; without it the import goes ahead. False: CONFIRMATION_NEEDED. */
  readonly confirm?: ((question: DeletionQuestion) => Promise<boolean>) | undefined
}

export interface DeletionQuestion {
  readonly store: string
  /** Tables whose rows go where the archive lacks them, as far as they hold rows now. */
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly by: 'replace' | 'prune' }[]
}

/** What an import does, or in a dry run would do, to one table. */
export interface TableTally extends Verdict {
  readonly table: string
  readonly strategy: Strategy
  /** By what its rows were recognised. */
  readonly identity: TableIdentity
}

export type Counts = Omit<Verdict, 'examples'>

export interface ImportReport {
  readonly dryRun: boolean
  readonly store: string
  readonly strategy: Strategy
  readonly tables: readonly TableTally[]
  readonly totals: Counts
  /** References of the target that lead back to where they start, among the tables imported, and how each was broken. */
  readonly cycles: readonly Cycle[]
  /** Files that were written, and the base of a three-way import; null where there is none. */
  readonly files: { readonly conflicts: string | null; readonly rejects: string | null; readonly base: string | null }
  readonly notes: readonly string[]
  /** What the archive describes and the target was not given. */
  readonly leftOut: readonly LeftOut[]
  readonly seconds: number
}
