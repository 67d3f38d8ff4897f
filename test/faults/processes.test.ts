import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { exportStore, runImport, verifyArchive } from '../../src/index.js'
import { createDatabase } from '../postgres/database.js'
import { dump } from './people.js'
import { sceneFolder } from './scene.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const LONG = Number(process.env['HOLDALL_TEST_RUNS']) > 0

/** Runs the built command; after `killAfter` milliseconds it gets SIGKILL. Gives its exit code, null where it was killed. */
async function command(args: readonly string[], { node = [], killAfter = null }: { node?: readonly string[]; killAfter?: number | null } = {}): Promise<number | null> {
  const child = spawn(process.execPath, [...node, MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (said += piece))
  const timer = killAfter === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfter)
  const [code] = (await once(child, 'close')) as [number | null]
  if (timer !== null) clearTimeout(timer)
  if (code !== 0 && killAfter === null) expect.fail(said)
  return code
}

function rowsOf(path: string, rows: number, text: string): string {
  const db = new Database(path)
  db.pragma('synchronous = off')
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id), n TEXT NOT NULL)')
  db.prepare('WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?) INSERT INTO t SELECT value, nullif(value - 1, 0), ? || value FROM n').run(rows, text)
  db.close()
  return path
}

describe('the command, killed at any time', () => {
  /** Over the time that a command takes here, its start included. */
  const delays = Array.from({ length: LONG ? 40 : 4 }, (_, at, all = LONG ? 40 : 4) => (at + 0.5) / all)

  test.each(['SQLite', 'PostgreSQL'] as const)('leaves %s as it was or as it should be, and the next run does the rest', { timeout: LONG ? 900_000 : 60_000 }, async (engine) => {
    const folder = sceneFolder()
    const inputs = [join(folder, 'a.tar.gz'), join(folder, 'b.tar.gz')] as const
    for (const [at, input] of inputs.entries()) await exportStore({ store: rowsOf(join(folder, `${at}.db`), 20_000, `text ${at} `), output: input, compressionLevel: 1 })
    const store = engine === 'SQLite' ? join(folder, 'into.db') : (await createDatabase()).url
    await runImport({ input: inputs[0], store, create: true })
    const states = [await dump(store)]
    const started = Date.now()
    await command(['import', inputs[1], '-s', store, '--strategy', 'replace', '--yes', '-q'])
    const took = Date.now() - started
    states.push(await dump(store))
    for (const [at, share] of delays.entries()) {
      const [next, other] = [inputs[at % 2]!, inputs[(at + 1) % 2]!]
      await command(['import', next, '-s', store, '--strategy', 'replace', '--yes', '-q'], { killAfter: took * share })
      expect(states.includes(await dump(store)), `killed after ${took * share} ms`).toBe(true)
      await runImport({ input: other, store, strategy: 'replace' })
      expect(await dump(store)).toBe(states[(at + 1) % 2])
    }
  })

  test('leaves no archive that is not whole', { timeout: LONG ? 900_000 : 60_000 }, async () => {
    const folder = sceneFolder()
    const store = rowsOf(join(folder, 'from.db'), 100_000, 'text ')
    const output = join(folder, 'out', 'all.tar.gz')
    const started = Date.now()
    await command(['export', '-s', store, '-o', output, '-q'])
    const took = Date.now() - started
    for (const share of delays) {
      await command(['export', '-s', store, '-o', output, '-q', '--overwrite'], { killAfter: took * share })
      expect((await verifyArchive({ input: output })).ok, `killed after ${took * share} ms`).toBe(true)
    }
    // What is left is hidden and says what it is.
    expect(readdirSync(join(folder, 'out')).filter((name) => !/^\.all\.tar\.gz\.[0-9a-f]+\.partial$/.test(name))).toEqual(['all.tar.gz'])
  })
})

describe('memory', () => {
  test.skipIf(!existsSync(MAIN))('a database larger than it goes out and comes in', { timeout: LONG ? 3_600_000 : 60_000 }, async () => {
    const folder = sceneFolder()
    // 64 MB of heap; 10 GB of rows in a long run.
    const node = ['--max-old-space-size=64']
    const from = join(folder, 'from.db')
    const db = new Database(from)
    db.pragma('synchronous = off')
    db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT NOT NULL)')
    db.prepare('WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?) INSERT INTO t SELECT value, hex(zeroblob(1000)) || value FROM n').run(LONG ? 5_000_000 : 60_000)
    db.close()
    const [archive, document, into] = [join(folder, 'all.tar.gz'), join(folder, 'all.json'), join(folder, 'into.db')]
    await command(['export', '-s', from, '-o', archive, '-q', '--compression-level', '1'], { node })
    await command(['verify', archive, '-q'], { node })
    await command(['import', archive, '-s', into, '--create', '-q'], { node })
    await command(['import', archive, '-s', into, '-q'], { node })
    await command(['export', '-s', into, '-o', document, '-f', 'json', '-q'], { node })
    await command(['import', document, '-s', join(folder, 'again.db'), '--create', '-q'], { node })
    const again = new Database(join(folder, 'again.db'))
    expect(again.prepare('SELECT count(*) FROM t').pluck().get()).toBe(LONG ? 5_000_000 : 60_000)
    again.close()
  })
})
