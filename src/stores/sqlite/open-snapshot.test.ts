import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { CRASH, inOtherProcess } from '../../../test/sqlite/other-process.js'
import { databaseFile, linesOf, scratchFolder, snapshotOf, tableOf } from '../../../test/sqlite/scratch.js'
import { BATCH_BYTES } from '../../rows/row-batch.js'
import { openSnapshot } from './open-snapshot.js'

/** Every file of the folder with its content, and when the database itself was written. */
function folderState(path: string): unknown {
  const files = readdirSync(dirname(path)).sort()
  return [files.map((file) => [file, createHash('sha256').update(readFileSync(join(dirname(path), file))).digest('hex')]), statSync(path).mtimeMs]
}

const numbers = (count: number): string => `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`

test.each(['wal', 'delete', 'truncate', 'persist'])('reading a database in %s mode changes nothing and leaves nothing behind', async (mode) => {
  const path = databaseFile(`PRAGMA journal_mode = ${mode}; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)`)
  const before = folderState(path)
  const snapshot = await openSnapshot(path)
  expect(await linesOf(snapshot, 't')).toEqual(['{"a":1}', '{"a":2}'])
  await snapshot.close()
  await snapshot.close()
  expect(folderState(path)).toEqual(before)
  expect(new Database(path).pragma('journal_mode', { simple: true })).toBe(mode === 'wal' ? 'wal' : 'delete')
})

test('rows that a crashed writer left in the log are read, and not moved into the database', async () => {
  const path = databaseFile('PRAGMA journal_mode = wal; CREATE TABLE t (a); INSERT INTO t VALUES (1)')
  inOtherProcess(path, `db.exec('INSERT INTO t VALUES (2)'); ${CRASH}`)
  const database = readFileSync(path)
  const log = readFileSync(`${path}-wal`)
  expect(log.length).toBeGreaterThan(0)
  const snapshot = await openSnapshot(path)
  expect(await linesOf(snapshot, 't')).toEqual(['{"a":1}', '{"a":2}'])
  await snapshot.close()
  expect(readFileSync(path).equals(database)).toBe(true)
  expect(readFileSync(`${path}-wal`).equals(log)).toBe(true)
})

test('in WAL mode another process writes on, and the snapshot stays as it was', async () => {
  const path = databaseFile(`PRAGMA journal_mode = wal; CREATE TABLE t (id INTEGER PRIMARY KEY, a); ${numbers(5000)} INSERT INTO t SELECT i, 'old' FROM n`)
  const snapshot = await snapshotOf(path)
  const table = tableOf(snapshot, 't')
  let rows = 0
  for await (const batch of snapshot.rows(table)) {
    if (rows === 0) expect(inOtherProcess(path, `db.exec("UPDATE t SET a = 'new'; DELETE FROM t WHERE id % 2; CREATE TABLE later (x)"); console.log('written')`)).toBe('written')
    rows += batch.rows
    expect(batch.bytes.includes('new')).toBe(false)
  }
  expect(rows).toBe(5000)
  expect(await snapshot.count(table)).toBe(5000)
  const next = await snapshotOf(path)
  expect(await next.count(table)).toBe(2500)
  expect(next.schema.tables).toHaveLength(2)
})

test('in rollback mode a writer in another process is told to wait, until the snapshot closes', async () => {
  const path = databaseFile(`CREATE TABLE t (a); INSERT INTO t VALUES ('old')`)
  const snapshot = await openSnapshot(path)
  const write = `db.exec("UPDATE t SET a = 'new'"); console.log('written')`
  expect(inOtherProcess(path, write)).toBe('SQLITE_BUSY')
  expect(await linesOf(snapshot, 't')).toEqual(['{"a":"old"}'])
  await snapshot.close()
  expect(inOtherProcess(path, write)).toBe('written')
})

