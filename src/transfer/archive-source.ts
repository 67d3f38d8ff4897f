import { present } from '../errors/present.js'
import type { Archive } from '../archive/open-archive.js'
import type { ImportSource } from './import-source.js'

/** What an archive holds, to be read. Closing the archive stays with whoever opened it. */
export function archiveSource(archive: Archive): ImportSource {
  const { schema, manifest } = archive
  const counts = new Map(manifest.tables.map(({ table, rows }) => [table, rows]))
  return Object.freeze({
    name: archive.path,
    schema: schema.schema,
    stubTables: schema.stubTables,
    rowCount: (table: string) => present(counts.get(table)),
    rows: (table: string) => archive.rows(table),
    stubColumns: (table: string) => archive.stubColumns(table),
    stubs: (table: string) => archive.stubs(table),
  })
}
