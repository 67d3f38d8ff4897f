import type { Snapshot, Store } from '../store.js'
import { openSnapshot } from './open-snapshot.js'
import { beginTarget } from './target.js'

/**
 * A SQLite database file. Every snapshot and every import has a connection of its own; opening touches nothing, so
 * that the file is missing or unreadable is found by `snapshot` and `begin`.
 */
export function openSqliteStore(path: string): Store {
  const open = new Set<Snapshot>()
  return Object.freeze<Store>({
    engine: 'sqlite',
    name: path,
    async snapshot(options) {
      const snapshot = await openSnapshot(path, options)
      const tracked: Snapshot = {
        ...snapshot,
        async close() {
          open.delete(tracked)
          await snapshot.close()
        },
      }
      open.add(tracked)
      return tracked
    },
    begin: (options) => beginTarget(path, options, path),
    async close() {
      for (const snapshot of open) await snapshot.close()
    },
  })
}
