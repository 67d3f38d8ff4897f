import { createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { exportStore, HoldallError, runImport, verifyArchive } from '../../src/index.js'
import { forge } from '../archive/testing.js'
import { sceneFolder } from './scene.js'

const MIB = 1 << 20
/** The whole of 1 GB takes minutes and gigabytes of room, so it is for long runs. */
const LENGTH = Number(process.env['HOLDALL_TEST_RUNS']) > 0 ? 1024 * MIB : 96 * MIB

async function refusal(work: Promise<unknown>): Promise<string | null> {
  const error = await work.then(() => null, (failure: unknown) => failure)
  if (error === null) return null
  return HoldallError.is(error) ? error.code : expect.fail(error instanceof Error ? (error.stack ?? error.message) : 'no error')
}

/** How far memory grows meanwhile, beyond what was there. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage().rss
  let highest = before
  const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage().rss)), 20)
  await work().finally(() => clearInterval(watch))
  return Math.max(highest, process.memoryUsage().rss) - before
}

function* long(before: string, after: string, length = LENGTH): Generator<Buffer> {
  yield Buffer.from(before)
  const piece = Buffer.alloc(MIB, 'x')
  for (let left = length; left > 0; left -= MIB) yield piece
  yield Buffer.from(after)
}

describe('a line that does not end', () => {
  test('in a JSON document is refused or read, in memory that its limit bounds', { timeout: 900_000 }, async () => {
    const folder = sceneFolder()
    const from = join(folder, 'from.db')
    new Database(from).exec("CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t VALUES (1, 'this very place')").close()
    await exportStore({ store: from, output: join(folder, 'honest.json'), format: 'json' })
    const [before = '', after = ''] = readFileSync(join(folder, 'honest.json'), 'utf8').split('this very place')
    const input = join(folder, 'long.json')
    await pipeline(Readable.from(long(before, after)), createWriteStream(input))
    const store = join(folder, 'into.db')
    let code = ''
    const grown = await growth(async () => {
      code = (await refusal(runImport({ input, store, create: true }))) ?? 'imported'
    })
    expect(['imported', 'DOCUMENT_INVALID', 'ROW_REFUSED']).toContain(code)
    if (code === 'imported') {
      const db = new Database(store)
      expect(db.prepare('SELECT length(n) FROM t').pluck().get()).toBe(LENGTH)
      db.close()
    }
    // The row itself, and a few copies of it on its way; never what came before or behind.
    expect(grown).toBeLessThan(8 * LENGTH + 200 * MIB)
  })

  test('in a stream that never ends a line is not collected: what is no archive is refused at its start', async () => {
    sceneFolder()
    let given = 0
    const endless = Readable.from((function* () {
      for (;;) {
        given += MIB
        yield Buffer.alloc(MIB, 'x')
      }
    })())
    expect(await refusal(runImport({ input: '-', stdin: endless, store: 'nowhere.db', create: true }))).toBe('ARCHIVE_NOT_ARCHIVE')
    expect(given).toBeLessThan(16 * MIB)
  })

  test('in a resolutions file and a conflicts file ends in an error of theirs', { timeout: 900_000 }, async () => {
    const folder = sceneFolder()
    const store = join(folder, 'into.db')
    new Database(store).exec("CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t VALUES (1, 'x')").close()
    const input = join(folder, 'from.tar.gz')
    await exportStore({ store, output: input })
    const resolutions = join(folder, 'r.jsonl')
    await pipeline(Readable.from(long('{"holdall":"', '"}\n')), createWriteStream(resolutions))
    const grown = await growth(async () => {
      expect(await refusal(runImport({ input, store, resolutions }))).toBe('RESOLUTIONS_INVALID')
    })
    expect(grown).toBeLessThan(4 * Math.min(LENGTH, 512 * MIB) + 200 * MIB)
    expect(await refusal(runImport({ input, store, conflicts: resolutions }))).toBe('OUTPUT_EXISTS')
  })

  test('in an archive: a chunk of several rows longer than any chunk is refused before it is inflated', async () => {
    const folder = sceneFolder()
    const path = join(folder, 'long.tar.gz')
    const line = `{"id":1,"note":"${'x'.repeat(17 * MIB)}"}\n`
    writeFileSync(path, await forge({ chunks: [[line, '{"id":2,"note":null}\n']] }))
    const store = join(folder, 'into.db')
    expect((await verifyArchive({ input: path })).findings[0]?.code).toBe('ARCHIVE_HOSTILE')
    expect(await refusal(runImport({ input: path, store, create: true }))).toBe('ARCHIVE_HOSTILE')
    writeFileSync(path, await forge({ chunks: [[line], ['{"id":2,"note":null}\n']] }))
    expect(await refusal(runImport({ input: path, store, create: true }))).toBeNull()
  })
})
