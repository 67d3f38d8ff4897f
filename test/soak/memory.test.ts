import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { peakIn, start, succeed } from './command.js'
import { withClient } from './oracle.js'
import { makePlace, type Place } from './place.js'
import { LONG } from './random.js'
import { valveProxy } from './valve-proxy.js'

/** Bytes of rows in the smaller of two runs; the other has four times as many. */
const SMALL = LONG ? 200e6 : 24e6
/** MiB that the larger may have taken more: what the collector of garbage lets pass at first, and far less than came more. */
const MORE = 48
/** MiB in all; the process as such takes about 70. */
const MOST = 300

const ROW = 1_400

/** Rows that do not compress to nothing, so that what goes through pipes is as large as what is stored. */
function wideSqlite(path: string, bytes: number): string {
  const db = new Database(path)
  db.pragma('journal_mode = OFF')
  db.exec('CREATE TABLE wide (id INTEGER PRIMARY KEY, line TEXT NOT NULL)')
  db.prepare(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO wide SELECT i, hex(randomblob(${ROW / 2})) FROM n`).run(Math.ceil(bytes / ROW))
  db.close()
  return path
}

async function widePostgresql(bytes: number): Promise<string> {
  const { url } = await createDatabase()
  const seed = randomBytes(4).toString('hex')
  await withClient(url, async (client) => {
    await client.query('CREATE TABLE wide (id integer PRIMARY KEY, line text NOT NULL)')
    await client.query(`INSERT INTO wide SELECT i, (SELECT string_agg(md5('${seed}' || i || j), '') FROM generate_series(1, ${Math.round(ROW / 32)}) j) FROM generate_series(1, ${Math.ceil(bytes / ROW)}) i`)
  })
  return url
}

/** The peaks of a run over some bytes and over four times as many. */
async function compare(work: (place: Place, bytes: number, peak: string) => Promise<void>): Promise<void> {
  const peaks: number[] = []
  for (const bytes of [SMALL, SMALL * 4]) {
    const place = makePlace()
    const { path, read } = peakIn(place.inputs)
    await work(place, bytes, path)
    peaks.push(read())
  }
  const [small = 0, large = 0] = peaks
  expect(large, `${large} MiB, and ${small} MiB for a quarter of the rows`).toBeLessThan(Math.min(MOST, Math.max(small, 100) + MORE))
}

test('a reader that is slower than the export: rows are not piled up', async () => {
  await compare(async (place, bytes, peak) => {
    const source = wideSqlite(join(place.inputs, 'wide.db'), bytes)
    const { child, ended } = start(['export', '-s', source, '-o', '-', '-q', '--compression-level', '1'], { tmp: place.temporary(), peak })
    const stdout = child.stdout!
    stdout.removeAllListeners('data').pause()
    // Long enough for all of it to come, if it were not held back.
    await after(1_000)
    let read = 0
    for await (const piece of stdout) {
      read += (piece as Buffer).length
      await after(1)
    }
    expect((await ended).code).toBe(0)
    expect(read).toBeGreaterThan(bytes / 3)
  })
})

test('a PostgreSQL server that is read through a slow line', async () => {
  await compare(async (place, bytes, peak) => {
    const proxy = await valveProxy(await widePostgresql(bytes), { pace: 40_000 })
    const { child, ended } = start(['export', '-s', proxy.url, '-o', join(place.work, 'out.tar.gz'), '-q', '--compression-level', '1'], { tmp: place.temporary(), peak })
    child.stdin!.end()
    expect(await ended).toMatchObject({ code: 0, err: '' })
  })
})

test('an archive that comes in slowly, into a PostgreSQL server that takes it slowly', async () => {
  await compare(async (place, bytes, peak) => {
    const archive = join(place.inputs, 'wide.tar.gz')
    await succeed(['export', '-s', wideSqlite(join(place.inputs, 'wide.db'), bytes), '-o', archive, '-q', '--compression-level', '1'], { tmp: place.temporary() })
    const proxy = await valveProxy((await createDatabase()).url, { pace: 40_000 })
    const { child, ended } = start(['import', '-', '-s', proxy.url, '--create', '-q'], { tmp: place.temporary(), peak })
    for await (const piece of createReadStream(archive)) {
      if (!child.stdin!.write(piece)) await new Promise((resolve) => child.stdin!.once('drain', resolve))
      await after(1)
    }
    child.stdin!.end()
    expect(await ended).toMatchObject({ code: 0, err: '' })
  })
})
