import type { Archive } from '../archive/open-archive.js'
import { createArchiveSchema } from '../archive/archive-schema.js'
import { emptyProfile, type Profile } from '../profiles/profile.js'
import { narrowSchema } from '../schema/narrow-schema.js'
import { openStore } from '../stores/open-store.js'
import { VERSION } from '../version.js'
import { leaveOutColumns } from './leave-out-columns.js'
import type { Input } from './open-input.js'
import type { LeftOut } from '../schema/schema.js'
import { snapshotSource } from './snapshot-source.js'

/**
 * A store under one snapshot, read as an archive is: what `copy` takes its rows from, without a file. Every table is in it, so that
 * a table which is left out can still say what references to it mean.
 * @throws STORE_*, VALUE_UNWRITABLE, INTERRUPTED
 */
export async function storeInput(location: string, options: { readonly profile?: Profile | undefined; readonly signal?: AbortSignal | undefined }): Promise<Input> {
  const store = openStore(location)
  try {
    const snapshot = await store.snapshot({ signal: options.signal })
    const leftOut: LeftOut[] = [...snapshot.schema.leftOut]
    const tables = snapshot.schema.tables.map((table) => leaveOutColumns(table, options.profile ?? emptyProfile, leftOut))
    const schema = createArchiveSchema({ generator: `holdall ${VERSION}`, schema: { ...narrowSchema(snapshot.schema, tables), leftOut } })
    const counts: { table: string; rows: number; chunks: number; bytes: number }[] = []
    for (const table of tables) counts.push({ table: table.id, rows: await snapshot.count(table), chunks: 0, bytes: 0 })
    const source = snapshotSource({ ...snapshot, schema: schema.schema, rows: (table, filter) => snapshot.rows(table, filter) }, store.name)
    const archive: Archive = Object.freeze({
      path: store.name,
      bytes: 0,
      schema,
      manifest: { format: schema.format, exportId: schema.exportId, createdAt: schema.createdAt, name: store.name, rows: counts.reduce((sum, { rows }) => sum + rows, 0), bytes: 0, tables: counts, members: [] },
      statistics: async () => Promise.resolve({}),
      rows: async function* (table: string) {
        let firstRow = 1
        for await (const batch of source.rows(table)) {
          yield { ...batch, member: table, firstRow }
          firstRow += batch.rows
        }
      },
      stubColumns: () => [],
      stubs: async function* () {
        // Every row that is referred to is in the store itself.
      },
      close: async () => {
        await snapshot.close()
        await store.close()
      },
    })
    return { archive, path: store.name, notes: [], close: async () => archive.close() }
  } catch (error) {
    await store.close()
    throw error
  }
}
