import { randomUUID } from 'node:crypto'
import type { Schema, Table } from '../schema/schema.js'
import { tableFolders } from './table-folders.js'

export const FORMAT_NAME = 'holdall-archive'
export const FORMAT_VERSION = 1

export interface ArchiveFormat {
  readonly name: typeof FORMAT_NAME
  readonly version: number
}

/** What an application says of an export of its own database, in its own words; a profile tells them. */
export interface Application {
  /** Version of the layout that the application's own exports have. */
  readonly version: string
  /** Version of its tables: an import takes only the one that its profile knows. */
  readonly schemaVersion: string
  readonly serverVersion: string
  /** What it calls the engine. */
  readonly databaseType: string
  /** Which key store the keys of encrypted values lie in: a fingerprint, never anything secret. Empty where nobody said. */
  readonly encryptionKeyId: string
}

/** What `schema.json`, the first member, holds; docs/FORMAT.md, "schema.json". */
export interface ArchiveSchema {
  readonly format: ArchiveFormat
  /** UUID of this very export. */
  readonly exportId: string
  /** Instant in ISO 8601, UTC. */
  readonly createdAt: string
  /** `holdall x.y.z` */
  readonly generator: string
  /** Export ids of the archives this one descends from, nearest first. */
  readonly lineage: { readonly derivedFrom: readonly string[] }
  /** Name of the profile exported with, or null. */
  readonly profile: string | null
  /** Null where the profile knows no application. */
  readonly application: Application | null
  /** What was asked for, as plain JSON: include, exclude, where, since, until, … For people; nothing is computed from it. */
  readonly selection: Readonly<Record<string, unknown>>
  /** Folder below `data/` and `stubs/` of every table, by table id; also of `stubTables`. */
  readonly folders: Readonly<Record<string, string>>
  /** Where this archive was saved from a broken one: what is known to be missing. Else null. */
  readonly recovered: Recovery | null
  /** Columns that the stubs of a table hold, in the order of the table, by table id: of every table that may have some. */
  readonly stubs: Readonly<Record<string, readonly string[]>>
  /** Tables of which there are stubs alone, with the columns of their stubs: `schema` does not know them. */
  readonly stubTables: readonly Table[]
  readonly schema: Schema
}

export interface Recovery {
  /** Export id of the broken archive. */
  readonly from: string
  /** Tables of which something is lost, or may be. */
  readonly losses: readonly TableLoss[]
  /** The same of stubs. */
  readonly stubLosses: readonly TableLoss[]
}

export interface TableLoss {
  readonly table: string
  /** Numbers, in the broken archive, of the chunks that are lost. */
  readonly chunks: readonly number[]
  /** Rows in these chunks; null when nothing whole says how many. */
  readonly rows: number | null
  /** True when chunks after the last one known may be lost as well: nothing whole says where the table ended. */
  readonly endUnknown: boolean
}

/** A new export's `schema.json`: what is not given is made. */
export function createArchiveSchema(
  props: Pick<ArchiveSchema, 'generator' | 'schema'> & Partial<Pick<ArchiveSchema, 'exportId' | 'createdAt' | 'lineage' | 'profile' | 'application' | 'selection' | 'folders' | 'recovered' | 'stubs' | 'stubTables'>>,
): ArchiveSchema {
  return Object.freeze({
    format: Object.freeze({ name: FORMAT_NAME, version: FORMAT_VERSION }),
    exportId: props.exportId ?? randomUUID(),
    createdAt: props.createdAt ?? new Date().toISOString(),
    generator: props.generator,
    lineage: props.lineage ?? Object.freeze({ derivedFrom: Object.freeze([]) }),
    profile: props.profile ?? null,
    application: props.application ?? null,
    selection: props.selection ?? Object.freeze({}),
    folders: props.folders ?? tableFolders([...props.schema.tables, ...(props.stubTables ?? [])].map(({ id }) => id)),
    recovered: props.recovered ?? null,
    stubs: props.stubs ?? Object.freeze({}),
    stubTables: props.stubTables ?? Object.freeze([]),
    schema: props.schema,
  })
}

/** The time of every file in the tar, in whole seconds since 1970. */
export function archiveTime(schema: Pick<ArchiveSchema, 'createdAt'>): number {
  return Math.floor(Date.parse(schema.createdAt) / 1000)
}
