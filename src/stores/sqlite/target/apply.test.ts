import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Strategy } from '../../import-table.js'
import { canonicalLine, identifiedBy, importLines, schemaFrom, schemaOf, storedRows, tableIn, type Stored } from '../../../../test/sqlite/importing.js'
import { databaseFile } from '../../../../test/sqlite/scratch.js'

const DDL = 'CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT UNIQUE, n)'
const BEFORE = `${DDL}; INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)`

const linesFor = (ddl: string, rows: readonly (readonly Stored[])[], id = 't'): Record<string, string[]> => {
  const table = tableIn(schemaFrom(ddl), id)
  return { [id]: rows.map((row) => canonicalLine(table, row)) }
}

describe('strategies', () => {
  const rows: Stored[][] = [
    [2n, 'b', 2n],
    [3n, 'c', 30n],
    [4n, 'd', 4n],
  ]
  test.each<[Strategy, unknown[][]]>([
    ['merge', [[1n, 'a', 1n], [2n, 'b', 2n], [3n, 'c', 30n], [4n, 'd', 4n]]],
    ['skip', [[1n, 'a', 1n], [2n, 'b', 2n], [3n, 'c', 3n], [4n, 'd', 4n]]],
    ['replace', [[2n, 'b', 2n], [3n, 'c', 30n], [4n, 'd', 4n]]],
  ])('%s ends as it says, classifies exactly, and writes nothing the second time', async (strategy, expected) => {
    const path = databaseFile(BEFORE)
    const lines = linesFor(DDL, rows)
    const first = await importLines(path, lines, { strategy, examples: 9 })
    const differing = { class: strategy === 'skip' ? 'kept' : 'changed', key: 'id=3', columns: ['n'], reason: null }
    const gone = { class: 'deleted', key: 'id=1', columns: [], reason: null }
    expect(first.verdicts.get('t')).toEqual({
      new: 1,
      changed: strategy === 'skip' ? 0 : 1,
      unchanged: 1,
      kept: strategy === 'skip' ? 1 : 0,
      deleted: strategy === 'replace' ? 1 : 0,
      conflicting: 0,
      rejected: 0,
      examples: [differing, { class: 'new', key: 'id=4', columns: [], reason: null }, ...(strategy === 'replace' ? [gone] : [])],
    })
    expect(storedRows(path, 't')).toEqual(expected)
    const bytes = readFileSync(path)
    const second = await importLines(path, lines, { strategy })
    expect(second.verdicts.get('t')).toMatchObject({ new: 0, changed: 0, kept: strategy === 'skip' ? 1 : 0, deleted: 0 })
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  test.each(['WITHOUT ROWID', ''])('random tables of keys end as the strategy says %s', async (option) => {
    const ddl = `CREATE TABLE t (a TEXT, b INT, u INT UNIQUE, v, PRIMARY KEY (a, b)) ${option}`
    const row = fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.integer({ min: 0, max: 3 }).map(BigInt), fc.option(fc.integer({ min: 0, max: 12 }).map(BigInt)), fc.oneof(fc.constantFrom<Stored>(1n, 1, '1', null, 'A', 'a', -0, 0, Buffer.from('1'))))
    const table = fc.uniqueArray(row, { selector: ([a, b]) => `${a}${b.toString()}`, maxLength: 8 }).map((all) => {
      const seen = new Set<string>()
      return all.map(([a, b, u, v]): Stored[] => {
        const kept = u === null || seen.has(u.toString()) ? null : u
        if (kept !== null) seen.add(kept.toString())
        return [a, b, kept, v]
      })
    })
    await fc.assert(
      fc.asyncProperty(table, table, fc.constantFrom<Strategy>('replace', 'merge', 'skip'), async (before, archive, strategy) => {
        const path = databaseFile(ddl, (db) => {
          const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?)')
          for (const values of before) insert.run(values)
        })
        const key = ([a, b]: readonly Stored[]): string => printed([[a, b]]).join()
        const kept = before.filter((old) => !archive.some((fresh) => key(fresh) === key(old)))
        const fresh = archive.map((values) => (strategy === 'skip' ? (before.find((old) => key(old) === key(values)) ?? values) : values))
        const expected = strategy === 'replace' ? archive : [...kept, ...fresh]
        const unique = new Set(expected.flatMap(([, , u]) => (u === null ? [] : [u]))).size === expected.filter(([, , u]) => u !== null).length
        const run = importLines(path, linesFor(ddl, archive), { strategy })
        if (!unique) {
          await expect(run).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't', column: 'u' } })
          expect(printed(storedRows(path, 't'))).toEqual(printed(before))
          return
        }
        await run
        expect(printed(storedRows(path, 't'))).toEqual(printed(expected))
        const bytes = readFileSync(path)
        await importLines(path, linesFor(ddl, archive), { strategy })
        if (expected.length > 0) expect(readFileSync(path).equals(bytes)).toBe(true)
      }),
      { numRuns: 80 },
    )
  })
})

