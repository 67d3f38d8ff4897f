import { spawnSync } from 'node:child_process'
import { createReadStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { run, start, succeed, type CommandProps, type Ended } from './command.js'
import { expectedRows, type Ledger, ledgerInPostgresql, ledgerInSqlite, TABLES } from './ledger.js'
import { rowsOf, structureOf, summary } from './oracle.js'
import { filesIn, makePlace, type Place } from './place.js'

const OLD = { word: 'old', first: 1, last: 200 }
const NEW = { word: 'much newer', first: 101, last: 900 }
/** More than is kept in memory. */
const WIDE = { word: 'wide '.repeat(160), first: 101, last: 500 }

/** Says how the command ended on a full disk; no stack trace in any case. */
function failed({ code, err }: Ended): string {
  expect(err).not.toMatch(/\n\s+at .*:\d+:\d+/)
  return `${code} ${/\[([A-Z_]+)\]/.exec(err)?.[1] ?? err}`
}

async function givenArchive(place: Place, ledger: Ledger = NEW): Promise<string> {
  const archive = join(place.inputs, 'new.tar.gz')
  await succeed(['export', '-s', ledgerInSqlite(join(place.inputs, 'new.db'), ledger), '-o', archive, '-q'], { tmp: place.temporary() })
  return archive
}

/** What a store holds, for comparing before with after. */
const looked = async (store: string): Promise<string> => summary(await rowsOf(store, TABLES)) + (await structureOf(store))

/** A small file system of its own, where the test may mount one. */
function smallDisk(folder: string, size: string): boolean {
  mkdirSync(folder)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status !== 0) return false
  onTestFinished(() => void spawnSync('umount', ['-l', folder]))
  return true
}

describe('no file may grow any more', () => {
  test('an export is not published', async () => {
    const place = makePlace()
    const source = ledgerInSqlite(join(place.inputs, 'new.db'), NEW)
    const tmp = place.temporary()
    expect(failed(await run(['export', '-s', source, '-o', join(place.work, 'out.tar.gz'), '-q'], { tmp, fileLimit: 64 }))).toBe('14 OUTPUT_FAILED')
    expect([filesIn(place.work), filesIn(tmp), filesIn(place.inputs)]).toEqual([[], [], ['new.db']])
  })

  test.each(['delete', 'wal'] as const)('a merge into SQLite is rolled back (journal mode %s)', async (journal) => {
    const place = makePlace()
    const archive = await givenArchive(place)
    const store = ledgerInSqlite(join(place.work, 'into.db'), OLD, journal)
    const before = await looked(store)
    const tmp = place.temporary()
    // Enough for what is there, too little for what comes; and then too little for rows that are kept aside.
    for (const fileLimit of journal === 'wal' ? [1200] : [1200, 600]) {
      expect([fileLimit, failed(await run(['import', archive, '-s', store, '-q'], { tmp, fileLimit }))]).toEqual([fileLimit, '14 OUTPUT_FAILED'])
      expect(filesIn(place.work).filter((name) => !/-(wal|shm)$/.test(name))).toEqual(['into.db'])
      expect(await looked(store)).toBe(before)
      expect([filesIn(place.work), filesIn(tmp)]).toEqual([['into.db'], []])
    }
    await succeed(['import', archive, '-s', store, '-q'], { tmp })
    expect(summary(await rowsOf(store, TABLES))).toBe(summary(expectedRows(OLD, NEW)))
  })

  test('a new SQLite file does not appear', async () => {
    const place = makePlace()
    const archive = await givenArchive(place)
    const tmp = place.temporary()
    expect(failed(await run(['import', archive, '-s', join(place.work, 'into.db'), '--create', '-q'], { tmp, fileLimit: 600 }))).toBe('14 OUTPUT_FAILED')
    expect([filesIn(place.work), filesIn(tmp)]).toEqual([[], []])
  })

  test('standard input that cannot be kept leaves the target alone', async () => {
    const place = makePlace()
    const archive = await givenArchive(place)
    const store = await ledgerInPostgresql((await createDatabase()).url, OLD)
    const before = await looked(store)
    const tmp = place.temporary()
    const { child, ended } = start(['import', '-', '-s', store, '-q'], { tmp, fileLimit: 32 })
    createReadStream(archive).pipe(child.stdin!)
    expect(failed(await ended)).toBe('14 OUTPUT_FAILED')
    expect([await looked(store), filesIn(tmp)]).toEqual([before, []])
  })

  test('rows that an export keeps aside for a while: the folder is named', async () => {
    const place = makePlace()
    const source = ledgerInSqlite(join(place.inputs, 'new.db'), NEW)
    const tmp = place.temporary()
    const ended = await run(['export', '-s', source, '-o', join(place.work, 'out.tar.gz'), '--where', 'entries=id % 2 = 0', '--where', 'accounts=id < 3', '--closure', '-q'], { tmp, fileLimit: 8 })
    expect([failed(ended), ended.err]).toEqual(['14 OUTPUT_FAILED', expect.stringContaining(tmp)])
    expect([filesIn(place.work), filesIn(tmp), filesIn(place.inputs)]).toEqual([[], [], ['new.db']])
  })
})

