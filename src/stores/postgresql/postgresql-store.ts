import { redactUrl } from '../redact-url.js'
import type { Snapshot, Store } from '../store.js'
import { connect } from './connect.js'
import { openSnapshot } from './snapshot.js'
import { beginTarget } from './target.js'

/**
 * A PostgreSQL database (12 or newer) by its postgres:// URL. Every snapshot and every import has a connection of its
 * own; `snapshot` and `begin` throw what `connect` throws.
 */
export function openPostgresqlStore(url: string): Store {
  const name = redactUrl(url)
  const open = new Set<Snapshot>()
  return Object.freeze<Store>({
    engine: 'postgresql',
    name,
    async snapshot(options = {}) {
      const snapshot = await openSnapshot({ client: await connect(url, options.signal), url, name, signal: options.signal })
      open.add(snapshot)
      return snapshot
    },
    begin: async (options) => beginTarget(await connect(url, options.signal), options, name),
    async close() {
      for (const snapshot of open) await snapshot.close()
      open.clear()
    },
  })
}