/** Rows in any order, telling 1 from 1.0 and 0.0 from -0.0. */
function printed(rows: readonly (readonly unknown[])[]): string[] {
  const value = (each: unknown): string => (typeof each === 'bigint' ? each.toString() : typeof each === 'number' ? `real ${Object.is(each, -0) ? '-0' : each}` : JSON.stringify(each))
  return rows.map((row) => row.map(value).join('|')).sort()
}

describe('unique values that change hands', () => {
  test('two rows swap them, a column that the archive has not stays, and so does the hidden rowid', async () => {
    const path = databaseFile(`CREATE TABLE t (code TEXT PRIMARY KEY, email TEXT UNIQUE, own TEXT DEFAULT 'x'); INSERT INTO t VALUES ('p', 'a', 'one'), ('q', 'b', 'two'), ('r', 'c', 'three')`)
    const source = schemaFrom('CREATE TABLE t (code TEXT PRIMARY KEY, email TEXT)')
    await importLines(path, linesFor('CREATE TABLE t (code TEXT PRIMARY KEY, email TEXT)', [['p', 'b'], ['q', 'a']]), { source })
    const db = new Database(path)
    expect(db.prepare('SELECT rowid, * FROM t').raw().all()).toEqual([[1, 'p', 'b', 'one'], [2, 'q', 'a', 'two'], [3, 'r', 'c', 'three']])
    db.close()
  })

  test('in a table without rowid they are swapped too', async () => {
    const ddl = 'CREATE TABLE t (code TEXT PRIMARY KEY, email TEXT UNIQUE, g AS (email || 1) STORED) WITHOUT ROWID'
    const path = databaseFile(`${ddl}; INSERT INTO t (code, email) VALUES ('p', 'a'), ('q', 'b')`)
    await importLines(path, linesFor(ddl, [['p', 'b'], ['q', 'a']]))
    expect(storedRows(path, 't')).toEqual([['p', 'b', 'b1'], ['q', 'a', 'a1']])
  })

  test('a value goes from a changed or deleted row to a new one', async () => {
    const path = databaseFile(BEFORE)
    await importLines(path, linesFor(DDL, [[2n, 'bb', 2n], [9n, 'b', 9n], [8n, 'a', 8n]]), { strategy: 'replace' })
    expect(storedRows(path, 't')).toEqual([[2n, 'bb', 2n], [8n, 'a', 8n], [9n, 'b', 9n]])
  })

  test('a value that a row keeps is CONSTRAINT_VIOLATED, naming the row and the column', async () => {
    const path = databaseFile(BEFORE)
    await expect(importLines(path, linesFor(DDL, [[7n, 'z', 7n], [8n, 'a', 8n]]))).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't', row: 2, key: 'id=8', column: 'email' } })
    await expect(importLines(path, linesFor(DDL, [[3n, 'c', 3n], [2n, 'a', 8n]]))).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't', row: 2, key: 'id=2', column: 'email' } })
    expect(storedRows(path, 't')).toEqual([[1n, 'a', 1n], [2n, 'b', 2n], [3n, 'c', 3n]])
  })
})

