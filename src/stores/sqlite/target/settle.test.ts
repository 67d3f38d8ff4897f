import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { batchesOf, begin, canonicalLine, importLines, importTable, schemaFrom, schemaOf, storedRows, tableIn, type Stored } from '../../../../test/sqlite/importing.js'
import { databaseFile } from '../../../../test/sqlite/scratch.js'

function lines(ddl: string, rows: Readonly<Record<string, readonly (readonly Stored[])[]>>): Record<string, string[]> {
  const schema = schemaFrom(ddl)
  return Object.fromEntries(Object.entries(rows).map(([id, all]) => [id, all.map((row) => canonicalLine(tableIn(schema, id), row))]))
}

function query(path: string, sql: string): unknown[][] {
  const db = new Database(path)
  try {
    return db.prepare<[], unknown[]>(sql).raw().all()
  } finally {
    db.close()
  }
}

function definitions(path: string): unknown[][] {
  return query(path, 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name')
}

describe('references', () => {
  const DDL = `
    CREATE TABLE boss (id INTEGER PRIMARY KEY, deputy INTEGER NOT NULL REFERENCES staff(id));
    CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INTEGER NOT NULL REFERENCES boss ON DELETE CASCADE, mate INTEGER REFERENCES staff(id) DEFERRABLE INITIALLY DEFERRED)`

  test('cycles of every kind load: not null, to itself, deferred', async () => {
    const path = databaseFile(DDL)
    await importLines(path, lines(DDL, { boss: [[1n, 5n]], staff: [[5n, 1n, 6n], [6n, 1n, 6n]] }))
    expect(storedRows(path, 'staff')).toEqual([[5n, 1n, 6n], [6n, 1n, 6n]])
  })

  test('replacing rows fires no cascade', async () => {
    const path = databaseFile(`${DDL}; INSERT INTO boss VALUES (1, 5), (2, 5); INSERT INTO staff VALUES (5, 1, NULL), (6, 1, NULL)`)
    await importLines(path, lines(DDL, { boss: [[1n, 6n]] }), { strategy: 'replace' })
    expect(storedRows(path, 'boss')).toEqual([[1n, 6n]])
    expect(storedRows(path, 'staff')).toHaveLength(2)
  })

  test('a new violation names child, column, value, parent and row, five of them and the total', async () => {
    const path = databaseFile(DDL)
    const failure = importLines(path, lines(DDL, { boss: [[1n, 5n]], staff: [[5n, 1n, null], ...Array.from({ length: 7 }, (_, index): Stored[] => [10n + BigInt(index), 99n, null])] }))
    await expect(failure).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED', place: { table: 'staff', column: 'boss', key: 'id=10' }, message: '7 rows refer to rows that are neither in the archive nor in the target' })
    await expect(failure).rejects.toMatchObject({ details: [10, 11, 12, 13, 14].map((id) => `staff id=${id}: boss=99 is not in boss (id)`).concat('and 2 more rows of staff') })
    expect(storedRows(path, 'staff')).toEqual([])
  })

  test('deleting a parent that others refer to is found in them', async () => {
    const path = databaseFile(`${DDL}; INSERT INTO boss VALUES (1, 5), (2, 5); INSERT INTO staff VALUES (5, 2, NULL)`)
    await expect(importLines(path, lines(DDL, { boss: [[1n, 5n]] }), { strategy: 'replace' })).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED', place: { table: 'staff', key: 'id=5' } })
    expect(storedRows(path, 'boss')).toHaveLength(2)
  })

  test('rows that were broken before and are not touched do not fail the import', async () => {
    const path = databaseFile(`${DDL}; INSERT INTO boss VALUES (1, 5); INSERT INTO staff VALUES (5, 1, NULL), (6, 77, NULL), (7, 1, 88)`)
    await importLines(path, lines(DDL, { staff: [[8n, 1n, 5n]] }))
    expect(storedRows(path, 'staff')).toHaveLength(4)
    await expect(importLines(path, lines(DDL, { staff: [[6n, 78n, null]] }))).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED', place: { key: 'id=6' }, details: ['staff id=6: boss=78 is not in boss (id)'] })
  })

  test('rows that refer to nothing are kept on request, each reference named', async () => {
    const path = databaseFile(DDL)
    const { notes } = await importLines(path, lines(DDL, { boss: [[1n, 5n]], staff: [[5n, 1n, null], [6n, 99n, null], [7n, 98n, 97n]] }), { options: { unresolved: 'keep' } })
    expect(notes).toEqual([
      '2 rows of staff were kept as they are, referring to no row of boss: staff id=6: boss=99 is not in boss (id); staff id=7: boss=98 is not in boss (id)',
      '1 row of staff was kept as it is, referring to no row of staff: staff id=7: mate=97 is not in staff (id)',
    ])
    expect(storedRows(path, 'staff')).toEqual([[5n, 1n, null], [6n, 99n, null], [7n, 98n, 97n]])
  })

  test('keeping is for the tables imported: what others refer to is not taken from them', async () => {
    const path = databaseFile(`${DDL}; INSERT INTO boss VALUES (1, 5), (2, 5); INSERT INTO staff VALUES (5, 2, NULL)`)
    const failure = importLines(path, lines(DDL, { boss: [[1n, 5n]] }), { strategy: 'replace', options: { unresolved: 'keep' } })
    await expect(failure).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED', place: { table: 'staff', key: 'id=5' }, hint: expect.not.stringContaining('keep') as string })
    expect(storedRows(path, 'boss')).toHaveLength(2)
  })

  test('a parent that exists nowhere is accepted and told of', async () => {
    const ddl = 'CREATE TABLE logs (id INTEGER PRIMARY KEY, bead_id TEXT REFERENCES beads(id), other INT REFERENCES logs(missing))'
    const path = databaseFile(ddl)
    const { notes } = await importLines(path, lines(ddl, { logs: [[1n, 'b1', null], [2n, null, 4n], [3n, 'b2', null]] }))
    expect(notes).toEqual([
      'logs.bead_id refers to beads (id), which is not in this database: 2 rows were taken as they are',
      'logs.other refers to logs (missing), which is not in this database: 1 row was taken as it is',
    ])
    expect(storedRows(path, 'logs')).toHaveLength(3)
  })

  test('a parent without a unique key is checked all the same', async () => {
    const ddl = 'CREATE TABLE p (a TEXT); CREATE TABLE c (x TEXT REFERENCES p(a))'
    const path = databaseFile(ddl)
    await importLines(path, lines(ddl, { p: [['k'], ['k']], c: [['k'], [null]] }))
    await expect(importLines(path, lines(ddl, { c: [['none']] }))).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED' })
  })

  test('collation and affinity of the parent decide, as in SQLite itself', async () => {
    const ddl = `CREATE TABLE p (k TEXT COLLATE NOCASE PRIMARY KEY, n INTEGER UNIQUE, u UNIQUE); CREATE TABLE c (k, n, u, w, FOREIGN KEY (k) REFERENCES p, FOREIGN KEY (n) REFERENCES p(n), FOREIGN KEY (u) REFERENCES p(u)); CREATE TABLE pairs (a INT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID; CREATE TABLE d (id TEXT PRIMARY KEY, a INT, b TEXT, FOREIGN KEY (a, b) REFERENCES pairs) WITHOUT ROWID; CREATE TABLE e (u INTEGER REFERENCES p(u), k NUMERIC REFERENCES p)`
    const cell = fc.constantFrom<Stored>('A', 'a', 'b', 1n, 1, '1', 2n, 1.5, null, Buffer.from('a'))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { maxLength: 4 }), fc.uniqueArray(fc.tuple(fc.constantFrom('i', 'j', 'k'), fc.option(fc.constantFrom(1n, 2n)), fc.option(fc.constantFrom('x', 'y'))), { selector: ([id]) => id }), fc.array(fc.constantFrom(1n, 2n, 3n, null), { maxLength: 3 }), async (children, others, numbers) => {
        const seed = `${ddl}; INSERT INTO p VALUES ('A', 1, 1), ('c', 2, 'a'), ('3', 3, '2'); INSERT INTO pairs VALUES (1, 'x'), (2, 'y')`
        const control = new Database(':memory:')
        control.exec(`PRAGMA foreign_keys = OFF; ${seed}`)
        for (const row of children) control.prepare(`INSERT INTO c VALUES (${row.map((value) => (typeof value === 'number' ? 'CAST(? AS REAL)' : '?')).join(', ')}, 0)`).run(row)
        for (const row of others) control.prepare('INSERT INTO d VALUES (?, ?, ?)').run(row)
        for (const number of numbers) control.prepare('INSERT INTO e VALUES (?, ?)').run(number, number)
        const broken = control.pragma('foreign_key_check') as unknown[]
        control.close()
        const path = databaseFile(seed)
        const run = importLines(path, lines(ddl, { c: children.map((row) => [...row, 0n]), d: others, e: numbers.map((number) => [number, number]) }))
        if (broken.length === 0) await run
        else await expect(run).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED', message: expect.stringMatching(new RegExp(`^${broken.length} row`)) as string })
      }),
      { numRuns: 60 },
    )
  })
})

