import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { recoverArchive } from '../archive/recover-archive.js'
import { HoldallError } from '../errors/holdall-error.js'
import { exportStore } from './export-store.js'
import { inspectArchive } from './inspect-archive.js'
import { inspectStore } from './inspect-store.js'
import { planImport, runImport } from './run-import.js'
import { verifyArchive } from './verify-archive.js'

function folderWithDatabase(): { folder: string; store: string } {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-options-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const store = join(folder, 'app.db')
  new Database(store).exec('CREATE TABLE users(id INTEGER PRIMARY KEY); INSERT INTO users VALUES (1)').close()
  return { folder, store }
}

async function failure(work: () => Promise<unknown>): Promise<HoldallError> {
  const error: unknown = await work().then(() => null, (reason: unknown) => reason)
  if (!HoldallError.is(error)) throw new Error(`no HoldallError: ${String(error)}`, { cause: error })
  return error
}

/** Calls as plain JavaScript makes them, which no compiler looked at. */
type Loose = (...args: unknown[]) => Promise<unknown>
const loose = (work: unknown): Loose => work as Loose

describe('options from plain JavaScript', () => {
  const calls: readonly [string, unknown, unknown[]][] = [
    ['the options must be an object', exportStore, []],
    ['the options must be an object', verifyArchive, ['a.tar.gz']],
    ['store is missing', exportStore, [{}]],
    ['input is missing', runImport, [{ store: 'a.db' }]],
    ['output must be a text', exportStore, [{ store: 'a.db', output: 5 }]],
    ['format must be one of archive', exportStore, [{ store: 'a.db', output: 'x', format: 'xml' }]],
    ['include must be an array', exportStore, [{ store: 'a.db', output: 'x', include: 'users' }]],
    ['since must be a Date', exportStore, [{ store: 'a.db', output: 'x', since: '2026-01-01' }]],
    ['until must be a Date', exportStore, [{ store: 'a.db', output: 'x', until: new Date('never') }]],
    ['there is no option includes', exportStore, [{ store: 'a.db', output: 'x', includes: ['users'] }]],
    ['there is no option toString', exportStore, [{ store: 'a.db', output: 'x', toString: 1 }]],
    ['profile must be a profile', exportStore, [{ store: 'a.db', output: 'x', profile: {} }]],
    ['closure must be true or false', exportStore, [{ store: 'a.db', output: 'x', closure: 'yes' }]],
    ['subset must be an object of texts', exportStore, [{ store: 'a.db', output: 'x', subset: 'users' }]],
    ['derivedFrom must be an array', exportStore, [{ store: 'a.db', output: 'x', derivedFrom: 'a.tar.gz' }]],
    ['where must be an object of texts', exportStore, [{ store: 'a.db', output: 'x', where: { users: 5 } }]],
    ['signal must be an AbortSignal', planImport, [{ store: 'a.db', input: 'x', signal: 5 }]],
    ['lockTimeout must be a whole number', runImport, [{ store: 'a.db', input: 'x', lockTimeout: '10s' }]],
    ['strategy must be one of merge', runImport, [{ store: 'a.db', input: 'x', strategy: 'mergee' }]],
    ['onConflict must be an object of texts, each one of merge', runImport, [{ store: 'a.db', input: 'x', onConflict: { users: 'mergee' } }]],
    ['onConflict must be an object of texts', runImport, [{ store: 'a.db', input: 'x', onConflict: ['users'] }]],
    ['match must be an object of arrays of column lists', planImport, [{ store: 'a.db', input: 'x', match: { users: ['email'] } }]],
    ['prune must be true or false', runImport, [{ store: 'a.db', input: 'x', prune: 1 }]],
    ['onError must be one of abort, reject', runImport, [{ store: 'a.db', input: 'x', onError: 'skip' }]],
    ['onUnresolved must be one of fail, null, skip, keep', runImport, [{ store: 'a.db', input: 'x', onUnresolved: 'drop' }]],
    ['base must be a text', runImport, [{ store: 'a.db', input: 'x', base: '' }]],
    ['rejects must be a text', runImport, [{ store: 'a.db', input: 'x', rejects: true }]],
    ['conflicts must be a text', runImport, [{ store: 'a.db', input: 'x', conflicts: 1 }]],
    ['resolutions must be a text', runImport, [{ store: 'a.db', input: 'x', resolutions: {} }]],
    ['overwrite must be true or false', runImport, [{ store: 'a.db', input: 'x', overwrite: 'yes' }]],
    ['--rejects needs --on-error reject', runImport, [{ store: 'a.db', input: 'x', rejects: 'r.tar.gz' }]],
    ['conversions must be an array of drop-nul', runImport, [{ store: 'a.db', input: 'x', conversions: ['rond'] }]],
    ['onProgress must be a function', verifyArchive, [{ input: 'x', onProgress: 'x' }]],
    ['input is missing', inspectArchive, [{}]],
    ['store is missing', inspectStore, [{}]],
    ['output is missing', recoverArchive, ['x.tar.gz']],
  ]
  test.each(calls)('%s', async (message, work, args) => {
    const { code, message: said } = await failure(async () => loose(work)(...args))
    expect([code, said]).toEqual(['USAGE', expect.stringContaining(message)])
  })

  test('an option that is undefined counts as left out', async () => {
    const { folder, store } = folderWithDatabase()
    const report = await exportStore({ store, output: join(folder, 'a.tar.gz'), include: undefined, signal: undefined })
    expect(report.rows).toBe(1)
  })
})