const MOUNTED: readonly [string, (place: Place, disk: string, archive: string) => Promise<{ readonly args: readonly string[]; readonly props?: Partial<CommandProps>; readonly store?: string; readonly left: readonly string[] }>][] = [
  ['the output of an export', async (place, disk) => ({ args: ['export', '-s', join(place.inputs, 'new.db'), '-o', join(disk, 'out.tar.gz'), '--compression-level', '1'], left: [] })],
  ['a new SQLite file', async (_place, disk, archive) => ({ args: ['import', archive, '-s', join(disk, 'into.db'), '--create'], left: [] })],
  ['a SQLite file that rows are merged into', async (_place, disk, archive) => {
    const store = ledgerInSqlite(join(disk, 'into.db'), { word: 'o', first: 1, last: 20 })
    return { args: ['import', archive, '-s', store], store, left: ['into.db'] }
  }],
  ['a SQLite file with a log', async (_place, disk, archive) => {
    const store = ledgerInSqlite(join(disk, 'into.db'), { word: 'o', first: 1, last: 20 }, 'wal')
    return { args: ['import', archive, '-s', store], store, left: ['into.db'] }
  }],
  ['the temporary folder of a merge', async (place, disk, archive) => {
    const store = ledgerInSqlite(join(place.work, 'into.db'), OLD)
    return { args: ['import', archive, '-s', store], props: { tmp: disk }, store, left: [] }
  }],
  ['the temporary folder of a copy', async (place, disk) => {
    const store = ledgerInSqlite(join(place.work, 'into.db'), OLD)
    return { args: ['copy', join(place.inputs, 'new.db'), store], props: { tmp: disk }, store, left: [] }
  }],
]

describe('a disk that is full', () => {
  test.each(MOUNTED)('%s', async (_what, make) => {
    const place = makePlace()
    const archive = await givenArchive(place, WIDE)
    const disk = join(place.inputs, 'disk')
    if (!smallDisk(disk, '200k')) return console.warn('skipped: this user may not mount a small disk')
    const { args, props, store, left } = await make(place, disk, archive)
    const before = store === undefined ? '' : await looked(store)
    const tmp = place.temporary()
    const ended = await run([...args, '-q'], { tmp, ...props })
    expect(failed(ended)).toBe('14 OUTPUT_FAILED')
    expect(ended.err).toContain(props?.tmp === undefined ? disk : 'TMPDIR')
    if (store !== undefined) expect(await looked(store)).toBe(before)
    expect([filesIn(disk), filesIn(tmp)]).toEqual([left, []])
  })
})
