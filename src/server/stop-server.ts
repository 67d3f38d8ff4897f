import type { App } from './app.js'
import type { ServerContext } from './server-context.js'

/** What answers under way are given once all jobs have ended. */
const LAST_WORDS = 5_000

export interface StopProps {
  readonly app: App
  readonly context: ServerContext
  readonly stopping: AbortController
  readonly stopped: AbortController
  readonly release: () => void
}

/** No new requests; jobs end, or are cancelled and roll back; answers go out; then the state is given up. */
export async function stopServer({ app, context, stopping, stopped, release }: StopProps): Promise<void> {
  stopping.abort()
  await context.jobs.stop(context.settings.timeouts.stop)
  stopped.abort()
  // A client that does not read must not keep the server.
  const timer = setTimeout(() => app.server.closeAllConnections(), LAST_WORDS)
  await app.close()
  clearTimeout(timer)
  context.metrics.close()
  context.state.close()
  release()
}
