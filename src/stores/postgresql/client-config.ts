import type { ClientConfig } from 'pg'

/** Seconds to wait for a server that does not answer, where neither the URL nor PGCONNECT_TIMEOUT says. */
const CONNECT_TIMEOUT = 30

/** Milliseconds of silence after which a server is asked whether it is still there. */
const KEEP_ALIVE = 30_000

/** How every connection is made: `sslmode` and the rest of the URL, then the PG* variables, as the driver reads them. */
export function clientConfig(url: string): ClientConfig {
  const given = (URL.canParse(url) ? new URL(url).searchParams.get('connect_timeout') : null) ?? process.env['PGCONNECT_TIMEOUT']
  const seconds = given !== undefined && /^\d+$/.test(given) ? Number(given) : CONNECT_TIMEOUT
  return {
    connectionString: url,
    application_name: 'holdall',
    connectionTimeoutMillis: seconds * 1000,
    // A server that has vanished without a word is noticed in a minute or so; systems ask after two hours unless they are told.
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE,
    // Text through: a parser would round bigint, cut microseconds and rewrite JSON.
    types: { getTypeParser: () => (value: unknown) => value },
  }
}
