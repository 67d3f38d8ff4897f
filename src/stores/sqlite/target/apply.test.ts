import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Strategy } from '../../import-table.js'
import { canonicalLine, importLines, schemaFrom, schemaOf, storedRows, tableIn, type Stored } from '../../../../test/sqlite/importing.js'
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
    expect(first.classified.get('t')).toEqual({
      new: 1,
      changed: 1,
      unchanged: 1,
      absent: 1,
      examples: [
        { class: 'changed', key: 'id=3', columns: ['n'] },
        { class: 'new', key: 'id=4', columns: [] },
        { class: 'absent', key: 'id=1', columns: [] },
      ],
    })
    expect(storedRows(path, 't')).toEqual(expected)
    const bytes = readFileSync(path)
    const second = await importLines(path, lines, { strategy })
    expect(second.classified.get('t')).toMatchObject({ new: 0, changed: strategy === 'skip' ? 1 : 0, absent: strategy === 'replace' ? 0 : 1 })
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  test('examples are no more than asked for', async () => {
    const outcome = await importLines(databaseFile(BEFORE), linesFor(DDL, rows), { examples: 2 })
    expect(outcome.classified.get('t')?.examples.map((example) => example.class)).toEqual(['changed', 'new'])
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
    expect(outcome.classified.get('t')).toMatchObject({ new: 0, changed: 1, unchanged: 1, absent: 0, examples: [{ class: 'changed', key: 'name="ADA"', columns: ['name'] }] })
    expect(storedRows(path, 't', 'n')).toEqual([['ADA', 1n], ['bob', 2n]])
  })

  test('1 and 1.0 are one key and two values', async () => {
    const ddl = 'CREATE TABLE t (k PRIMARY KEY, n)'
    const path = databaseFile(`${ddl}; INSERT INTO t VALUES (1, 'a')`)
    const outcome = await importLines(path, linesFor(ddl, [[1, 'a']]))
    expect(outcome.classified.get('t')).toMatchObject({ changed: 1, new: 0 })
    expect(storedRows(path, 't')).toEqual([[1, 'a']])
  })

  test('without identity rows are counted: three here and two there are one new', async () => {
    const ddl = 'CREATE TABLE t (a, b)'
    const path = databaseFile(`${ddl}; INSERT INTO t VALUES (1, NULL), (1, NULL), ('1', NULL), (2, 'x'), (2, 'x')`)
    const rows: Stored[][] = [[1n, null], [1n, null], [1n, null], [2n, 'x'], ['1', null], [1, null]]
    const outcome = await importLines(path, linesFor(ddl, rows), { strategy: 'replace', examples: 9 })
    expect(outcome.classified.get('t')).toEqual({
      new: 2,
      changed: 0,
      unchanged: 4,
      absent: 1,
      examples: [{ class: 'new', key: 'a=1, b=NULL', columns: [] }, { class: 'new', key: 'a=1, b=NULL', columns: [] }, { class: 'absent', key: 'a=2, b="x"', columns: [] }],
    })
    expect(printed(storedRows(path, 't'))).toEqual(printed(rows))
  })

  test('a NULL in the key makes the whole row its identity', async () => {
    const ddl = 'CREATE TABLE t (k TEXT PRIMARY KEY, n)'
    const path = databaseFile(`${ddl}; INSERT INTO t VALUES (NULL, 1), (NULL, 2), ('x', 3)`)
    const outcome = await importLines(path, linesFor(ddl, [[null, 2n], [null, 5n], ['x', 4n]]), { strategy: 'replace' })
    expect(outcome.classified.get('t')).toMatchObject({ new: 1, changed: 1, unchanged: 1, absent: 1 })
    expect(storedRows(path, 't', 'n')).toEqual([[null, 2n], ['x', 4n], [null, 5n]])
  })

  test('an identity that several staged rows have is AMBIGUOUS', async () => {
    const path = databaseFile(BEFORE)
    await expect(importLines(path, linesFor(DDL, [[2n, 'x', 1n], [2n, 'y', 2n]]))).rejects.toMatchObject({ code: 'AMBIGUOUS', place: { table: 't', key: 'id=2' } })
  })

  test('an identity that several rows of the target have is AMBIGUOUS', async () => {
    const ddl = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)'
    const path = databaseFile(`${ddl}; INSERT INTO t VALUES (1, 'a'), (2, 'a'), (3, 'b')`)
    await expect(importLines(path, linesFor(ddl, [[1n, 'a'], [3n, 'b']]), { identity: ['name'] })).rejects.toMatchObject({ code: 'AMBIGUOUS', details: ['name="a"'] })
  })

  test('a natural key without an index matches', async () => {
    const ddl = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT)'
    const path = databaseFile(`${ddl}; INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2)`)
    const outcome = await importLines(path, linesFor(ddl, [[2n, 'b', 3n], [5n, 'c', 5n]]), { identity: ['name'] })
    expect(outcome.classified.get('t')).toMatchObject({ new: 1, changed: 1, absent: 1 })
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
  const { classified } = await importLines(path, linesFor(ddl, [row(1n, 1n), row(2n, 'changed'), row(3n, 3n)]))
  expect(classified.get('t')).toMatchObject({ new: 1, changed: 1, unchanged: 1, examples: [{ columns: ['c1499'] }, { class: 'new' }] })
  expect(storedRows(path, 't').map((values) => values.at(-1))).toEqual([1n, 'changed', 3n])
})