test('a database held exclusively is waited for, and the wait can be stopped', async () => {
  const path = databaseFile('CREATE TABLE t (a)')
  const holder = new Database(path)
  holder.exec('BEGIN EXCLUSIVE')
  const stop = new AbortController()
  const opening = openSnapshot(path, { signal: stop.signal })
  stop.abort()
  await expect(opening).rejects.toMatchObject({ code: 'INTERRUPTED' })
  const again = openSnapshot(path)
  setImmediate(() => holder.exec('COMMIT'))
  await (await again).close()
  holder.close()
})

test('a hot journal is a clear error, and is not rolled back by reading', async () => {
  const path = databaseFile('CREATE TABLE t (a)')
  inOtherProcess(path, `db.pragma('cache_size = 5'); db.exec(${JSON.stringify(`BEGIN; ${numbers(2000)} INSERT INTO t SELECT randomblob(1000) FROM n`)}); ${CRASH}`)
  const before = folderState(path)
  await expect(openSnapshot(path)).rejects.toMatchObject({ code: 'STORE_UNREADABLE', message: expect.stringContaining('hot journal') as string, hint: expect.stringContaining('Open the database once') as string })
  expect(folderState(path)).toEqual(before)
})

test('a WAL database in a read-only folder is a clear error, and so is a file that may not be read', async () => {
  const path = databaseFile('PRAGMA journal_mode = wal; CREATE TABLE t (a)')
  chmodSync(dirname(path), 0o555)
  // Rights do not bind root, so root steps down.
  if (process.geteuid?.() === 0) process.seteuid?.(65534)
  onTestFinished(() => {
    if (process.getuid?.() === 0) process.seteuid?.(0)
    chmodSync(dirname(path), 0o755)
  })
  await expect(openSnapshot(path)).rejects.toMatchObject({ code: 'STORE_UNREADABLE', hint: expect.stringContaining('Copy the file') as string })
  if (process.getuid?.() === 0) process.seteuid?.(0)
  chmodSync(path, 0)
  if (process.getuid?.() === 0) process.seteuid?.(65534)
  await expect(openSnapshot(path)).rejects.toMatchObject({ code: 'STORE_UNREADABLE', hint: expect.stringContaining('rights') as string })
})

test('what is no readable database is named as what it is', async () => {
  const folder = scratchFolder()
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const good = databaseFile(`CREATE TABLE t (a); ${numbers(3000)} INSERT INTO t SELECT i FROM n`)
  const rejection = async (path: string): Promise<unknown> => openSnapshot(path).then((snapshot) => snapshot.close(), (error: unknown) => error)
  copyFileSync(good, join(folder, 'shop.db'))
  expect(await rejection(join(folder, 'shpo.db'))).toMatchObject({ code: 'STORE_NOT_FOUND', hint: expect.stringContaining('shop.db') as string })
  expect(await rejection(join(folder, 'no', 'such'))).toMatchObject({ code: 'STORE_NOT_FOUND' })
  mkdirSync(join(folder, 'sub'))
  expect(await rejection(join(folder, 'sub'))).toMatchObject({ code: 'STORE_UNREADABLE', message: expect.stringContaining('folder') as string })
  expect(await rejection(file('text', 'no database at all. '.repeat(100)))).toMatchObject({ code: 'STORE_UNREADABLE', message: expect.stringContaining('encrypted') as string })
  const damaged = readFileSync(good)
  damaged.fill(0xee, 100, 200)
  expect(await rejection(file('damaged', damaged))).toMatchObject({ code: 'STORE_UNREADABLE', message: expect.stringContaining('malformed') as string })
  expect(await rejection(file('empty', ''))).toBeUndefined()
})

test('damage inside a table is an error naming the table, not an end', async () => {
  const path = databaseFile(`CREATE TABLE t (a TEXT); ${numbers(5000)} INSERT INTO t SELECT 'row ' || i FROM n`)
  const bytes = readFileSync(path)
  bytes.fill(0xee, 4096 * 8, 4096 * 12)
  writeFileSync(path, bytes)
  const snapshot = await snapshotOf(path)
  await expect(linesOf(snapshot, 't')).rejects.toMatchObject({ code: 'STORE_UNREADABLE', place: { table: 't' } })
})

