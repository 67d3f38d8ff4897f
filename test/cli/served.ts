import { join } from 'node:path'
import { emptyProfile } from '../../src/profiles/profile.js'
import type { GivenSettings } from '../../src/server/server-options.js'
import { startServer, type TestServer } from '../server/start.js'
import { testFolder } from './folder.js'
import { holdall, type Ran } from './holdall.js'
import type { HostProps } from './host.js'
import { largeDatabase, sampleDatabase } from './sample.js'

export interface Served extends TestServer {
  /** Where the command runs. */
  readonly cwd: string
  /** Runs the command with this server in HOLDALL_SERVER. */
  readonly run: (line: string, props?: HostProps) => Promise<Ran>
}

/** The real server with the sample as its store `app` and many rows as `large`, and a folder to run the command in. */
export async function serve(settings: GivenSettings = {}, rows = 20): Promise<Served> {
  const folder = testFolder()
  sampleDatabase(join(folder, 'app.db'))
  largeDatabase(join(folder, 'large.db'), rows)
  const stores = ['app', 'large'].map((name) => ({ name, kind: 'ready', location: join(folder, `${name}.db`), profile: emptyProfile }) as const)
  const server = await startServer({ folder, stores, settings: { store: 'app', ...settings, limits: { exportsPerHour: 1000, importsPerHour: 1000, ...settings.limits } } })
  const cwd = testFolder()
  return { ...server, cwd, run: async (line, props = {}) => holdall(line.split(' '), { cwd, ...props, env: { HOLDALL_SERVER: server.url, ...props.env } }) }
}