describe('triggers', () => {
  const DDL = `CREATE TABLE t (id INTEGER PRIMARY KEY, n INT);
    CREATE TABLE log (what TEXT);
    CREATE TRIGGER added AFTER INSERT ON t BEGIN UPDATE t SET n = n + 100 WHERE id = NEW.id; INSERT INTO log VALUES ('added'); END;
    CREATE TRIGGER "chan""ged"  AFTER UPDATE OF n ON T /* as it is */ BEGIN INSERT INTO log VALUES ('changed'); END;
    CREATE TRIGGER gone AFTER DELETE ON t BEGIN INSERT INTO log VALUES ('gone'); END`

  test('silenced triggers leave the values of the archive, and are there again as they were', async () => {
    const path = databaseFile(`${DDL}; INSERT INTO t VALUES (1, 1), (2, 2); DELETE FROM log; UPDATE t SET n = id; DELETE FROM log`)
    const before = definitions(path)
    await importLines(path, lines(DDL, { t: [[1n, 5n], [3n, 3n]] }), { strategy: 'replace' })
    expect(storedRows(path, 't')).toEqual([[1n, 5n], [3n, 3n]])
    expect(storedRows(path, 'log')).toEqual([])
    expect(definitions(path)).toEqual(before)
    expect(query(path, 'SELECT name FROM sqlite_schema WHERE type = \'trigger\' ORDER BY rowid').flat()).toEqual(['added', 'chan"ged', 'gone'])
  })

  test('they fire when asked to', async () => {
    const path = databaseFile(`${DDL}; INSERT INTO t VALUES (9, 9); DELETE FROM log`)
    await importLines(path, lines(DDL, { t: [[1n, 1n]] }), { strategy: 'replace', options: { triggers: 'fire' } })
    expect(storedRows(path, 't')).toEqual([[1n, 101n]])
    expect(query(path, 'SELECT what FROM log').flat()).toEqual(['gone', 'changed', 'added'])
  })

  test('a trigger that makes SQLite ignore rows does so no longer in silence', async () => {
    const ddl = `CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TRIGGER no BEFORE INSERT ON t WHEN NEW.id = 2 BEGIN SELECT RAISE(IGNORE); END`
    const path = databaseFile(ddl)
    await expect(importLines(path, lines(ddl, { t: [[1n], [2n]] }), { options: { triggers: 'fire' } })).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't' } })
    expect(storedRows(path, 't')).toEqual([])
  })

  test.each(['ABORT', 'ROLLBACK', 'FAIL'])('a trigger that raises %s is CONSTRAINT_VIOLATED and leaves the old state', async (how) => {
    const ddl = `CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TRIGGER no BEFORE INSERT ON t WHEN NEW.id = 2 BEGIN SELECT RAISE(${how}, 'not two'); END`
    const path = databaseFile(ddl)
    await expect(importLines(path, lines(ddl, { t: [[1n], [2n]] }), { options: { triggers: 'fire' } })).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't' }, message: expect.stringContaining('not two') as string })
    expect(storedRows(path, 't')).toEqual([])
  })
})

