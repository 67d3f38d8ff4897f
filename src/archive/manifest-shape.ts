import { instant, uuid } from './archive-schema-shape.js'
import { count, list, matching, misshapen, object, oneOf, text, variants, type Shape } from './json-shape.js'
import type { ChunkMember, Manifest, Member, TableCount } from './manifest.js'
import { isFolder, NAME_LENGTH, type ChunkKind } from './member-path.js'
import { formatShape } from './parse-document.js'

const extent = { path: text, size: count, sha256: matching(/^[0-9a-f]{64}$/, 'SHA-256'), offset: count, length: count }

const chunk: Shape<Member> = object<ChunkMember>({ ...extent, kind: oneOf<ChunkKind>({ rows: true, stubs: true }), table: text, rows: count })
type Other = Exclude<Member, ChunkMember>
const other: Shape<Member> = object<Other>({ ...extent, kind: oneOf<Other['kind']>({ schema: true, statistics: true, checksums: true }) })

/** The form of `manifest.json`; whether it is true is for `matchManifest`. */
export const manifestShape: Shape<Manifest> = object<Manifest>({
  format: formatShape,
  exportId: uuid,
  createdAt: instant,
  name: (value, path) => (isFolder(text(value, path), NAME_LENGTH) ? text(value, path) : misshapen(path, 'no folder')),
  rows: count,
  bytes: count,
  tables: list(object<TableCount>({ table: text, rows: count, chunks: count, bytes: count })),
  members: list(variants<'kind', Member>('kind', { rows: chunk, stubs: chunk, schema: other, statistics: other, checksums: other })),
})
