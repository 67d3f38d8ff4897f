import type { Application, Recovery } from '../archive/archive-schema.js'
import type { Cycle } from '../schema/cycles.js'
import type { DeclaredReference, ReferencePlace } from '../schema/declared-reference.js'
import type { LeftOut, Schema } from '../schema/schema.js'
import type { TableIdentity } from '../schema/table-identity.js'

/** What `inspect ARCHIVE` tells, read from the tail, the manifest and schema.json alone. */
export interface ArchiveSummary {
  readonly path: string
  readonly bytes: number
  readonly formatVersion: number
  readonly exportId: string
  readonly createdAt: string
  readonly generator: string
  readonly source: { readonly engine: string; readonly version: string }
  readonly derivedFrom: readonly string[]
  /** What it says of the application; null where the profile knew of none. */
  readonly application: Application | null
  readonly selection: Readonly<Record<string, unknown>>
  /** Tables of whose rows the archive holds identities, because they are referred to. */
  readonly stubs: readonly { readonly table: string; readonly rows: number }[]
  readonly tables: readonly {
    readonly table: string
    readonly rows: number
    readonly columns: number
    readonly chunks: number
    /** Bytes of NDJSON. */
    readonly size: number
    /** Bytes in the file. */
    readonly compressed: number
  }[]
  readonly rows: number
  readonly leftOut: readonly LeftOut[]
  /** Where the archive was saved from a broken one: what is known to be missing. */
  readonly recovered: Recovery | null
}

/** What `inspect --store` tells. */
export interface StoreSummary {
  readonly store: string
  readonly engine: string
  readonly engineVersion: string
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly estimated: boolean }[]
  readonly cycles: readonly Cycle[]
  /** By what each table's rows are recognised in another database, in the order of `tables`. */
  readonly identities: readonly (TableIdentity & { readonly table: string })[]
  /** References that the profile names, of the tables there are. */
  readonly declaredReferences: readonly {
    readonly table: string
    readonly columns: readonly string[]
    readonly target: string
    /** Empty: the primary key of a table that is not there. */
    readonly targetColumns: readonly string[]
    readonly place: ReferencePlace
    readonly when: DeclaredReference['when']
  }[]
  readonly schema: Schema
}