describe('identity', () => {
  test('rows are the same as the unique index compares them, and what differs is still a change', async () => {
    const ddl = 'CREATE TABLE t (name TEXT COLLATE NOCASE PRIMARY KEY, n INT)'
    const path = databaseFile(`${ddl}; INSERT INTO t VALUES ('Ada', 1), ('bob', 2)`)
    const outcome = await importLines(path, linesFor(ddl, [['ADA', 1n], ['bob', 2n]]))
    expect(outcome.verdicts.get('t')).toMatchObject({ new: 0, changed: 1, unchanged: 1, examples: [{ class: 'changed', key: 'name="ADA"', columns: ['name'] }] })
    expect(storedRows(path, 't', 'n')).toEqual([['ADA', 1n], ['bob', 2n]])
  })

  test('1 and 1.0 are one key and two values', async () => {
    const ddl = 'CREATE TABLE t (k PRIMARY KEY, n)'
    const path = databaseFile(`${ddl}; INSERT INTO t VALUES (1, 'a')`)
    const outcome = await importLines(path, linesFor(ddl, [[1, 'a']]))
    expect(outcome.verdicts.get('t')).toMatchObject({ changed: 1, new: 0, examples: [{ key: 'k=1.0', columns: ['k'] }] })
    expect(storedRows(path, 't')).toEqual([[1, 'a']])
  })

  test('without identity rows are counted: three here and two there are one new', async () => {
    const ddl = 'CREATE TABLE t (a, b)'
    const path = databaseFile(`${ddl}; INSERT INTO t VALUES (1, NULL), (1, NULL), ('1', NULL), (2, 'x'), (2, 'x')`)
    const rows: Stored[][] = [[1n, null], [1n, null], [1n, null], [2n, 'x'], ['1', null], [1, null]]
    const outcome = await importLines(path, linesFor(ddl, rows), { strategy: 'replace', examples: 9 })
    expect(outcome.verdicts.get('t')).toMatchObject({ new: 2, changed: 0, unchanged: 4, deleted: 1, examples: [{ class: 'new', key: 'a=1, b=NULL' }, { class: 'new', key: 'a=1.0, b=NULL' }, { class: 'deleted', key: 'a=2, b="x"' }] })
    expect(printed(storedRows(path, 't'))).toEqual(printed(rows))
  })

  test('a NULL in the key, a key that several staged rows have, and one that several rows there have are conflicts', async () => {
    const ddl = 'CREATE TABLE t (k TEXT, n)'
    const path = databaseFile(`${ddl}; INSERT INTO t VALUES (NULL, 1), ('x', 2), ('x', 3), ('y', 4)`)
    const outcome = await importLines(path, linesFor(ddl, [[null, 1n], [null, 9n], ['x', 9n], ['y', 40n], ['z', 5n], ['z', 6n]]), { tables: { t: { identity: identifiedBy([['k']]) } }, examples: 9 })
    expect(outcome.verdicts.get('t')).toMatchObject({ new: 0, changed: 1, unchanged: 1, conflicting: 4 })
    expect(outcome.verdicts.get('t')?.examples.filter((example) => example.class === 'conflicting').map(({ key, reason }) => [key, reason])).toEqual([['k=NULL', 'identity-null'], ['k="x"', 'ambiguous'], ['k="z"', 'ambiguous'], ['k="z"', 'ambiguous']])
    expect(storedRows(path, 't', 'rowid')).toEqual([[null, 1n], ['x', 2n], ['x', 3n], ['y', 40n]])
  })

  test('a natural key without an index matches', async () => {
    const ddl = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT)'
    const path = databaseFile(`${ddl}; INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2)`)
    const outcome = await importLines(path, linesFor(ddl, [[2n, 'b', 3n], [5n, 'c', 5n]]), { tables: { t: { identity: identifiedBy([['name']]) } } })
    expect(outcome.verdicts.get('t')).toMatchObject({ new: 1, changed: 1, unchanged: 0 })
    expect(storedRows(path, 't')).toEqual([[1n, 'a', 1n], [2n, 'b', 3n], [5n, 'c', 5n]])
  })
})

test('a table that needs everything quoted is merged', async () => {
  const ddl = 'CREATE TABLE "sel""ect" ("group" INTEGER PRIMARY KEY, "or\'der" TEXT, "ünï code" TEXT)'
  const path = databaseFile(`${ddl}; INSERT INTO "sel""ect" VALUES (1, 'a', 'b')`)
  const id = schemaOf(path).tables[0]?.id ?? ''
  await importLines(path, linesFor(ddl, [[1n, 'A', 'b'], [2n, 'x', 'y']], id), { strategy: 'replace' })
  expect(storedRows(path, 'sel""ect')).toEqual([[1n, 'A', 'b'], [2n, 'x', 'y']])
})