describe('full text over the rows of another table', () => {
  const DDL = `CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);
    CREATE VIRTUAL TABLE search USING fts5(body, content='notes', content_rowid='id');
    CREATE TRIGGER notes_ai AFTER INSERT ON notes BEGIN INSERT INTO search(rowid, body) VALUES (NEW.id, NEW.body); END;
    CREATE TRIGGER notes_ad AFTER DELETE ON notes BEGIN INSERT INTO search(search, rowid, body) VALUES ('delete', OLD.id, OLD.body); END;
    CREATE TRIGGER notes_au AFTER UPDATE ON notes BEGIN INSERT INTO search(search, rowid, body) VALUES ('delete', OLD.id, OLD.body); INSERT INTO search(rowid, body) VALUES (NEW.id, NEW.body); END`
  const found = (path: string, word: string): unknown[] => query(path, `SELECT rowid FROM search WHERE search MATCH '${word}'`).flat()

  test.each(['silence', 'fire'] as const)('finds just what is there after an import (triggers: %s)', async (triggers) => {
    const path = databaseFile(`${DDL}; INSERT INTO notes VALUES (1, 'old apple'), (2, 'pear')`)
    await importLines(path, lines(DDL, { notes: [[1n, 'new plum'], [3n, 'apple']] }), { strategy: 'replace', options: { triggers } })
    expect([found(path, 'plum'), found(path, 'apple'), found(path, 'pear')]).toEqual([[1], [3], []])
    query(path, 'SELECT 1')
    const db = new Database(path)
    db.exec(`INSERT INTO search(search, rank) VALUES ('integrity-check', 1)`)
    db.close()
  })

  test('over a view, and for fts4, it is rebuilt too', async () => {
    const ddl = `CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); CREATE VIEW texts AS SELECT id, body FROM notes;
      CREATE VIRTUAL TABLE a USING fts5(body, content=texts, content_rowid=id); CREATE VIRTUAL TABLE b USING fts4(content="notes", body)`
    const path = databaseFile(ddl)
    await importLines(path, lines(ddl, { notes: [[7n, 'apple']] }))
    expect(query(path, `SELECT rowid FROM a WHERE a MATCH 'apple'`)).toEqual([[7]])
    expect(query(path, `SELECT docid FROM b WHERE b MATCH 'apple'`)).toEqual([[7]])
  })

  test('an index without content that silenced triggers feed is told of', async () => {
    const ddl = `CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); CREATE VIRTUAL TABLE bare USING fts5(body, content=''); CREATE TRIGGER ai AFTER INSERT ON notes BEGIN INSERT INTO bare(rowid, body) VALUES (NEW.id, NEW.body); END`
    const { notes } = await importLines(databaseFile(ddl), lines(ddl, { notes: [[1n, 'x']] }))
    expect(notes).toEqual(['bare is an index without content, kept up by triggers that were silenced: let the application fill it anew'])
  })
})

