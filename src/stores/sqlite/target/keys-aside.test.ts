import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { canonicalLine, importLines, schemaFrom, storedRows, tableIn, type Stored } from '../../../../test/sqlite/importing.js'
import { scratchFolder } from '../../../../test/sqlite/scratch.js'

/** A new file with these rows, in so many batches that keys are built at the end. */
async function load(ddl: string, rows: Readonly<Record<string, readonly (readonly Stored[])[]>>): Promise<string> {
  const path = join(scratchFolder(), 'new.db')
  const schema = schemaFrom(ddl)
  const lines = Object.fromEntries(Object.entries(rows).map(([id, all]) => [id, all.map((row) => canonicalLine(tableIn(schema, id), row))]))
  await importLines(path, lines, { create: schema, perBatch: 2 })
  return path
}

function ask(path: string, sql: string): unknown[] {
  const db = new Database(path)
  try {
    return db.prepare(sql).pluck().all()
  } finally {
    db.close()
  }
}

const ANY: readonly Stored[] = [1n, 2.5, 'a', Buffer.from([1, 2]), null, '7', 'B', 1e300]

describe('keys of a new file are built after its rows', () => {
  test.each([
    ['a text key', 'CREATE TABLE t (k TEXT PRIMARY KEY, v)'],
    ['a key in another order', 'CREATE TABLE t (k INTEGER PRIMARY KEY DESC, v UNIQUE)'],
    ['a rowid and a unique column', 'CREATE TABLE t (k INTEGER PRIMARY KEY, v UNIQUE)'],
    ['numbers that are given out', 'CREATE TABLE t (k INTEGER PRIMARY KEY AUTOINCREMENT, v UNIQUE)'],
    ['two columns', 'CREATE TABLE t (k INT NOT NULL, v, PRIMARY KEY (v, k), UNIQUE (k))'],
    ['a collation', 'CREATE TABLE t (k VARCHAR(9) COLLATE NOCASE UNIQUE, v)'],
    ['a strict table', 'CREATE TABLE t (k INTEGER PRIMARY KEY, v ANY UNIQUE) STRICT'],
    ['a table without rowid', 'CREATE TABLE t (k INT PRIMARY KEY, v UNIQUE) WITHOUT ROWID'],
    ['a generated column', 'CREATE TABLE t (k INT UNIQUE, v, w AS (k + 1) UNIQUE)'],
    ['a check', 'CREATE TABLE t (k INT UNIQUE CHECK (k > 0), v)'],
    ['a unique index', 'CREATE TABLE t (k INT UNIQUE, v); CREATE UNIQUE INDEX i ON t (v) WHERE v IS NOT NULL'],
    ['odd names', 'CREATE TABLE "t" ("k" "weird, ) type" UNIQUE DEFAULT (1), v "x")'],
    ['every affinity', 'CREATE TABLE t (k BIGINT UNIQUE, v DOUBLE, c CHARACTER(2), n DECIMAL(5), b BLOB, x)'],
  ])('%s: definitions, values and keys are what they would be', async (_, ddl) => {
    const plain = new Database(':memory:')
    plain.exec(ddl)
    const width = (plain.prepare('SELECT count(*) FROM pragma_table_info(?)').pluck().get('t') as number) - 2
    const rows = ANY.map((value, index): Stored[] => [BigInt(index + 1), value, ...Array.from({ length: width }, () => value)])
    for (const row of rows) plain.prepare(`INSERT INTO t VALUES (${row.map(() => '?').join(', ')})`).run(...row.map((value) => value as bigint))
    const stored = plain.prepare<[], Stored[]>('SELECT * FROM t').safeIntegers().raw().all()
    const path = await load(ddl, { t: stored })
    expect(storedRows(path, 't', 'k')).toEqual(plain.prepare('SELECT * FROM t ORDER BY k').safeIntegers().raw().all())
    for (const sql of ['SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name', 'SELECT name FROM sqlite_schema ORDER BY name', "SELECT group_concat(typeof(v)) FROM t"]) {
      expect(ask(path, sql)).toEqual(plain.prepare(sql).pluck().all())
    }
    expect(ask(path, 'PRAGMA integrity_check')).toEqual(['ok'])
    expect(() => ask(path, 'INSERT INTO t (k, v) SELECT k, v FROM t LIMIT 1 RETURNING 1')).toThrow('UNIQUE constraint failed')
  })

  test('the next number is above the highest', async () => {
    const path = await load('CREATE TABLE t (k INTEGER PRIMARY KEY AUTOINCREMENT, v UNIQUE)', { t: [[5n, 'a'], [9n, 'b'], [7n, 'c']] })
    expect(ask(path, "INSERT INTO t (v) VALUES ('d') RETURNING k")).toEqual([10])
  })

  test.each([
    ['a unique column', 'CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT UNIQUE)', 'v="b"'],
    ['a column that ignores case', 'CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT COLLATE NOCASE UNIQUE)', 'v="b"'],
    ['a key of two', 'CREATE TABLE t (k INT, v TEXT, UNIQUE (v), PRIMARY KEY (v, k))', 'v="b"'],
  ])('%s that is there twice is named, and there is no file', async (_, ddl, key) => {
    const rows: Stored[][] = [[1n, 'a'], [2n, 'b'], [3n, null], [4n, null], [5n, 'b'], [6n, 'c']]
    const failure = load(ddl, { t: rows })
    await expect(failure).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't', key } })
    await expect(failure).rejects.toThrow('UNIQUE constraint failed: t.v')
  })

  test('a NULL where none may be is named by its row', async () => {
    await expect(load('CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT NOT NULL UNIQUE)', { t: [[1n, 'a'], [2n, 'b'], [3n, 'c'], [4n, null]] })).rejects.toMatchObject({
      code: 'CONSTRAINT_VIOLATED', place: { table: 't', row: 4, column: 'v' },
    })
  })
})
