import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { copyStore, exportStore, type ImportOptions, runImport } from '../../src/index.js'
import { readAll } from '../archive/testing.js'
import { createDatabase } from '../postgres/database.js'
import { everyFault } from './every-fault.js'
import { faultyProxy, type ConnectionMode, type FaultyProxy } from './faulty-proxy.js'
import { type Content, dump, makePeople, peopleSql } from './people.js'
import { type Scene, sceneFolder } from './scene.js'

interface Place {
  readonly folder: string
  readonly proxy: FaultyProxy
  readonly direct: string
  readonly fill: () => Promise<void>
}

async function place(content: Content | null): Promise<Place> {
  const folder = sceneFolder()
  const database = await createDatabase()
  const proxy = await faultyProxy(database.url)
  onTestFinished(() => proxy.restore())
  const fill = async (): Promise<void> => {
    await database.run('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    if (content !== null) await database.run(peopleSql('postgresql', content))
  }
  await fill()
  return { folder, proxy, direct: database.url, fill }
}

/** A session that was cut off ends when its server notices: until then it still holds what it changed. */
async function settled(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const until = Date.now() + 10_000
  for (;;) {
    const { rows } = await client.query("SELECT state, query, pg_sleep(0.005) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
    if (rows.length === 0) break
    if (Date.now() > until) expect.fail(`a session is left behind: ${JSON.stringify(rows)}`)
  }
  await client.end()
  return dump(url)
}

async function importing(content: Content | null, options: Partial<ImportOptions>): Promise<{ scene: Scene; proxy: FaultyProxy }> {
  const { folder, proxy, direct, fill } = await place(content)
  const input = join(folder, 'from.tar.gz')
  await exportStore({ store: makePeople(join(folder, 'from.db'), 'rows'), output: input, compressionLevel: 1 })
  const run = async (): Promise<unknown> => runImport({ input, store: proxy.url, ...options })
  return { proxy, scene: { folder, outputs: [], run, state: async () => settled(direct), made: async () => '', reset: fill, checkOutputs: async () => undefined } }
}

async function exporting(): Promise<{ scene: Scene; proxy: FaultyProxy }> {
  const { folder, proxy, direct } = await place('rows')
  const output = join(folder, 'out', 'all.tar.gz')
  const scene: Scene = {
    folder,
    outputs: ['out/all.tar.gz'],
    run: async () => exportStore({ store: proxy.url, output, compressionLevel: 1 }),
    state: async () => settled(direct),
    made: async () => JSON.stringify(await readAll(output)),
    reset: async () => rmSync(output, { force: true }),
    checkOutputs: async () => undefined,
  }
  return { scene, proxy }
}

async function copying(): Promise<{ scene: Scene; proxy: FaultyProxy }> {
  const { folder, proxy } = await place('rows')
  const store = makePeople(join(folder, 'into.db'), 'others')
  const reset = async (): Promise<void> => {
    rmSync(store)
    makePeople(store, 'others')
  }
  return { proxy, scene: { folder, outputs: [], run: async () => copyStore({ from: proxy.url, store }), state: async () => dump(store), made: async () => '', reset, checkOutputs: async () => undefined } }
}

const OPERATIONS: Readonly<Record<string, () => Promise<{ scene: Scene; proxy: FaultyProxy }>>> = {
  export: exporting,
  'import into empty tables': async () => importing('tables', {}),
  'import that merges': async () => importing('others', {}),
  'import --create': async () => importing(null, { create: true }),
  'copy into SQLite': copying,
}

const MODES: readonly ConnectionMode[] = ['cut', 'answer lost', 'terminated']
const CASES = Object.keys(OPERATIONS).flatMap((name, at) => MODES.map((mode, turn) => ({ name, mode, turn: at * 3 + turn * 8 })))

describe('whichever message the connection to PostgreSQL breaks at', () => {
  test.each(CASES)('$name: nothing is half done ($mode)', async ({ name, mode, turn }) => {
    const { scene, proxy } = await OPERATIONS[name]!()
    const struck = await everyFault(scene, { faults: proxy, mode, stride: 23, turn })
    expect(struck).toBeGreaterThan(0)
  })

  test.each(['cut', 'answer lost'] as const)('at the end of an import: all or nothing, and what cannot be known is said (%s)', async (mode) => {
    const { scene, proxy } = await importing('tables', {})
    const before = await scene.state()
    proxy.arm(mode, Infinity)
    await scene.run()
    const { seen } = proxy.disarm()
    const after = await scene.state()
    const committing: string[] = []
    for (let n = seen; committing.length === 0; n -= 1) {
      await scene.reset()
      proxy.arm(mode, n)
      const error = await scene.run().then(() => null, (failure: unknown) => failure)
      const { fault } = proxy.disarm()
      const now = await scene.state()
      // A goodbye that nobody hears is no failure.
      if (error === null) expect(now).toBe(after)
      if (fault?.what !== 'query: COMMIT') continue
      expect(error).toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining('not known whether') as string })
      expect(now).toBe(mode === 'cut' ? before : after)
      committing.push(fault.what)
    }
  })
})
