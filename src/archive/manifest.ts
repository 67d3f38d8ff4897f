import type { ArchiveFormat } from './archive-schema.js'
import type { ChunkKind } from './member-path.js'

/** What `manifest.json`, the last member, holds; docs/FORMAT.md, "manifest.json". */
export interface Manifest {
  readonly format: ArchiveFormat
  readonly exportId: string
  readonly createdAt: string
  /** Root folder of the archive. */
  readonly name: string
  /** Rows of all tables. */
  readonly rows: number
  /** Bytes of all rows as NDJSON. */
  readonly bytes: number
  /** Every table of the schema, in the order written. */
  readonly tables: readonly TableCount[]
  /** Every member before the manifest, in file order. */
  readonly members: readonly Member[]
}

export interface TableCount {
  readonly table: string
  readonly rows: number
  readonly chunks: number
  /** Of NDJSON. */
  readonly bytes: number
}

export interface MemberExtent {
  readonly path: string
  /** Bytes of content. */
  readonly size: number
  /** Of the content, hex. */
  readonly sha256: string
  /** Where its gzip member starts in the file. */
  readonly offset: number
  /** Bytes of its gzip member. */
  readonly length: number
}

export type Member =
  | (MemberExtent & { readonly kind: 'schema' | 'statistics' | 'checksums' })
  | ChunkMember

/** Rows of a table, or stubs. */
export interface ChunkMember extends MemberExtent {
  readonly kind: ChunkKind
  readonly table: string
  readonly rows: number
}

export function isChunk(member: Member): member is ChunkMember {
  return 'rows' in member
}

/** As JSON, one table and one member a line. */
export function formatManifest({ tables, members, ...head }: Manifest): Buffer {
  const lines = (values: readonly object[]): string => values.map((value) => `\n    ${JSON.stringify(value)}`).join(',')
  const fields = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join('')
  return Buffer.from(`{\n${fields}  "tables": [${lines(tables)}\n  ],\n  "members": [${lines(members)}\n  ]\n}\n`)
}
