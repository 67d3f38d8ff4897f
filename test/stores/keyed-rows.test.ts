import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/stores/open-store.js'
import type { RowFilter, Snapshot } from '../../src/stores/store.js'
import { createDatabase } from '../postgres/database.js'

async function sqlite(script: string): Promise<Snapshot> {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'store.db')
  const db = new Database(path)
  db.exec(script)
  db.close()
  return opened(path)
}

function postgresql(version: 12 | 18): (script: string) => Promise<Snapshot> {
  return async (script) => {
    const database = await createDatabase(version)
    await database.run(script)
    return opened(database.url)
  }
}

async function opened(location: string): Promise<Snapshot> {
  const store = openStore(location)
  const snapshot = await store.snapshot()
  onTestFinished(async () => {
    await snapshot.close()
    await store.close()
  })
  return snapshot
}

/** The ids of the rows that the filter gives, which `count` must agree with. */
async function ids(snapshot: Snapshot, name: string, filter: RowFilter): Promise<number[]> {
  const table = snapshot.schema.tables.find((each) => each.id === name)!
  const found: number[] = []
  for await (const { bytes } of snapshot.rows(table, filter)) {
    for (const line of bytes.toString('utf8').split('\n').slice(0, -1)) found.push((JSON.parse(line) as { id: number }).id)
  }
  expect(await snapshot.count(table, filter)).toBe(found.length)
  return found.sort((a, b) => a - b)
}

const keys = (columns: readonly string[], ...values: readonly (readonly string[])[]): RowFilter => ({ keys: { columns, values } })

const SCRIPT = `
  CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE, big BIGINT, ratio DOUBLE PRECISION, at TIMESTAMP, other INTEGER);
  INSERT INTO t VALUES (1, 'one', 9007199254740993, 0.1, '2026-01-01 00:00:00', NULL), (2, 'it''s', -5, 2, '2026-01-02 00:00:00.5', 7),
    (3, 'é\\"', NULL, NULL, NULL, 7), (4, '', 0, -1.5, '2026-01-01 12:00:00', 8);
  CREATE TABLE pair (id INTEGER NOT NULL, line INTEGER NOT NULL, label VARCHAR(9), PRIMARY KEY (line, id));
  INSERT INTO pair VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, NULL), (9, 9, 'a');
`

describe.each([
  ['SQLite', sqlite],
  ['PostgreSQL 18', postgresql(18)],
  ['PostgreSQL 12', postgresql(12)],
] as const)('%s finds rows by keys', (_, open) => {
  test('of any column, in canonical form, each row once', async () => {
    const snapshot = await open(SCRIPT)
    expect(await ids(snapshot, 't', keys(['id'], ['1'], ['3'], ['3'], ['77']))).toEqual([1, 3])
    expect(await ids(snapshot, 't', keys(['code'], ['"it\'s"'], ['"é\\\\\\""'], ['""'], ['"ONE"'], ['"a\\u0000b"']))).toEqual([2, 3, 4])
    expect(await ids(snapshot, 't', keys(['big'], ['"9007199254740993"'], ['-5'], ['null']))).toEqual([1, 2])
    expect(await ids(snapshot, 't', keys(['ratio'], ['0.1'], ['-1.5']))).toEqual([1, 4])
    expect(await ids(snapshot, 't', keys(['at'], ['"2026-01-02 00:00:00.5"']))).toEqual([2])
    expect(await ids(snapshot, 't', keys(['other'], ['7']))).toEqual([2, 3])
  })

  test('of several columns, where NULL matches nothing', async () => {
    const snapshot = await open(SCRIPT)
    expect(await ids(snapshot, 'pair', keys(['id', 'line'], ['1', '2'], ['2', '1'], ['2', '2']))).toEqual([1, 2])
    expect(await ids(snapshot, 'pair', keys(['label', 'id'], ['"a"', '9'], ['null', '2'], ['"b"', 'null']))).toEqual([9])
  })

  test('together with a condition and times', async () => {
    const snapshot = await open(SCRIPT)
    const since = new Date('2026-01-01T06:00:00Z')
    expect(await ids(snapshot, 't', { ...keys(['id'], ['1'], ['2'], ['4']), condition: 'id < 4 -- not the last' })).toEqual([1, 2])
    expect(await ids(snapshot, 't', { ...keys(['id'], ['1'], ['2'], ['4']), time: { column: 'at', since } })).toEqual([2, 4])
    expect(await ids(snapshot, 't', { ...keys(['other'], ['7']), condition: 'big IS NULL OR big < 0', time: { column: 'at' } })).toEqual([2])
  })

  test('none at all: no rows; an unknown column is named', async () => {
    const snapshot = await open(SCRIPT)
    expect(await ids(snapshot, 't', keys(['id']))).toEqual([])
    await expect(ids(snapshot, 't', keys(['cod'], ['1']))).rejects.toMatchObject({ code: 'COLUMN_NOT_FOUND', place: { table: 't', column: 'cod' } })
  })
})

