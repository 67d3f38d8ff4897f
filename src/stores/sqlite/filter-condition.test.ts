import { expect, test } from 'vitest'
import { databaseFile, linesOf, snapshotOf, tableOf } from '../../../test/sqlite/scratch.js'
import type { RowFilter } from '../store.js'

const SQL = `CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT, n, "odd ""name" INT);
  CREATE TABLE w (id INTEGER, at TEXT, n, "odd ""name" INT, PRIMARY KEY (id)) WITHOUT ROWID`

async function ids(rows: string, filter: RowFilter): Promise<number[]> {
  const path = databaseFile(`${SQL}; INSERT INTO t (id, at, n) VALUES ${rows}; INSERT INTO w SELECT * FROM t`)
  const snapshot = await snapshotOf(path)
  const found = (await linesOf(snapshot, 't', filter)).map((line) => (JSON.parse(line) as { id: number }).id)
  const scanned = (await linesOf(snapshot, 'w', filter)).map((line) => (JSON.parse(line) as { id: number }).id)
  expect(scanned).toEqual(found)
  for (const id of ['t', 'w']) expect(await snapshot.count(tableOf(snapshot, id), filter)).toBe(found.length)
  return found
}

const time = (column: string, since: string | undefined, until: string | undefined): RowFilter => ({
  time: { column, since: since === undefined ? undefined : new Date(since), until: until === undefined ? undefined : new Date(until) },
})

test('instants are compared whatever their spelling; since is inclusive, until is not, and no time is left out', async () => {
  const rows = `(1, '2026-02-16 23:59:59.12-08:00', 0), (2, '2026-02-16T00:00:00Z', 0), (3, '2026-02-15 23:59:59', 0), (4, '2026-02-17', 0), (5, '2026-02-16 00:00:00.0004', 0), (6, 'soon', 0), (7, NULL, 0), (8, x'323032362d30322d3136', 0), (9, '2026-02-15 23:59:59.9999', 0), (10, '2026-02-16 05:29:59+05:30', 0), (11, '2026-02-18', 0)`
  expect(await ids(rows, time('at', '2026-02-16T00:00:00Z', '2026-02-17T07:59:59.120Z'))).toEqual([2, 4, 5])
  expect(await ids(rows, time('at', '2026-02-16T00:00:00Z', '2026-02-17T07:59:59.121Z'))).toEqual([1, 2, 4, 5])
  expect(await ids(rows, time('at', undefined, '2026-02-16T00:00:00Z'))).toEqual([3, 9, 10])
  expect(await ids(rows, time('at', undefined, undefined))).toEqual([1, 2, 3, 4, 5, 9, 10, 11])
})

test('numbers are seconds since 1970, or milliseconds when they are large', async () => {
  const rows = `(1, '', 1771200000), (2, '', 1771200000.5), (3, '', 1771200000600), (4, '', 1771199999), (5, '', 'x')`
  expect(await ids(rows, time('n', '2026-02-16T00:00:00.500Z', undefined))).toEqual([2, 3])
  expect(await ids(rows, time('n', '2026-02-16T00:00:00Z', undefined))).toEqual([1, 2, 3])
})

test('the user\'s condition holds together with the time, and may end in a comment', async () => {
  const rows = `(1, '2026-01-01', 5), (2, '2026-01-01', 50), (3, '2025-01-01', 50)`
  expect(await ids(rows, { condition: 'n > 10 OR n < 0 -- large', ...time('at', '2026-01-01T00:00:00Z', undefined) })).toEqual([2])
  expect(await ids(rows, { condition: '(SELECT max(n) FROM t) = n AND "odd ""name" IS NULL' })).toEqual([2, 3])
})

test('a sparse condition over many rows finds them all', async () => {
  const path = databaseFile(`${SQL}; WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 60000) INSERT INTO t (id, n) SELECT i * 3, i FROM s`)
  const snapshot = await snapshotOf(path)
  const filter = { condition: 'n IN (1, 20000, 59999, 60000)' }
  expect((await linesOf(snapshot, 't', filter)).map((line) => (JSON.parse(line) as { n: number }).n)).toEqual([1, 20000, 59999, 60000])
  expect(await snapshot.count(tableOf(snapshot, 't'), filter)).toBe(4)
})

test.each(['nope = 1', 'n >', '1) OR (1', 'n = ?', 'n = :x', '1; DELETE FROM t', 'count(*) > 1', 'row_number() OVER () = 1', ''])('the condition %j is refused', async (condition) => {
  await expect(ids(`(1, '', 0)`, { condition })).rejects.toMatchObject({ code: 'USAGE', place: { table: 't' } })
})

test('a time column that is not there is refused', async () => {
  await expect(ids(`(1, '', 0)`, time('when', '2026-01-01', undefined))).rejects.toMatchObject({ code: 'COLUMN_NOT_FOUND' })
})
