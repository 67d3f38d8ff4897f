import { FOLDER_LENGTH } from './table-folders.js'

/** Longest root folder, so that every path fits a ustar header. */
export const NAME_LENGTH = 64

/** What a member is. Only these occur in an archive. */
export type MemberRole =
  | { readonly kind: 'schema' | 'statistics' | 'checksums' | 'manifest' }
  | { readonly kind: 'rows'; readonly folder: string; readonly chunk: number }

const PATHS = Object.freeze({
  schema: 'schema.json',
  statistics: 'metadata/statistics.json',
  checksums: 'metadata/checksums.sha256',
  manifest: 'manifest.json',
})

const FOLDER = /^[A-Za-z0-9_%~-][A-Za-z0-9_.%~-]*$/
const CHUNK = /^data\/([^/]+)\/(\d{6})\.ndjson$/

/** Whether a text may stand as the folder of a table, or with `length` as the root folder. */
export function isFolder(text: string, length: number = FOLDER_LENGTH): boolean {
  return text.length <= length && FOLDER.test(text)
}

/** The path of a member inside the root folder `name`. */
export function memberPath(name: string, role: MemberRole): string {
  return role.kind === 'rows'
    ? `${name}/data/${role.folder}/${String(role.chunk).padStart(6, '0')}.ndjson`
    : `${name}/${PATHS[role.kind]}`
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
  const [, folder, digits] = CHUNK.exec(rest) ?? []
  if (folder === undefined || digits === undefined || !isFolder(folder) || Number(digits) === 0) return null
  return { name, role: { kind: 'rows', folder, chunk: Number(digits) } }
}