test('SQLite compares by affinity and collation of the column, whatever the class of the value', async () => {
  const snapshot = await sqlite(`
    CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE UNIQUE, loose UNIQUE);
    INSERT INTO t VALUES (1, 'Abc', 5), (2, 'x', '5'), (3, CAST(x'ff61' AS TEXT), x'00ff'), (4, 5, 2.5), (5, x'61', NULL);
    CREATE TABLE w (id INTEGER, k TEXT COLLATE NOCASE, PRIMARY KEY (k, id)) WITHOUT ROWID;
    INSERT INTO w VALUES (1, 'A'), (2, 'a'), (3, 'b');
  `)
  expect(await ids(snapshot, 't', keys(['code'], ['"ABC"'], ['{"$rawtext":"ff61"}'], ['5'], ['{"$bytes":"61"}']))).toEqual([1, 3, 4, 5])
  expect(await ids(snapshot, 't', keys(['loose'], ['5'], ['{"$bytes":"00ff"}'], ['2.5']))).toEqual([1, 3, 4])
  expect(await ids(snapshot, 't', keys(['loose'], ['"5"']))).toEqual([2])
  expect(await ids(snapshot, 't', keys(['id'], ['{"$text":"4"}'], ['5.0']))).toEqual([4, 5])
  expect(await ids(snapshot, 'w', keys(['k'], ['"a"']))).toEqual([1, 2])
  expect(await ids(snapshot, 'w', keys(['id', 'k'], ['2', '"A"']))).toEqual([2])
})

test('SQLite searches an index and does not read the table', async () => {
  const rows = Array.from({ length: 200 }, (_, i) => `(${i}, ${i}, '${'x'.repeat(10)}')`).join(', ')
  const snapshot = await sqlite(`CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT, UNIQUE (a, b)); INSERT INTO t VALUES ${rows}`)
  expect(await ids(snapshot, 't', { ...keys(['a', 'b'], ['7', '"xxxxxxxxxx"']), condition: "id = 7 OR abs(CASE WHEN id <> 7 THEN -9223372036854775807 - 1 END)" })).toEqual([7])
})

test('PostgreSQL takes a value that no row can hold for one that matches nothing', async () => {
  const snapshot = await postgresql(18)(`
    CREATE EXTENSION citext;
    CREATE TYPE mood AS ENUM ('sad', 'glad');
    CREATE DOMAIN short AS varchar(3) CHECK (value <> 'bad');
    CREATE DOMAIN few AS smallint;
    CREATE TABLE t (id smallint PRIMARY KEY, u uuid, m mood, d date, s short, f few, n numeric(5,2), c char(4), b bytea, t boolean, w name, i citext, l text[], r real, tz timestamptz(0));
    INSERT INTO t VALUES (1, '00000000-0000-4000-8000-000000000001', 'glad', '2026-01-01', 'abc', 5, 1.50, 'ab', '\\x00ff', true, 'n', 'Mix', '{a,"b c"}', 0.1, '2026-01-01 00:00:00+00');
  `)
  const by = async (column: string, ...cells: readonly string[]): Promise<number[]> => ids(snapshot, 't', keys([column], ...cells.map((cell) => [cell])))
  expect(await by('id', '1', '99999', '"99999999999999999999"', '"x"')).toEqual([1])
  expect(await by('u', '"00000000-0000-4000-8000-000000000001"', '"no uuid"')).toEqual([1])
  expect(await by('m', '"glad"', '"mad"')).toEqual([1])
  expect(await by('d', '"2026-01-01"', '"2026-99-99"', '"soon"')).toEqual([1])
  expect(await by('s', '"abc"', '"bad"')).toEqual([1])
  expect(await by('s', '"abcd"')).toEqual([])
  expect(await by('f', '5', '99999')).toEqual([1])
  expect(await by('n', '"1.5"', '"1.504"', '"x"')).toEqual([1])
  expect(await by('n', '"1.504"', '"Infinity"')).toEqual([])
  expect(await by('c', '"ab  "')).toEqual([1])
  expect(await by('c', '"ab  x"')).toEqual([])
  expect(await by('b', '"00ff"', '"xy"')).toEqual([1])
  expect(await by('t', 'true', '"maybe"')).toEqual([1])
  expect(await by('w', `"n${'n'.repeat(80)}"`, '"n"')).toEqual([1])
  expect(await by('i', '"mIX"')).toEqual([1])
  expect(await by('l', '["a","b c"]')).toEqual([1])
  expect(await by('r', '0.1', '1e300')).toEqual([1])
  expect(await by('tz', '"2026-01-01 00:00:00+00"', '"2026-01-01 00:00:00.4+00"')).toEqual([1])
})
