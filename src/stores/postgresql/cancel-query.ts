import pg from 'pg'
import { clientConfig } from './client-config.js'

interface Backend {
  readonly processID: number | null
}

/**
 * Cancels what `client` is running, through a second connection, and returns once the server has been told. Where no
 * second connection can be had, the first is closed instead, which rolls its transaction back.
 */
export async function cancelQuery(client: pg.Client, url: string): Promise<void> {
  // The driver knows it from the server's BackendKeyData; its types do not name it.
  const { processID } = client as unknown as Backend
  const second = new pg.Client(clientConfig(url))
  second.on('error', () => undefined)
  try {
    await second.connect()
    await second.query('SELECT pg_catalog.pg_cancel_backend($1)', [processID])
  } catch {
    // With a statement running, `end` drops the socket; that statement then fails, so nothing is lost to sight.
    client.end().catch(() => undefined)
  } finally {
    await second.end().catch(() => undefined)
  }
}