describe('virtual tables that hold rows', () => {
  test.each(['fts5(a, b)', 'fts4(a, b)', 'fts3(a, b)'])('%s is loaded, then merged', async (module) => {
    const ddl = `CREATE VIRTUAL TABLE f USING ${module}`
    const path = databaseFile(ddl)
    await importLines(path, lines(ddl, { f: [[5n, 'apple', 'x'], [7n, 'pear', null]] }))
    expect(query(path, `SELECT rowid, a, b FROM f WHERE f MATCH 'pear'`)).toEqual([[7, 'pear', null]])
    const outcome = await importLines(path, lines(ddl, { f: [[5n, 'plum', 'x'], [9n, 'fig', 'y']] }), { strategy: 'replace' })
    expect(outcome.verdicts.get('f')).toMatchObject({ new: 1, changed: 1, unchanged: 0, deleted: 1 })
    expect(query(path, `SELECT rowid, a, b FROM f ORDER BY rowid`)).toEqual([[5, 'plum', 'x'], [9, 'fig', 'y']])
    expect(query(path, `SELECT rowid FROM f WHERE f MATCH 'apple OR pear'`)).toEqual([])
  })

  test('an R*Tree takes its own coordinates, and refuses what it would round', async () => {
    const ddl = 'CREATE VIRTUAL TABLE r USING rtree(id, x0, x1, +note)'
    const path = databaseFile(ddl)
    await importLines(path, lines(ddl, { r: [[1n, 0.25, Math.fround(1.1), 'n']] }))
    expect(storedRows(path, 'r')).toEqual([[1n, 0.25, Math.fround(1.1), 'n']])
    await expect(importLines(path, lines(ddl, { r: [[2n, 0.1, 0.5, null]] }))).rejects.toMatchObject({ code: 'ROW_REFUSED', place: { column: 'x0', key: 'id=2' } })
    await expect(importLines(path, lines(ddl, { r: [[2n, null, 0.5, null]] }))).rejects.toMatchObject({ code: 'ROW_REFUSED', place: { column: 'x0' } })
  })
})

