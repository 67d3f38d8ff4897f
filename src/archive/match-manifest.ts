import type { ArchiveSchema } from './archive-schema.js'
import { CHUNK_LIMIT, DOCUMENT_LIMIT, ROW_LIMIT } from './limits.js'
import { isChunk, type Manifest, type Member, type TableCount } from './manifest.js'
import { memberError, type MemberPlace } from './member-place.js'
import { memberPath, parseMemberPath, type ChunkKind, type MemberRole } from './member-path.js'
import { tarEntrySize } from './tar-header.js'

/**
 * Whether a manifest can be true: the members stand in the one order there is, without a gap, under the names that follow
 * from schema.json, within the limits, and the counts add up. `end` is where manifest.json itself starts.
 * @throws ARCHIVE_CORRUPT, ARCHIVE_HOSTILE
 */
export function matchManifest(manifest: Manifest, schema: ArchiveSchema, end: number, place: MemberPlace): void {
  const corrupt = (message: string): never => {
    throw memberError('ARCHIVE_CORRUPT', place, message)
  }
  if (manifest.exportId !== schema.exportId) corrupt('manifest.json and schema.json are of different exports')
  if (manifest.createdAt !== schema.createdAt) corrupt('manifest.json and schema.json give different times')
  const tables: ByKind<ReadonlySet<string>> = { rows: new Set(schema.schema.tables.map(({ id }) => id)), stubs: new Set(Object.keys(schema.stubs)) }
  const counts: ByKind<Map<string, TableCount>> = { rows: new Map(), stubs: new Map() }
  let offset = 0
  let last: string | null = null
  const kinds: string[] = []
  for (const member of manifest.members) {
    const at = { ...place, offset: member.offset }
    const role = roleOf(member, schema, tables, counts)
    if (parseMemberPath(member.path) === null) throw memberError('ARCHIVE_HOSTILE', at, 'the manifest names a member that no archive holds')
    if (role === null || member.path !== memberPath(manifest.name, role)) {
      throw memberError('ARCHIVE_CORRUPT', { ...at, member: member.path }, 'the member is not the one that belongs here')
    }
    checkSize(member, { ...at, member: member.path })
    if (member.offset !== offset) corrupt(`there is a gap or an overlap before ${member.path}`)
    offset += member.length
    if (!isChunk(member)) {
      kinds.push(member.kind)
      last = null
      continue
    }
    if (kinds.length !== 1) corrupt(`${member.path} does not stand between schema.json and metadata/`)
    if (member.kind === 'stubs' && counts.stubs.size === 0) last = null
    if (member.kind === 'rows' && counts.stubs.size > 0) corrupt(`${member.path} stands behind stubs`)
    const found = counts[member.kind]
    if (member.table !== last && found.has(member.table)) corrupt(`the chunks of ${member.table} do not stand together`)
    last = member.table
    const { rows, chunks, bytes } = found.get(member.table) ?? { rows: 0, chunks: 0, bytes: 0 }
    found.set(member.table, { table: member.table, rows: rows + member.rows, chunks: chunks + 1, bytes: bytes + member.size })
  }
  if (kinds.join() !== 'schema,statistics,checksums') corrupt('the manifest does not hold schema.json, statistics.json and checksums.sha256 once each, in order')
  if (offset !== end) corrupt('there is a gap or an overlap before manifest.json')
  checkCounts(manifest, schema, counts.rows, corrupt)
}

type ByKind<T> = Readonly<Record<ChunkKind, T>>

function roleOf(member: Member, schema: ArchiveSchema, tables: ByKind<ReadonlySet<string>>, counts: ByKind<ReadonlyMap<string, TableCount>>): MemberRole | null {
  if (!isChunk(member)) return { kind: member.kind }
  const { kind, table } = member
  const folder = tables[kind].has(table) ? schema.folders[table] : undefined
  return folder === undefined ? null : { kind, folder, chunk: (counts[kind].get(table)?.chunks ?? 0) + 1 }
}

function checkSize(member: Member, place: MemberPlace): void {
  const several = isChunk(member) && member.rows > 1
  const limit = !isChunk(member) ? DOCUMENT_LIMIT : several ? CHUNK_LIMIT : ROW_LIMIT
  if (member.size > limit) throw memberError('ARCHIVE_HOSTILE', place, `the manifest claims ${member.size} bytes where at most ${limit} may be`)
  if (member.length > packedLimit(member.size)) throw memberError('ARCHIVE_HOSTILE', place, 'the member is longer than its content can make it')
  if (isChunk(member) && member.rows === 0) throw memberError('ARCHIVE_CORRUPT', place, 'the manifest claims a chunk without rows')
}

/** The longest gzip member that content of a size may have: what does not compress grows by less than this. */
export function packedLimit(size: number): number {
  return tarEntrySize(size) + Math.ceil(size / 256) + 4096
}

function checkCounts(manifest: Manifest, schema: ArchiveSchema, found: ReadonlyMap<string, TableCount>, corrupt: (message: string) => never): void {
  const missing = new Set(schema.schema.tables.map(({ id }) => id))
  let rows = 0
  let bytes = 0
  for (const claimed of manifest.tables) {
    if (!missing.delete(claimed.table)) corrupt(`the manifest counts ${claimed.table}, which is not in the schema or counted twice`)
    const real = found.get(claimed.table) ?? { rows: 0, chunks: 0, bytes: 0 }
    if (claimed.rows !== real.rows || claimed.chunks !== real.chunks || claimed.bytes !== real.bytes) {
      corrupt(`the manifest's counts of ${claimed.table} do not match its chunks`)
    }
    rows += claimed.rows
    bytes += claimed.bytes
  }
  for (const table of missing) corrupt(`the manifest does not count ${table}`)
  if (rows !== manifest.rows || bytes !== manifest.bytes) corrupt('the manifest\'s totals are not the sums of its tables')
}
