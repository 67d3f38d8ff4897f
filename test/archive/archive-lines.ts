import { openArchive } from '../../src/archive/open-archive.js'

/** Every table's lines, sorted: what an archive says, whatever the order of its rows. */
export async function archiveLines(path: string): Promise<Record<string, string[]>> {
  const archive = await openArchive(path)
  try {
    const found: Record<string, string[]> = {}
    for (const { id } of archive.schema.schema.tables) {
      let text = ''
      for await (const batch of archive.rows(id)) text += batch.bytes.toString('utf8')
      found[id] = text.split('\n').sort()
    }
    return found
  } finally {
    await archive.close()
  }
}
