import { writeFile } from 'node:fs/promises'
import { createArchiveWriter } from '../../src/archive/archive-writer.js'
import type { ArchiveSchema } from '../../src/archive/archive-schema.js'
import { openArchive } from '../../src/archive/open-archive.js'
import { memorySink } from '../archive/testing.js'

/** The archive again with another schema.json, every checksum right: what a forger would send. */
export async function forgeSchema(path: string, forged: string, change: (schema: ArchiveSchema) => ArchiveSchema): Promise<string> {
  const archive = await openArchive(path)
  try {
    const sink = memorySink()
    const schema = change(structuredClone(archive.schema))
    const writer = createArchiveWriter(sink, { name: 'forged', level: 1, schema })
    for (const { id } of schema.schema.tables) await writer.rows(id, archive.rows(id))
    await writer.finish({})
    await writeFile(forged, sink.bytes())
    return forged
  } finally {
    await archive.close()
  }
}
