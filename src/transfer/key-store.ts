import { openScratchDatabase } from './scratch-database.js'

/** Keys held in memory before all of them move to a temporary SQLite file: about 100 MB at the most. */
const MEMORY_KEYS = 500_000

export interface KeyStore {
  add(set: number, key: string): void
  has(set: number, key: string): boolean
  close(): void
}

/** Sets of keys of any size in constant memory. */
export function keyStore(limit: number = MEMORY_KEYS): KeyStore {
  const sets = new Map<number, Set<string>>()
  let held = 0
  let file: KeyStore | null = null

  return {
    add: (set, key) => {
      if (file !== null) {
        file.add(set, key)
        return
      }
      const keys = sets.get(set) ?? new Set()
      sets.set(set, keys)
      held -= keys.size
      keys.add(key)
      held += keys.size
      if (held <= limit) return
      file = openKeyFile()
      for (const [id, members] of sets) for (const member of members) file.add(id, member)
      sets.clear()
    },
    has: (set, key) => (file === null ? sets.get(set)?.has(key) === true : file.has(set, key)),
    close: () => file?.close(),
  }
}

function openKeyFile(): KeyStore {
  const { db, close } = openScratchDatabase('CREATE TABLE keys (key_set INTEGER, key TEXT, PRIMARY KEY (key_set, key)) WITHOUT ROWID')
  const add = db.prepare('INSERT OR IGNORE INTO keys VALUES (?, ?)')
  const has = db.prepare('SELECT 1 FROM keys WHERE key_set = ? AND key = ?').pluck()
  return { add: (set, key) => void add.run(set, key), has: (set, key) => has.get(set, key) !== undefined, close }
}
