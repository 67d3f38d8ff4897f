import type { LeftOut } from '../schema/schema.js'
import type { OnProgress } from '../progress/progress.js'
import type { Profile } from '../profiles/profile.js'

export const EXPORT_FORMATS = ['archive', 'json', 'json-pretty'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export interface ExportOptions {
  /** URL or path of the store. */
  readonly store: string
  readonly profile?: Profile | undefined
  /** A path, or `-` for `stdout`. */
  readonly output: string
  readonly stdout?: NodeJS.WritableStream | undefined
  readonly format?: ExportFormat | undefined
  /** 1 (fast) to 9 (small); 6 when absent. */
  readonly compressionLevel?: number | undefined
  /** Compress a JSON document with gzip; an archive always is. */
  readonly compress?: boolean | undefined
  /** Path of the application's key store: the export says which one it was, and nothing of what is in it. */
  readonly keyStore?: string | undefined
  /** Tables or groups, with `*` and `?`. */
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  /** Table id to an SQL condition in the store's dialect. */
  readonly where?: Readonly<Record<string, string>> | undefined
  /** Inclusive, on each table's time column. */
  readonly since?: Date | undefined
  /** Exclusive. */
  readonly until?: Date | undefined
  /** Only what belongs to the project of that id, as the profile says, and what this refers to. */
  readonly project?: string | undefined
  /** What the profile calls secret is left out. */
  readonly redact?: boolean | undefined
  /** The rows that exported rows refer to come along, and what these refer to: the export stands on its own. */
  readonly closure?: boolean | undefined
  /** Table id to an SQL condition: only these rows, the rows that refer to them, and what all of these refer to. */
  readonly subset?: Readonly<Record<string, string>> | undefined
  /** Archives, JSON documents or export ids that this export descends from. */
  readonly derivedFrom?: readonly string[] | undefined
  /** Replace an existing output file. */
  readonly overwrite?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

export interface ExportedTable {
  readonly table: string
  readonly rows: number
  /** Before compression. */
  readonly bytes: number
  /** How many of the rows came along because others refer to them. */
  readonly closure: number
}

export interface ExportReport {
  readonly store: string
  readonly output: string
  readonly format: ExportFormat
  readonly exportId: string
  readonly tables: readonly ExportedTable[]
  /** Tables of whose rows identities were written, because they are referred to and are not exported. */
  readonly stubs: readonly { readonly table: string; readonly rows: number }[]
  readonly rows: number
  /** Size of the output file, or of what went to stdout. */
  readonly bytes: number
  /** SHA-256 of the output file; null for stdout. */
  readonly sha256: string | null
  readonly leftOut: readonly LeftOut[]
  readonly notes: readonly string[]
  readonly seconds: number
}