describe('AUTOINCREMENT', () => {
  const DDL = 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INT)'
  const counter = (path: string): unknown => query(path, `SELECT seq FROM sqlite_sequence WHERE name = 't'`)[0]?.[0]

  test('stands past the highest id and past what the archive had handed out, never backwards', async () => {
    const archive = schemaOf(databaseFile(`${DDL}; INSERT INTO t VALUES (50, 1); DELETE FROM t`))
    const path = databaseFile(DDL)
    await importLines(path, lines(DDL, { t: [[3n, 1n]] }), { source: archive })
    expect(counter(path)).toBe(50)
    const ahead = databaseFile(`${DDL}; INSERT INTO t VALUES (900, 1); DELETE FROM t`)
    await importLines(ahead, lines(DDL, { t: [[3n, 1n]] }), { source: archive })
    expect(counter(ahead)).toBe(900)
    const db = new Database(ahead)
    expect(db.prepare('INSERT INTO t (n) VALUES (1) RETURNING id').pluck().get()).toBe(901)
    db.close()
    const big = databaseFile(DDL)
    await importLines(big, lines(DDL, { t: [[9007199254740993n, 1n]] }))
    expect(query(big, 'SELECT CAST(seq AS TEXT) FROM sqlite_sequence')).toEqual([['9007199254740993']])
  })

  test('does not move in a dry run', async () => {
    const path = databaseFile(`${DDL}; INSERT INTO t VALUES (1, 1)`)
    await importLines(path, lines(DDL, { t: [[3n, 1n]] }), { options: { dryRun: true } })
    expect(counter(path)).toBe(1)
    expect(storedRows(path, 't')).toEqual([[1n, 1n]])
  })
})

test('indexes that were dropped for a large load are there again, word for word', async () => {
  const ddl = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT); CREATE INDEX  "i""1" ON t (a COLLATE NOCASE, b DESC) /* x */; CREATE INDEX i2 ON t(b) WHERE b > 5; CREATE UNIQUE INDEX i3 ON t(id, a); CREATE INDEX i4 ON t(lower(a))`
  const path = databaseFile(ddl)
  const before = definitions(path)
  const rows = Array.from({ length: 50 }, (_, index): Stored[] => [BigInt(index), `a${index}`, BigInt(index % 7)])
  await importLines(path, lines(ddl, { t: rows }), { perBatch: 10 })
  expect(definitions(path)).toEqual(before)
  expect(query(path, `PRAGMA integrity_check`)).toEqual([['ok']])
  expect(query(path, `SELECT count(*) FROM t INDEXED BY "i""1" WHERE a = 'A7' COLLATE NOCASE`)).toEqual([[1]])
})

test('columns the target generates are computed anew, stored and virtual', async () => {
  const ddl = 'CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s INT AS (n * 2) STORED, v TEXT AS (n || id))'
  const path = databaseFile(`${ddl}; INSERT INTO t (id, n) VALUES (1, 1)`)
  await importLines(path, lines(ddl, { t: [[1n, 5n], [2n, 6n]] }))
  expect(storedRows(path, 't')).toEqual([[1n, 5n, 10n, '51'], [2n, 6n, 12n, '62']])
})

test('a row that breaks a CHECK or NOT NULL in the middle of a batch is named', async () => {
  const ddl = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT CHECK (b < 10))'
  const path = databaseFile(ddl)
  const rows = Array.from({ length: 40 }, (_, index): Stored[] => [BigInt(index), 'x', 1n])
  await expect(importLines(path, lines(ddl, { t: rows.with(27, [27n, null, 1n]) }), { perBatch: 10 })).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't', column: 'a', row: 28, key: 'id=27' } })
  await expect(importLines(path, lines(ddl, { t: rows.with(31, [31n, 'x', 10n]) }), { perBatch: 10 })).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't', row: 32, key: 'id=31' } })
  expect(storedRows(path, 't')).toEqual([])
})

test('a STRICT table refuses another class, naming the row', async () => {
  const ddl = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b ANY) STRICT'
  const path = databaseFile(ddl)
  await importLines(path, lines(ddl, { t: [[1n, 5n, '12'], [2n, null, Buffer.from('x')]] }))
  expect(storedRows(path, 't')).toEqual([[1n, 5n, '12'], [2n, null, Buffer.from('x')]])
  await expect(importLines(path, lines(ddl, { t: [[3n, 5n, null], [4n, 'x', null]] }))).rejects.toMatchObject({ code: 'ROW_REFUSED', place: { table: 't', row: 2, key: 'id=4' } })
})

test('an import that is stopped between batches is INTERRUPTED and leaves nothing', async () => {
  const ddl = 'CREATE TABLE t (id INTEGER PRIMARY KEY)'
  const path = databaseFile(ddl)
  const stop = new AbortController()
  const target = await begin(path, { signal: stop.signal })
  const table = tableIn(target.schema, 't')
  const job = importTable(table, table)
  await target.prepare([job])
  const rows = async function* () {
    for await (const batch of batchesOf(['{"id":1}', '{"id":2}'], 1)) {
      yield batch
      stop.abort()
    }
  }
  await expect(target.load(job, rows())).rejects.toMatchObject({ code: 'INTERRUPTED' })
  await target.end('rollback')
  expect(storedRows(path, 't')).toEqual([])
})
