import { type ContentDigest, contentDigest } from '../rows/content-digest.js'
import { openStore } from '../stores/open-store.js'

export interface ComparedTable {
  readonly table: string
  readonly rows: number
  readonly same: boolean
}

/** Holds what two stores of one engine contain against each other, row by row as canonical lines, whatever their order. @throws STORE_* */
export async function compareContent(a: string, b: string, signal?: AbortSignal): Promise<readonly ComparedTable[]> {
  const [left, right] = [await storeContent(a, signal), await storeContent(b, signal)]
  return [...new Set([...left.keys(), ...right.keys()])].map((table) => {
    const [one, other] = [left.get(table), right.get(table)]
    return { table, rows: one?.rows ?? 0, same: one !== undefined && one.digest === other?.digest && one.rows === other.rows }
  })
}

async function storeContent(location: string, signal: AbortSignal | undefined): Promise<ReadonlyMap<string, ContentDigest>> {
  const store = openStore(location)
  try {
    const snapshot = await store.snapshot({ signal })
    try {
      const digests = new Map<string, ContentDigest>()
      for (const table of snapshot.schema.tables) digests.set(table.id, await contentDigest(snapshot.rows(table)))
      return digests
    } finally {
      await snapshot.close()
    }
  } finally {
    await store.close()
  }
}