test('conflict clauses of the table neither ignore nor replace rows', async () => {
  const ddl = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE ON CONFLICT REPLACE, b UNIQUE ON CONFLICT IGNORE)'
  const path = databaseFile(ddl)
  for (const second of [[2n, 'a', 'y'], [2n, 'x', 'b']] as const) {
    await expect(importLines(path, linesFor(ddl, [[1n, 'a', 'b'], second]))).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { row: 2, key: 'id=2' } })
  }
  expect(storedRows(path, 't')).toEqual([])
})

test('a second import writes nothing where triggers, full text, counters and indexes hang on the table', async () => {
  const ddl = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT); CREATE INDEX i ON t (body);
    CREATE VIRTUAL TABLE search USING fts5(body, content='t', content_rowid='id');
    CREATE TRIGGER ai AFTER INSERT ON t BEGIN INSERT INTO search(rowid, body) VALUES (NEW.id, NEW.body); END`
  const path = databaseFile(ddl)
  const rows = Array.from({ length: 30 }, (_, index): Stored[] => [BigInt(index + 1), `word${index}`])
  await importLines(path, linesFor(ddl, rows), { perBatch: 7 })
  const bytes = readFileSync(path)
  for (const strategy of ['merge', 'skip', 'replace'] as const) await importLines(path, linesFor(ddl, rows), { strategy, perBatch: 7 })
  expect(readFileSync(path).equals(bytes)).toBe(true)
})

test('a table of 1,500 columns is loaded and merged', async () => {
  const ddl = `CREATE TABLE t (id INTEGER PRIMARY KEY, ${Array.from({ length: 1500 }, (_, index) => `c${index}`).join(', ')})`
  const path = databaseFile(ddl)
  const row = (id: bigint, last: Stored): Stored[] => [id, ...Array.from({ length: 1499 }, (): Stored => 'x'), last]
  await importLines(path, linesFor(ddl, [row(1n, 1n), row(2n, 2n)]))
  const { verdicts } = await importLines(path, linesFor(ddl, [row(1n, 1n), row(2n, 'changed'), row(3n, 3n)]))
  expect(verdicts.get('t')).toMatchObject({ new: 1, changed: 1, unchanged: 1, examples: [{ columns: ['c1499'] }, { class: 'new' }] })
  expect(storedRows(path, 't').map((values) => values.at(-1))).toEqual([1n, 'changed', 3n])
})

test('a table of 1,800 columns without a key is merged by whole rows', async () => {
  const ddl = `CREATE TABLE t (${Array.from({ length: 1800 }, (_, index) => `c${index}`).join(', ')})`
  const path = databaseFile(ddl)
  const row = (...last: readonly Stored[]): Stored[] => [...Array.from({ length: 1800 - last.length }, (): Stored => 'x'), ...last]
  await importLines(path, linesFor(ddl, [row(1n), row(1n), row(0, 'a', 'bc'), row(0, 'ab', 'c'), row(null)]))
  const rows = [row(1n), row(1), row('1'), row(1n), row(1n), row(-0, 'a', 'bc'), row(0, 'ab', 'c'), row(0, 'a', 'b'), row(Buffer.from('1')), row(null)]
  const { verdicts } = await importLines(path, linesFor(ddl, rows), { strategy: 'replace' })
  expect(verdicts.get('t')).toMatchObject({ new: 6, changed: 0, unchanged: 4, deleted: 1 })
  expect(printed(storedRows(path, 't'))).toEqual(printed(rows))
})

test('a table of more columns than a comparison can have is refused, and says so', async () => {
  const ddl = `CREATE TABLE t (${Array.from({ length: 2000 }, (_, index) => `c${index}`).join(', ')})`
  const path = databaseFile(`${ddl}; INSERT INTO t (c0) VALUES (1)`)
  await expect(importLines(path, linesFor(ddl, [[1n]]))).rejects.toMatchObject({ code: 'SCHEMA_UNSUPPORTED', place: { table: 't' } })
})
