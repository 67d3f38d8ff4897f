import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { batchesOf, begin, importLines, importTable, schemaFrom, storedRows, tableIn } from '../../../test/sqlite/importing.js'
import { databaseFile, scratchFolder } from '../../../test/sqlite/scratch.js'

const DDL = 'CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT)'
const ROW = '{"id":1,"n":"x"}'
const broken = '{"id":"x","n":"x"}'

describe('a new file', () => {
  test('is published whole, for its owner only, with nothing left beside it', async () => {
    const folder = scratchFolder()
    const path = join(folder, 'new.db')
    await importLines(path, { t: [ROW] }, { create: schemaFrom(DDL) })
    expect(readdirSync(folder)).toEqual(['new.db'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(storedRows(path, 't')).toEqual([[1n, 'x']])
  })

  test('is not there before the end, and its temporary file is hidden and private', async () => {
    const folder = scratchFolder()
    const path = join(folder, 'new.db')
    const target = await begin(path, { fresh: true })
    await target.create(schemaFrom(DDL))
    const [temporary] = readdirSync(folder).filter((name) => !name.endsWith('-journal'))
    expect(temporary).toMatch(/^\.new\.db\.holdall-[0-9a-f]{8}$/)
    expect(statSync(join(folder, temporary ?? '')).mode & 0o777).toBe(0o600)
    await target.end('rollback')
    expect(readdirSync(folder)).toEqual([])
  })

  test('a failure and a dry run leave nothing on the disk', async () => {
    const folder = scratchFolder()
    await expect(importLines(join(folder, 'a.db'), { t: [broken] }, { create: schemaFrom(DDL) })).rejects.toMatchObject({ code: 'ROW_INVALID' })
    await importLines(join(folder, 'b.db'), { t: [ROW] }, { create: schemaFrom(DDL), options: { dryRun: true, fresh: true } })
    expect(readdirSync(folder)).toEqual([])
  })

  test('a file that is there, or appears meanwhile, stays as it is', async () => {
    const folder = scratchFolder()
    const path = join(folder, 'new.db')
    const target = await begin(path, { fresh: true })
    await target.create(schemaFrom(DDL))
    writeFileSync(path, 'mine')
    await expect(target.end('commit')).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' })
    await expect(begin(path, { fresh: true })).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' })
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect(readdirSync(folder)).toEqual(['new.db'])
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link.db'))
    await expect(importLines(join(folder, 'link.db'), { t: [ROW] }, { create: schemaFrom(DDL) })).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' })
  })

  test('in a folder that is not there is STORE_NOT_FOUND', async () => {
    await expect(begin(join(scratchFolder(), 'none', 'new.db'), { fresh: true })).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
  })
})

describe('a file that is there', () => {
  test.each([
    ['missing', 'STORE_NOT_FOUND', () => undefined],
    ['no database', 'STORE_UNREADABLE', (path: string) => writeFileSync(path, 'x'.repeat(5000))],
    ['a folder', 'STORE_UNREADABLE', (path: string) => mkdirSync(path)],
  ])('%s is %s', async (_what, code, make) => {
    const path = join(scratchFolder(), 'some.db')
    make(path)
    await expect(begin(path)).rejects.toMatchObject({ code })
  })

  test.each(['delete', 'wal'])('is locked against other writers and not against readers (journal mode %s, which stays)', async (mode) => {
    const path = databaseFile(`PRAGMA journal_mode = ${mode}; ${DDL}; INSERT INTO t VALUES (5, 'old')`)
    const target = await begin(path)
    const table = tableIn(target.schema, 't')
    const job = importTable(table, table, { strategy: 'replace' })
    await target.prepare([job])
    await target.stage(job, batchesOf([ROW]))
    await target.match([[job]])
    await target.judge(job, { examples: 0, resolutions: null })
    await target.apply([[job]], () => undefined)
    await expect(begin(path)).rejects.toMatchObject({ code: 'STORE_LOCKED', exitCode: 11 })
    expect(storedRows(path, 't')).toEqual([[5n, 'old']])
    await target.settle()
    await target.end('commit')
    expect(storedRows(path, 't')).toEqual([[1n, 'x']])
    const db = new Database(path)
    expect(db.pragma('journal_mode', { simple: true })).toBe(mode)
    db.close()
  })

  test('waits for a lock as long as it is told, and then goes on', async () => {
    const path = databaseFile(DDL)
    const other = new Database(path)
    other.exec('BEGIN IMMEDIATE')
    const waiting = begin(path, { lockTimeout: 60_000 })
    // The wait does not stop this process: the timer runs while `begin` is waiting.
    await new Promise((resolve) => setTimeout(resolve, 30))
    other.exec('COMMIT')
    other.close()
    await (await waiting).end('rollback')
  })

  test('the wait for a lock can be stopped', async () => {
    const path = databaseFile(DDL)
    const other = new Database(path)
    other.exec('BEGIN IMMEDIATE')
    const stop = new AbortController()
    const waiting = begin(path, { lockTimeout: 60_000, signal: stop.signal })
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' })
    other.close()
  })

  test('a reader that holds the file makes the commit STORE_LOCKED, and the old state stands', async () => {
    const path = databaseFile(DDL)
    const target = await begin(path)
    const table = tableIn(target.schema, 't')
    const job = importTable(table, table)
    await target.prepare([job])
    await target.load(job, batchesOf([ROW]))
    await target.settle()
    const reader = new Database(path)
    reader.exec('BEGIN; SELECT * FROM t')
    await expect(target.end('commit')).rejects.toMatchObject({ code: 'STORE_LOCKED' })
    reader.close()
    expect(storedRows(path, 't')).toEqual([])
  })

  test('a dry run leaves the file as it was, byte for byte', async () => {
    const path = databaseFile(`${DDL}; INSERT INTO t VALUES (5, 'old')`)
    const bytes = readFileSync(path)
    const { verdicts } = await importLines(path, { t: [ROW] }, { strategy: 'replace', options: { dryRun: true } })
    expect(verdicts.get('t')).toMatchObject({ new: 1, deleted: 1 })
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  test.runIf(process.getuid?.() !== 0)('a file that may not be written is STORE_NOT_PERMITTED', async () => {
    const path = databaseFile(DDL)
    chmodSync(path, 0o400)
    await expect(begin(path)).rejects.toMatchObject({ code: 'STORE_NOT_PERMITTED' })
  })

  test('a disk that takes no more is OUTPUT_FAILED, and the old state stands', () => {
    const path = databaseFile(`CREATE TABLE u (id INTEGER PRIMARY KEY, n TEXT); ${DDL}; INSERT INTO u VALUES (5, 'old')`)
    const before = readFileSync(path)
    // No file of that process may grow past 1 MB: its writes fail as on a full disk.
    const output = execFileSync('sh', ['-c', 'ulimit -f 2048; trap "" XFSZ; exec "$@"', 'sh', process.execPath, ...importing(path, 6_000, 'commit')], { encoding: 'utf8' })
    expect(output.trim()).toBe('OUTPUT_FAILED')
    // Not even a journal is left for the next writer: those that may only read can read it.
    expect(readdirSync(dirname(path))).toEqual(['sample.db'])
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(storedRows(path, 'u')).toEqual([[5n, 'old']])
    expect(storedRows(path, 't')).toEqual([])
    const fresh = join(scratchFolder(), 'new.db')
    expect(execFileSync('sh', ['-c', 'ulimit -f 2048; trap "" XFSZ; exec "$@"', 'sh', process.execPath, ...importing(fresh, 6_000, 'commit', 'fresh')], { encoding: 'utf8' }).trim()).toBe('OUTPUT_FAILED')
    expect(readdirSync(dirname(fresh))).toEqual([])
  })
})

const ROOT = join(import.meta.dirname, '../../..')

/** Arguments of node for an import in a process of its own, which stands still at a stage. */
function importing(path: string, rows: number, stop: string, fresh = 'no'): string[] {
  return ['--import', pathToFileURL(join(ROOT, 'test/typescript-loader.mjs')).href, join(ROOT, 'test/sqlite/importing-process.ts'), path, String(rows), stop, fresh]
}

async function killedAt(path: string, stop: string, fresh = 'no', delay = 0): Promise<void> {
  const child = spawn(process.execPath, importing(path, 6_000, stop, fresh), { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = await new Promise<string>((resolve) => child.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString())))
  expect(said).toBe('here\n')
  const gone = new Promise((resolve) => child.once('exit', resolve))
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
  child.kill('SIGKILL')
  await gone
}

describe('killed with SIGKILL', () => {
  test.each(['apply', 'settle'])('at %s, the old state stands', async (stop) => {
    const path = databaseFile(`CREATE TABLE u (id INTEGER PRIMARY KEY, n TEXT); ${DDL}; INSERT INTO u VALUES (7, 'old')`)
    await killedAt(path, stop)
    const db = new Database(path)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(0)
    expect(db.prepare('SELECT * FROM u').raw().all()).toEqual([[7, 'old']])
    db.close()
  })

  test('in the middle of the commit, the old state or the new one stands', async () => {
    for (const delay of [0, 4]) {
      const path = databaseFile(`CREATE TABLE u (id INTEGER PRIMARY KEY, n TEXT); ${DDL}; INSERT INTO u VALUES (7, 'old')`)
      await killedAt(path, 'committing', 'no', delay)
      const db = new Database(path)
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      const counts = [db.prepare('SELECT count(*) FROM t').pluck().get(), db.prepare('SELECT count(*) FROM u').pluck().get()]
      db.close()
      expect([[0, 1], [6_000, 6_000]]).toContainEqual(counts)
    }
  })

  test('while it makes a new file, there is no such file, and the next import of that name clears away what is left', async () => {
    const folder = scratchFolder()
    const path = join(folder, 'new.db')
    await killedAt(path, 'settle', 'fresh')
    expect(existsSync(path)).toBe(false)
    expect(readdirSync(folder).filter((name) => name.includes('.holdall-'))).toHaveLength(2)
    const others = ['.new.db.holdall-0123abcd', '.newxdb.holdall-0123abcd-journal', '.new.db.holdall-mine-journal']
    for (const name of others) writeFileSync(join(folder, name), '')
    await importLines(path, { t: [ROW] }, { create: schemaFrom(DDL) })
    expect(readdirSync(folder).sort()).toEqual([...others, 'new.db'].sort())
  })

  test('another import into the same new file is left alone while it lasts', async () => {
    const folder = scratchFolder()
    const path = join(folder, 'new.db')
    const first = await begin(path, { fresh: true })
    await first.create(schemaFrom(DDL))
    await (await begin(path, { fresh: true })).end('rollback')
    const child = execFileSync(process.execPath, importing(path, 10, 'never', 'fresh'), { encoding: 'utf8' })
    expect(child.trim()).toBe('done')
    await first.settle()
    await expect(first.end('commit')).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' })
    expect(readdirSync(folder)).toEqual(['new.db'])
  })
})
