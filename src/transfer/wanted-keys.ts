import { openScratchDatabase, type ScratchDatabase } from './scratch-database.js'
import { joinKey, shortKey, splitKey } from './row-facts.js'

/** What keys may take in memory, about, before all of them move to a temporary file; each costs so much besides its characters. */
const MEMORY_BYTES = 64 << 20
const KEY_BYTES = 120
/** Then so many are remembered, to keep what comes often from the file. */
const RECENT_KEYS = 200_000

export interface WantedKey {
  /** Counts up in the order they came, from 1. */
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

interface KeyQueue {
  add(key: string): void
  after(seq: number, limit: number): readonly { readonly seq: number; readonly key: string }[]
  last(): number
}

export function wantedKeys(memory: number = MEMORY_BYTES): WantedKeys {
  const sets = new Map<number, KeyQueue>()
  let held = 0
  let file: { readonly scratch: ScratchDatabase; readonly recent: Set<string> } | null = null

  const spill = (): void => {
    const scratch = openScratchDatabase('SELECT 1')
    for (const [set, queue] of sets) {
      const moved = fileQueue(scratch.db, set)
      for (const { key } of queue.after(0, Infinity)) moved.add(key)
      sets.set(set, moved)
    }
    file = { scratch, recent: new Set() }
  }
  const queueOf = (set: number): KeyQueue => {
    const made = sets.get(set) ?? (file === null ? memoryQueue((bytes) => (held += bytes)) : fileQueue(file.scratch.db, set))
    sets.set(set, made)
    return made
  }
  /** Whether it came lately. */
  const isRecent = (set: number, key: string, recent: Set<string>): boolean => {
    const known = `${set} ${shortKey(key)}`
    if (recent.has(known)) return true
    if (recent.size >= RECENT_KEYS) recent.clear()
    recent.add(known)
    return false
  }
  return {
    add: (set, cells) => {
      const key = joinKey(cells)
      if (file !== null && isRecent(set, key, file.recent)) return
      queueOf(set).add(key)
      if (file === null && held > memory) spill()
    },
    after: (set, seq, limit) => (sets.get(set)?.after(seq, limit) ?? []).map((found) => ({ seq: found.seq, cells: splitKey(found.key) })),
    last: (set) => sets.get(set)?.last() ?? 0,
    close: () => file?.scratch.close(),
  }
}

function memoryQueue(grown: (bytes: number) => void): KeyQueue {
  const known = new Set<string>()
  const keys: string[] = []
  return {
    add: (key) => {
      if (known.has(key)) return
      known.add(key)
      keys.push(key)
      grown(key.length + KEY_BYTES)
    },
    after: (seq, limit) => keys.slice(seq, seq + limit).map((key, index) => ({ seq: seq + index + 1, key })),
    last: () => keys.length,
  }
}

function fileQueue(db: ScratchDatabase['db'], set: number): KeyQueue {
  const table = `wanted_${set}`
  db.exec(`CREATE TABLE ${table} (seq INTEGER PRIMARY KEY, key TEXT UNIQUE)`)
  const add = db.prepare(`INSERT OR IGNORE INTO ${table} (key) VALUES (?)`)
  const after = db.prepare<[number, number], { seq: number; key: string }>(`SELECT seq, key FROM ${table} WHERE seq > ? ORDER BY seq LIMIT ?`)
  const last = db.prepare<[], number>(`SELECT coalesce(max(seq), 0) FROM ${table}`).pluck()
  return { add: (key) => void add.run(key), after: (seq, limit) => after.all(seq, limit), last: () => last.get() ?? 0 }
}