test.each([
  ['t (id INTEGER PRIMARY KEY, a)', 'id'],
  ['t (a)', 'rowid'],
  ['t (rowid TEXT, a)', '_rowid_'],
  ['t (rowid TEXT, _rowid_ TEXT, a)', 'oid'],
])('%s is read in order of %s, whole, from the lowest to the highest', async (table, rowid) => {
  const path = databaseFile(`CREATE TABLE ${table}; CREATE INDEX cover ON t (a); ${numbers(3000)} INSERT INTO t (${rowid}, a) SELECT (i * 7919) % 3001, 3001 - i FROM n;
    INSERT INTO t (${rowid}, a) VALUES (-9223372036854775808, 'lowest'), (9223372036854775807, 'highest'), (-5, 'negative')`)
  const lines = await linesOf(await snapshotOf(path), 't')
  const db = new Database(path)
  const expected = db.prepare(`SELECT a FROM t ORDER BY ${rowid}`).pluck().all()
  db.close()
  expect(lines.map((line) => (JSON.parse(line) as { a: unknown }).a)).toEqual(expected)
  expect(expected).toHaveLength(3003)
})

test('WITHOUT ROWID is read in order of its key, and a table that hides its rowid in order of the rowid', async () => {
  const path = databaseFile(`CREATE TABLE w (a, b TEXT, k TEXT, PRIMARY KEY (k DESC, b)) WITHOUT ROWID; CREATE INDEX wi ON w (a, b, k); ${numbers(3000)} INSERT INTO w SELECT i, i % 7, 'k' || (i % 100) FROM n GROUP BY i % 7, i % 100;
    CREATE TABLE h (rowid, oid, _rowid_); CREATE INDEX hi ON h (rowid, oid, _rowid_); INSERT INTO h VALUES (3, 1, 1), (1, 2, 2), (2, 3, 3)`)
  const snapshot = await snapshotOf(path)
  const db = new Database(path)
  expect((await linesOf(snapshot, 'w')).map((line) => JSON.parse(line) as unknown)).toEqual(db.prepare('SELECT * FROM w ORDER BY k DESC, b').all())
  db.close()
  expect(await linesOf(snapshot, 'h')).toEqual(['{"rowid":3,"oid":1,"_rowid_":1}', '{"rowid":1,"oid":2,"_rowid_":2}', '{"rowid":2,"oid":3,"_rowid_":3}'])
})

test('pages follow the size of the rows: small ones together, large ones alone, never far beyond a batch', async () => {
  const path = databaseFile(`CREATE TABLE t (a); ${numbers(4000)} INSERT INTO t SELECT 'small' FROM n; ${numbers(6)} INSERT INTO t SELECT zeroblob(1500000) FROM n; ${numbers(4000)} INSERT INTO t SELECT 'small' FROM n`)
  const snapshot = await snapshotOf(path)
  const sizes: [number, number][] = []
  for await (const { rows, bytes } of snapshot.rows(tableOf(snapshot, 't'))) sizes.push([rows, bytes.length])
  expect(sizes.reduce((sum, [rows]) => sum + rows, 0)).toBe(8006)
  expect(Math.max(...sizes.map(([, bytes]) => bytes))).toBeLessThanOrEqual(4 * BATCH_BYTES)
  expect(sizes.length).toBeLessThan(60)
})

test('text that is not UTF-8 is kept as bytes wherever it stands', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(2999), { minLength: 1, maxLength: 5 }), fc.boolean(), async (broken, withoutRowid) => {
      const path = databaseFile(`CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB) ${withoutRowid ? 'WITHOUT ROWID' : ''}; ${numbers(3000)} INSERT INTO t SELECT i - 1, 'é' || i, CAST('text' AS TEXT) FROM n;
        UPDATE t SET a = CAST(x'ff61' AS TEXT), b = CAST(x'c328' AS TEXT) WHERE id IN (${broken.join(',')})`)
      const snapshot = await snapshotOf(path)
      const lines = await linesOf(snapshot, 't')
      await snapshot.close()
      expect(lines).toHaveLength(3000)
      for (const [id, line] of lines.entries()) {
        expect(line).toBe(broken.includes(id) ? `{"id":${id},"a":{"$rawtext":"ff61"},"b":{"$rawtext":"c328"}}` : `{"id":${id},"a":"é${id + 1}","b":{"$text":"text"}}`)
      }
    }),
    { numRuns: 10 },
  )
})

