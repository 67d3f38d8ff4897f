import { isChunk, type Manifest } from '../archive/manifest.js'
import { openArchive } from '../archive/open-archive.js'
import { checkOptions } from '../errors/check-options.js'
import { present } from '../errors/present.js'
import { INSPECT_ARCHIVE_SHAPE } from './option-shapes.js'
import type { ArchiveSummary } from './summaries.js'

export interface InspectArchiveOptions {
  readonly input: string
  readonly signal?: AbortSignal | undefined
}

/** Tells what an archive holds, reading its tail, its manifest and its schema alone. @throws ARCHIVE_*, USAGE */
export async function inspectArchive(options: InspectArchiveOptions): Promise<ArchiveSummary> {
  checkOptions('inspectArchive', options, INSPECT_ARCHIVE_SHAPE)
  const archive = await openArchive(options.input, { signal: options.signal })
  try {
    const { schema, manifest } = archive
    const tables = schema.schema.tables.map((table) => {
      const members = manifest.members.filter((member) => isChunk(member) && member.kind === 'rows' && member.table === table.id)
      return {
        table: table.id,
        rows: present(manifest.tables.find((entry) => entry.table === table.id)).rows,
        columns: table.columns.length,
        chunks: members.length,
        size: members.reduce((sum, member) => sum + member.size, 0),
        compressed: members.reduce((sum, member) => sum + member.length, 0),
      }
    })
    return {
      path: archive.path,
      bytes: archive.bytes,
      formatVersion: schema.format.version,
      exportId: schema.exportId,
      createdAt: schema.createdAt,
      generator: schema.generator,
      source: { engine: schema.schema.engine, version: schema.schema.engineVersion },
      derivedFrom: schema.lineage.derivedFrom,
      application: schema.application,
      selection: schema.selection,
      stubs: stubCounts(manifest),
      tables,
      rows: tables.reduce((sum, { rows }) => sum + rows, 0),
      leftOut: schema.schema.leftOut,
      recovered: schema.recovered,
    }
  } finally {
    await archive.close()
  }
}

function stubCounts({ members }: Manifest): { table: string; rows: number }[] {
  const counts = new Map<string, number>()
  for (const member of members) if (member.kind === 'stubs') counts.set(member.table, (counts.get(member.table) ?? 0) + member.rows)
  return [...counts].map(([table, rows]) => ({ table, rows }))
}
