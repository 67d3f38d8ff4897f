import { openScratchDatabase } from './scratch-database.js'

/** Keys held in memory before all of them move to a temporary file. */
const MEMORY_KEYS = 200_000

type Visit = (id: number, key: string, value: string, row: number) => void

export interface WaitingKeys {
  readonly add: Visit
  /** Hands over every key in the order they came. */
  leave(visit: Visit): void
  close(): void
}

/** A queue of keys that cannot be judged yet, in constant memory. */
export function waitingKeys(limit: number = MEMORY_KEYS): WaitingKeys {
  let held: Parameters<Visit>[] = []
  let file: ReturnType<typeof openFile> | null = null
  const flush = (): void => {
    file ??= openFile()
    for (const entry of held) file.add(entry)
    held = []
  }
  return {
    add: (...entry) => {
      held.push(entry)
      if (held.length > limit) flush()
    },
    leave: (visit) => {
      for (const entry of file?.entries() ?? []) visit(...entry)
      for (const entry of held) visit(...entry)
    },
    close: () => file?.close(),
  }
}

function openFile(): { add(entry: Parameters<Visit>): void; entries(): Iterable<Parameters<Visit>>; close(): void } {
  const { db, close } = openScratchDatabase('CREATE TABLE waiting (id INTEGER, key TEXT, value TEXT, row INTEGER)')
  const add = db.prepare('INSERT INTO waiting VALUES (?, ?, ?, ?)')
  const all = db.prepare<[], Parameters<Visit>>('SELECT id, key, value, row FROM waiting ORDER BY rowid').raw()
  return { add: (entry) => void add.run(...entry), entries: () => all.iterate(), close }
}
