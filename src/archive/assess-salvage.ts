import type { TableLoss } from './archive-schema.js'
import { isChunk } from './manifest.js'
import { chunkFolder, memberPath, type ChunkKind } from './member-path.js'
import type { Salvage, WholeChunk } from './salvage.js'

/** What of one table, its rows or its stubs, can be had back, and what cannot. */
export interface TableSalvage {
  readonly kind: ChunkKind
  readonly table: string
  /** In the order of the table. */
  readonly chunks: readonly WholeChunk[]
  /** Null where all of the table is there. */
  readonly loss: TableLoss | null
}

interface Promised {
  readonly sha256: string
  /** Null where only the checksum is known. */
  readonly rows: number | null
}

/** Rows table by table, in the schema's order, then stubs. What nothing whole proves is not claimed. */
export function assessSalvage(salvage: Salvage): readonly TableSalvage[] {
  const promised = promises(salvage)
  const { schema, folders, stubs } = salvage.schema
  const assess = (kind: ChunkKind, table: string): TableSalvage => {
    const part: Part = { kind, table, folder: folders[table] ?? '' }
    const candidates = new Map<number, WholeChunk[]>()
    for (const chunk of salvage.chunks) {
      if (chunk.kind === kind && chunk.folder === part.folder) candidates.set(chunk.number, [...(candidates.get(chunk.number) ?? []), chunk])
    }
    return promised === null ? assessBlind(part, candidates, salvage) : assessPromised(part, candidates, promised, salvage)
  }
  return [...schema.tables.map(({ id }) => assess('rows', id)), ...Object.keys(stubs).map((id) => assess('stubs', id))]
}

interface Part {
  readonly kind: ChunkKind
  readonly table: string
  readonly folder: string
}

/** Every member that the manifest, else checksums.sha256, says there was, by path. */
function promises({ manifest, checksums, name }: Salvage): ReadonlyMap<string, Promised> | null {
  if (manifest !== null) return new Map(manifest.members.map((member) => [member.path, { sha256: member.sha256, rows: isChunk(member) ? member.rows : null }]))
  return checksums === null ? null : new Map([...checksums].map(([path, sha256]) => [`${name}/${path}`, { sha256, rows: null }]))
}

type Candidates = ReadonlyMap<number, readonly WholeChunk[]>

function assessPromised({ kind, table, folder }: Part, candidates: Candidates, promised: ReadonlyMap<string, Promised>, { name }: Salvage): TableSalvage {
  const chunks: WholeChunk[] = []
  const lost: number[] = []
  let rows: number | null = 0
  for (let number = 1; ; number += 1) {
    const promise = promised.get(memberPath(name, { kind, folder, chunk: number }))
    if (promise === undefined) break
    const chunk = candidates.get(number)?.find(({ sha256 }) => sha256 === promise.sha256)
    if (chunk !== undefined) {
      chunks.push(chunk)
      continue
    }
    lost.push(number)
    rows = rows === null || promise.rows === null ? null : rows + promise.rows
  }
  return { kind, table, chunks, loss: lost.length === 0 ? null : { table, chunks: lost, rows, endUnknown: false } }
}

function assessBlind({ kind, table, folder }: Part, candidates: Candidates, { order }: Salvage): TableSalvage {
  const chunks: WholeChunk[] = []
  const lost: number[] = []
  const last = Math.max(0, ...candidates.keys())
  for (let number = 1; number <= last; number += 1) {
    const [chunk, ...others] = candidates.get(number) ?? []
    // Two different chunks of one number: nothing tells which is the true one.
    if (chunk === undefined || others.some(({ sha256 }) => sha256 !== chunk.sha256)) lost.push(number)
    else chunks.push(chunk)
  }
  const endUnknown = !endKnown(position([...candidates.values()].flat()), last, chunkFolder({ kind, folder }), order)
  const loss = lost.length > 0 || endUnknown ? { table, chunks: lost, rows: null, endUnknown } : null
  return { kind, table, chunks, loss }
}

/** Where a table's chunks begin in the archive, as all their headers agree; null where they do not, or where there are none. */
function position(chunks: readonly WholeChunk[]): number | null {
  const positions = new Set(chunks.flatMap(({ index, number }) => (index === null ? [] : [index - number + 1])))
  const [only] = positions
  return positions.size === 1 && only !== undefined ? only : null
}

/**
 * Chunks of a table stand together, so a table ends where the very next member is something else. A table of which nothing
 * was found had no rows only if no member at all is missing before the metadata.
 */
function endKnown(start: number | null, last: number, folder: string, order: ReadonlyMap<number, string>): boolean {
  if (last > 0) {
    const next = start === null ? undefined : order.get(start + last)
    return next !== undefined && next !== folder
  }
  for (let index = 0; ; index += 1) {
    const member = order.get(index)
    if (member === undefined) return false
    if (member === 'statistics') return true
  }
}