test.each([
  ['UTF-16le', ''],
  ['UTF-16be', ''],
  ['UTF-16be', 'WITHOUT ROWID'],
])('a database in %s gives the same lines, and refuses half a surrogate pair with the row named %s', async (encoding, trait) => {
  const path = databaseFile(`PRAGMA encoding = '${encoding}'; CREATE TABLE "ключ" (id TEXT PRIMARY KEY, a TEXT) ${trait}; INSERT INTO "ключ" VALUES ('x', 'aé😀' || char(0) || '"'), ('y', x'00ff')`)
  const snapshot = await openSnapshot(path)
  expect(await linesOf(snapshot, 'ключ')).toEqual(['{"id":"x","a":"aé😀\\u0000\\""}', '{"id":"y","a":{"$bytes":"00ff"}}'])
  await snapshot.close()
  const db = new Database(path)
  db.prepare(`INSERT INTO "ключ" VALUES ('z', CAST(? AS TEXT))`).run(Buffer.from(encoding === 'UTF-16le' ? [0x00, 0xd8, 0x61, 0x00] : [0xd8, 0x00, 0x00, 0x61]))
  db.close()
  await expect(linesOf(await snapshotOf(path), 'ключ')).rejects.toMatchObject({ code: 'VALUE_UNWRITABLE', place: { table: 'ключ', row: 3, key: "id='z'" } })
})

test('generated columns are not written, nor columns that were left out', async () => {
  const path = databaseFile('CREATE TABLE t (id INTEGER PRIMARY KEY, a, b AS (a + 1) STORED, c AS (a + 2), secret); INSERT INTO t (a, secret) VALUES (1, 2)')
  const snapshot = await snapshotOf(path)
  expect(await linesOf(snapshot, 't')).toEqual(['{"id":1,"a":1,"secret":2}'])
  const table = tableOf(snapshot, 't')
  const fewer = { ...table, columns: table.columns.filter(({ name }) => name === 'a') }
  for await (const batch of snapshot.rows(fewer)) expect(batch.bytes.toString()).toBe('{"a":1}\n')
})

test('a stopped read ends with INTERRUPTED, and other work gets its turn between pages', async () => {
  const path = databaseFile(`CREATE TABLE t (a); ${numbers(50_000)} INSERT INTO t SELECT i FROM n; CREATE TABLE w (a PRIMARY KEY) WITHOUT ROWID; INSERT INTO w SELECT a FROM t`)
  const stop = new AbortController()
  const snapshot = await openSnapshot(path, { signal: stop.signal })
  onTestFinished(() => snapshot.close())
  let turns = 0
  const clock = setInterval(() => (turns += 1), 0)
  await linesOf(snapshot, 't')
  await linesOf(snapshot, 'w')
  clearInterval(clock)
  expect(turns).toBeGreaterThan(2)
  const reading = linesOf(snapshot, 't')
  setImmediate(() => stop.abort())
  await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED' })
})

test('a snapshot closes while a table is being read', async () => {
  const path = databaseFile(`CREATE TABLE w (a PRIMARY KEY) WITHOUT ROWID; ${numbers(2000)} INSERT INTO w SELECT randomblob(2000) FROM n`)
  const snapshot = await openSnapshot(path)
  const rows = snapshot.rows(tableOf(snapshot, 'w'))[Symbol.asyncIterator]()
  expect((await rows.next()).done).toBe(false)
  await snapshot.close()
  expect(existsSync(join(dirname(path), `${basename(path)}-journal`))).toBe(false)
  expect(inOtherProcess(path, `db.exec('DELETE FROM w'); console.log('written')`)).toBe('written')
})
