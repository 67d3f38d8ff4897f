import { openScratchDatabase, type ScratchDatabase } from './scratch-database.js'
import { joinKey, shortKey, splitKey } from './row-facts.js'

/** Keys that are remembered in memory, only to keep what comes often from the file. */
const RECENT_KEYS = 200_000

export interface WantedKey {
  /** Counts up in the order they came. */
  readonly seq: number
  readonly cells: readonly string[]
}

/** Sets of keys in the order they came, each once, of any size in constant memory. */
export interface WantedKeys {
  add(set: number, cells: readonly string[]): void
  /** Up to `limit` keys that came after `seq`. */
  after(set: number, seq: number, limit: number): readonly WantedKey[]
  /** The last that came; 0 where none did. */
  last(set: number): number
  close(): void
}

export function wantedKeys(): WantedKeys {
  let scratch: ScratchDatabase | null = null
  const recent = new Set<string>()
  const sets = new Map<number, KeyFile>()
  const fileOf = (set: number): KeyFile => {
    scratch ??= openScratchDatabase('SELECT 1')
    const file = sets.get(set) ?? keyFile(scratch.db, set)
    sets.set(set, file)
    return file
  }
  return {
    add: (set, cells) => {
      const key = joinKey(cells)
      const known = `${set} ${shortKey(key)}`
      if (recent.has(known)) return
      if (recent.size >= RECENT_KEYS) recent.clear()
      recent.add(known)
      fileOf(set).add(key)
    },
    after: (set, seq, limit) => sets.get(set)?.after(seq, limit) ?? [],
    last: (set) => sets.get(set)?.last() ?? 0,
    close: () => scratch?.close(),
  }
}

interface KeyFile {
  add(key: string): void
  after(seq: number, limit: number): readonly WantedKey[]
  last(): number
}

function keyFile(db: ScratchDatabase['db'], set: number): KeyFile {
  const table = `wanted_${set}`
  db.exec(`CREATE TABLE ${table} (seq INTEGER PRIMARY KEY, key TEXT UNIQUE)`)
  const add = db.prepare(`INSERT OR IGNORE INTO ${table} (key) VALUES (?)`)
  const after = db.prepare<[number, number], { seq: number; key: string }>(`SELECT seq, key FROM ${table} WHERE seq > ? ORDER BY seq LIMIT ?`)
  const last = db.prepare<[], number>(`SELECT coalesce(max(seq), 0) FROM ${table}`).pluck()
  return {
    add: (key) => void add.run(key),
    after: (seq, limit) => after.all(seq, limit).map((row) => ({ seq: row.seq, cells: splitKey(row.key) })),
    last: () => last.get() ?? 0,
  }
}
