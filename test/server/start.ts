import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { onTestFinished } from 'vitest'
import { emptyProfile } from '../../src/profiles/profile.js'
import type { App } from '../../src/server/app.js'
import { createServer, type HoldallServer } from '../../src/server/create-server.js'
import type { GivenSettings } from '../../src/server/server-options.js'
import type { ServedStore } from '../../src/server/served-store.js'
import { testFolder } from '../cli/folder.js'
import { sampleDatabase } from '../cli/sample.js'

export interface TestServer extends HoldallServer {
  readonly url: string
  readonly folder: string
  /** The lines of its log. */
  readonly log: () => Record<string, unknown>[]
  readonly get: (path: string, init?: RequestInit) => Promise<Response>
}

export interface StartProps {
  readonly settings?: GivenSettings
  readonly folder?: string
  readonly stores?: readonly ServedStore[]
  /** Routes of the test itself. */
  readonly routes?: (app: App, server: HoldallServer) => void
}

/** A server on a free port, over real sockets, with the sample database as its store `app`; gone when the test ends. */
export async function startServer({ settings = {}, folder = testFolder(), stores, routes }: StartProps = {}): Promise<TestServer> {
  const location = join(folder, 'app.db')
  if (stores === undefined) sampleDatabase(location)
  const stream = new PassThrough()
  let text = ''
  stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  const server = await createServer({
    stores: stores ?? [{ name: 'app', kind: 'ready', location, profile: emptyProfile }],
    settings: { port: 0, stateFile: join(folder, 'state', 'state.db'), ...settings, timeouts: { stop: 1_000, ...settings.timeouts } },
    log: { level: 'info', stream },
  })
  onTestFinished(async () => server.stop())
  routes?.(server.app, server)
  const url = await server.listen()
  return {
    ...server,
    url,
    folder,
    log: () => text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>),
    get: async (path, init) => fetch(`${url}${path}`, init),
  }
}
