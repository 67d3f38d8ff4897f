import { FOLDER_LENGTH } from './table-folders.js'

/** Longest root folder, so that every path fits a ustar header. */
export const NAME_LENGTH = 64

/** What a member is. Only these occur in an archive. */
export type MemberRole =
  | { readonly kind: 'schema' | 'statistics' | 'checksums' | 'manifest' }
  | { readonly kind: ChunkKind; readonly folder: string; readonly chunk: number }

/** Rows of a table, or stubs: identities of rows that are referred to and not in the archive. */
export type ChunkKind = 'rows' | 'stubs'

const PATHS = Object.freeze({
  schema: 'schema.json',
  statistics: 'metadata/statistics.json',
  checksums: 'metadata/checksums.sha256',
  manifest: 'manifest.json',
})

const FOLDER = /^[A-Za-z0-9_%~-][A-Za-z0-9_.%~-]*$/
const ROOTS: Readonly<Record<ChunkKind, string>> = Object.freeze({ rows: 'data', stubs: 'stubs' })
const CHUNK = /^(data|stubs)\/([^/]+)\/(\d{6})\.ndjson$/

/** Whether a text may stand as the folder of a table, or with `length` as the root folder. */
export function isFolder(text: string, length: number = FOLDER_LENGTH): boolean {
  return text.length <= length && FOLDER.test(text)
}

/** The path of a member inside the root folder `name`. */
export function memberPath(name: string, role: MemberRole): string {
  return 'chunk' in role
    ? `${name}/${chunkFolder(role)}/${String(role.chunk).padStart(6, '0')}.ndjson`
    : `${name}/${PATHS[role.kind]}`
}

/** The folder of a table's chunks below the root folder. */
export function chunkFolder({ kind, folder }: { readonly kind: ChunkKind; readonly folder: string }): string {
  return `${ROOTS[kind]}/${folder}`
}

/** Reads a path back, or null where no archive has such a path. */
export function parseMemberPath(path: string): { readonly name: string; readonly role: MemberRole } | null {
  const slash = path.indexOf('/')
  const name = path.slice(0, Math.max(slash, 0))
  const rest = path.slice(slash + 1)
  if (!isFolder(name, NAME_LENGTH)) return null
  for (const kind of ['schema', 'statistics', 'checksums', 'manifest'] as const) {
    if (rest === PATHS[kind]) return { name, role: { kind } }
  }
  const [, root, folder, digits] = CHUNK.exec(rest) ?? []
  if (folder === undefined || digits === undefined || !isFolder(folder) || Number(digits) === 0) return null
  return { name, role: { kind: root === ROOTS.stubs ? 'stubs' : 'rows', folder, chunk: Number(digits) } }
}