test('a strategy by table is only one of the record itself', async () => {
  const { folder, store } = folderWithDatabase()
  new Database(store).exec('CREATE TABLE constructor(id INTEGER PRIMARY KEY, x); INSERT INTO constructor VALUES (1, 2)').close()
  const input = join(folder, 'a.tar.gz')
  await exportStore({ store, output: input })
  const { tables } = await planImport({ input, store, onConflict: { users: 'skip' } })
  expect(tables.map(({ table, strategy }) => [table, strategy])).toEqual([['constructor', 'merge'], ['users', 'skip']])
})

test('a table may be named like something every object has', async () => {
  const { folder, store } = folderWithDatabase()
  new Database(store).exec('CREATE TABLE constructor(id INTEGER PRIMARY KEY); INSERT INTO constructor VALUES (1)').close()
  const report = await exportStore({ store, output: join(folder, 'a.tar.gz'), where: { users: 'id > 1' } })
  expect(report.rows).toBe(1)
})

test('a condition on a table that is not exported says so', async () => {
  const { folder, store } = folderWithDatabase()
  new Database(store).exec('CREATE TABLE orders(id INTEGER PRIMARY KEY)').close()
  const error = await failure(() => exportStore({ store, output: join(folder, 'a.tar.gz'), include: ['orders'], where: { users: 'id > 1' } }))
  expect([error.code, error.message]).toEqual(['TABLE_NOT_FOUND', 'the tables to export hold none named users'])
})

describe('an output that is what is read', () => {
  test('is refused for the database, under any name, also with overwrite', async () => {
    const { folder, store } = folderWithDatabase()
    const before = readFileSync(store)
    symlinkSync(store, join(folder, 'link.db'))
    for (const [from, output] of [[store, store], [join(folder, 'link.db'), store], [store, join(folder, 'link.db')], [store, `${store}-wal`]] as const) {
      const error = await failure(() => exportStore({ store: from, output, overwrite: true }))
      expect([error.code, readFileSync(store).equals(before), existsSync(`${store}-wal`)]).toEqual(['USAGE', true, false])
    }
  })

  test('is refused for the archive that is recovered', async () => {
    const { folder, store } = folderWithDatabase()
    const archive = join(folder, 'a.tar.gz')
    await exportStore({ store, output: archive })
    const before = readFileSync(archive)
    symlinkSync(archive, join(folder, 'link.tar.gz'))
    for (const output of [archive, join(folder, 'link.tar.gz')]) {
      const error = await failure(() => recoverArchive(archive, output, { overwrite: true }))
      expect([error.code, readFileSync(archive).equals(before)]).toEqual(['USAGE', true])
    }
  })
})

describe('standard input', () => {
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) yield Buffer.alloc(65_536)
  }

  test.each(['auto', 'archive', 'json'] as const)('that is no archive is refused at its first bytes, without an end (%s)', async (format) => {
    const { store } = folderWithDatabase()
    const error = await failure(() => runImport({ input: '-', stdin: Readable.from(endless()), store, format }))
    expect([error.exitCode, error.place.archive]).toEqual([5, 'standard input'])
  })

  test('that is empty is said to be', async () => {
    const { store } = folderWithDatabase()
    const error = await failure(() => runImport({ input: '-', stdin: Readable.from([]), store }))
    expect([error.code, error.message]).toEqual(['ARCHIVE_NOT_ARCHIVE', 'nothing came in'])
  })

  test('comes in pieces of any size', async () => {
    const { folder, store } = folderWithDatabase()
    const archive = join(folder, 'a.tar.gz')
    await exportStore({ store, output: archive })
    const bytes = [...readFileSync(archive)].map((byte) => Buffer.of(byte))
    const report = await planImport({ input: '-', stdin: Readable.from(bytes), store })
    expect(report.totals.unchanged).toBe(1)
  })

  test('that is damaged is named, not the place where it is kept', async () => {
    const { folder, store } = folderWithDatabase()
    const archive = join(folder, 'a.tar.gz')
    await exportStore({ store, output: archive })
    const error = await failure(() => runImport({ input: '-', stdin: Readable.from([readFileSync(archive).subarray(0, 500)]), store }))
    expect([error.code, error.place.archive]).toEqual(['ARCHIVE_TRUNCATED', 'standard input'])
  })

  test('that finds no room is a failure of the storage, also for verify', async () => {
    const { folder } = folderWithDatabase()
    const before = process.env['TMPDIR']
    onTestFinished(() => {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
    })
    writeFileSync(join(folder, 'file'), '')
    process.env['TMPDIR'] = join(folder, 'file')
    const error = await failure(() => verifyArchive({ input: '-', stdin: Readable.from([Buffer.of(0x1f, 0x8b)]) }))
    expect([error.code, error.exitCode]).toEqual(['OUTPUT_FAILED', 14])
  })
})
