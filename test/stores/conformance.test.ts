import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RowBatch } from '../../src/rows/row-batch.js'
import { rowChecker } from '../../src/rows/row-checker.js'
import type { Schema, Table } from '../../src/schema/schema.js'
import { storedColumns } from '../../src/schema/stored-columns.js'
import type { ConflictRow, ImportTable, Strategy } from '../../src/stores/import-table.js'
import { openStore } from '../../src/stores/open-store.js'
import type { Store, Target } from '../../src/stores/store.js'
import { createDatabase } from '../postgres/database.js'

/** A database of one engine, as the suite needs it. */
interface Place {
  readonly store: Store
  readonly run: (sql: string) => Promise<void>
  /** The first column of the first row, as text. */
  readonly value: (sql: string) => Promise<string>
}

const SCHEMA = `
  CREATE TABLE parents (id INTEGER NOT NULL PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE, up INTEGER REFERENCES parents (id));
  CREATE TABLE children (parent_id INTEGER NOT NULL REFERENCES parents (id), line INTEGER NOT NULL, label TEXT, changed_at TIMESTAMP,
    twice INTEGER GENERATED ALWAYS AS (line * 2) STORED, PRIMARY KEY (parent_id, line));
  CREATE TABLE loose (a INTEGER, b TEXT);
`
const ROWS = `
  INSERT INTO parents VALUES (1, 'one', NULL), (2, 'two', 1), (3, 'drei "ß"', 2);
  INSERT INTO children (parent_id, line, label, changed_at) VALUES (1, 1, 'x', '2026-01-01 00:00:00'), (1, 2, NULL, '2026-01-01 12:00:00.5'), (3, 1, '', NULL);
  INSERT INTO loose VALUES (1, 'p'), (1, 'p'), (NULL, NULL);
`

async function sqlite(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-conformance-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'store.db')
  const using = async <T>(use: (db: Database.Database) => T): Promise<T> => {
    const db = new Database(path)
    try {
      return use(db)
    } finally {
      db.close()
    }
  }
  await using((db) => db.exec(SCHEMA))
  return {
    store: openStore(path),
    run: async (sql) => using((db) => void db.exec(sql)),
    value: async (sql) => using((db) => String(db.prepare(sql).pluck().get())),
  }
}

function postgresql(version: 12 | 18): () => Promise<Place> {
  return async () => {
    const database = await createDatabase(version)
    await database.run(SCHEMA)
    return { store: openStore(database.url), run: async (sql) => database.run(sql), value: async (sql) => String((await database.query(sql))[0]?.[0]) }
  }
}

async function collect(rows: AsyncIterable<RowBatch>): Promise<string[]> {
  const lines: string[] = []
  for await (const { bytes } of rows) lines.push(...bytes.toString('utf8').split('\n').slice(0, -1))
  return lines.sort()
}

async function* batches(lines: readonly string[]): AsyncGenerator<RowBatch> {
  for (const line of lines) yield { bytes: Buffer.from(`${line}\n`), rows: 1 }
}

const find = (schema: Schema, id: string): Table => schema.tables.find((table) => table.id === id)!

function importTable(schema: Schema, id: string, strategy: Strategy = 'merge'): ImportTable {
  const table = find(schema, id)
  const columns = storedColumns(table).map((column) => ({ source: column, target: column }))
  const rules = table.primaryKey === null ? [] : [{ columns: table.primaryKey.columns, origin: 'primary-key' as const, because: 'primary key' }]
  const none = { references: [], prune: false, timeColumn: null, labelColumn: null }
  return { source: table, target: table, columns, role: 'written', identity: { rules, surrogates: [] }, strategy, ...none }
}

async function begin(store: Store): Promise<Target> {
  return store.begin({ triggers: 'silence', lockTimeout: 2_000, conversions: new Set(), dryRun: false, fresh: false })
}

const JUDGING = { examples: 0, resolutions: null }

/** Stages lines into one table, matches, judges, applies, settles and commits. */
async function importLines(store: Store, id: string, lines: readonly string[], strategy: Strategy): Promise<Record<string, number>> {
  const target = await begin(store)
  const table = importTable(target.schema, id, strategy)
  await target.prepare([table])
  expect(await target.stage(table, batches(lines))).toBe(lines.length)
  await target.match([[table]])
  const { new: added, changed, unchanged, kept, deleted } = await target.judge(table, JUDGING)
  await target.apply([[table]], () => undefined)
  await target.settle()
  await target.end('commit')
  return { new: added, changed, unchanged, kept, deleted }
}

describe.each([
  ['SQLite', sqlite],
  ['PostgreSQL 18', postgresql(18)],
  ['PostgreSQL 12', postgresql(12)],
] as const)('%s keeps the contract of a store', (_, open) => {
  test('rows are canonical lines of the stored columns, and count agrees with them', async () => {
    const { store, run } = await open()
    await run(ROWS)
    const snapshot = await store.snapshot()
    for (const table of snapshot.schema.tables) {
      const check = rowChecker(storedColumns(table))
      let rows = 0
      for await (const batch of snapshot.rows(table)) {
        expect(check(batch.bytes)).toEqual([])
        rows += batch.rows
      }
      expect(rows).toBe(3)
      expect(await snapshot.count(table)).toBe(3)
    }
    expect(await collect(snapshot.rows(find(snapshot.schema, 'children')))).toContain('{"parent_id":1,"line":2,"label":null,"changed_at":"2026-01-01 12:00:00.5"}')
    await snapshot.close()
    await store.close()
  })

  test('a snapshot sees one moment, whatever is written meanwhile', async () => {
    const { store, run } = await open()
    await run(ROWS)
    if (store.engine === 'sqlite') await run('PRAGMA journal_mode = WAL')
    const snapshot = await store.snapshot()
    const loose = find(snapshot.schema, 'loose')
    const before = await collect(snapshot.rows(loose))
    await run("INSERT INTO loose VALUES (9, 'late')")
    expect(await collect(snapshot.rows(loose))).toEqual(before)
    expect(await snapshot.count(loose)).toBe(3)
    await snapshot.close()
    await store.close()
  })

  test('filters: a condition, and times from since on and before until', async () => {
    const { store, run } = await open()
    await run(ROWS)
    const snapshot = await store.snapshot()
    const children = find(snapshot.schema, 'children')
    const noon = new Date('2026-01-01T12:00:00.500Z')
    expect(await collect(snapshot.rows(children, { condition: "label = 'x' OR label = ''" }))).toHaveLength(2)
    expect(await collect(snapshot.rows(children, { time: { column: 'changed_at', since: noon } }))).toHaveLength(1)
    expect(await collect(snapshot.rows(children, { time: { column: 'changed_at', until: noon } }))).toHaveLength(1)
    expect(await snapshot.count(children, { condition: 'line = 1', time: { column: 'changed_at', until: noon } })).toBe(1)
    await snapshot.close()
    await store.close()
  })

  test('what is left of a read that stopped early does not disturb the next', async () => {
    const { store, run } = await open()
    await run(ROWS)
    const snapshot = await store.snapshot()
    for await (const _batch of snapshot.rows(find(snapshot.schema, 'parents'))) break
    expect(await collect(snapshot.rows(find(snapshot.schema, 'parents')))).toHaveLength(3)
    await snapshot.close()
    await store.close()
  })

  test('loading writes every column but generated ones, and a rollback leaves nothing', async () => {
    const { store, value } = await open()
    for (const how of ['rollback', 'commit'] as const) {
      const target = await begin(store)
      const [parents, children] = [importTable(target.schema, 'parents'), importTable(target.schema, 'children')]
      expect([...(await target.prepare([parents, children])).values()]).toEqual([0, 0])
      await target.load(parents, batches(['{"id":2,"code":"two","up":1}', '{"id":1,"code":"one","up":null}']))
      await target.load(children, batches(['{"parent_id":2,"line":21,"label":"","changed_at":null}']))
      await target.apply([], () => undefined)
      await target.settle()
      await target.end(how)
      expect(await value('SELECT count(*) FROM parents')).toBe(how === 'commit' ? '2' : '0')
    }
    expect(await value('SELECT twice FROM children')).toBe('42')
    await store.close()
  })

  test.each<[Strategy, Record<string, number>, string]>([
    ['merge', { new: 1, changed: 1, unchanged: 1, kept: 0, deleted: 0 }, 'EINS,drei "ß",neu,two'],
    ['skip', { new: 1, changed: 0, unchanged: 1, kept: 1, deleted: 0 }, 'drei "ß",neu,one,two'],
    ['replace', { new: 1, changed: 1, unchanged: 1, kept: 0, deleted: 1 }, 'EINS,neu,two'],
  ])('%s classifies exactly, does what it says, and changes nothing the second time', async (strategy, counts, codes) => {
    const { store, run, value } = await open()
    await run("INSERT INTO parents VALUES (1, 'one', NULL), (2, 'two', 1), (3, 'drei \"ß\"', 2)")
    const lines = ['{"id":1,"code":"EINS","up":null}', '{"id":2,"code":"two","up":1}', '{"id":7,"code":"neu","up":7}']
    expect(await importLines(store, 'parents', lines, strategy)).toEqual(counts)
    expect((await value(store.engine === 'sqlite' ? 'SELECT group_concat(code, \',\' ORDER BY code COLLATE BINARY) FROM parents' : 'SELECT string_agg(code, \',\' ORDER BY code COLLATE "C") FROM parents'))).toBe(codes)
    const again = await importLines(store, 'parents', lines, strategy)
    expect(again).toMatchObject({ new: 0, changed: 0, deleted: 0 })
    await store.close()
  })

  test('a table without a key: the whole row is its identity, with its multiplicity', async () => {
    const { store, run, value } = await open()
    await run(ROWS)
    const lines = ['{"a":1,"b":"p"}', '{"a":1,"b":"p"}', '{"a":1,"b":"p"}', '{"a":null,"b":null}', '{"a":null,"b":"q"}']
    expect(await importLines(store, 'loose', lines, 'merge')).toEqual({ new: 2, changed: 0, unchanged: 3, kept: 0, deleted: 0 })
    expect(await importLines(store, 'loose', lines, 'merge')).toEqual({ new: 0, changed: 0, unchanged: 5, kept: 0, deleted: 0 })
    expect(await value('SELECT count(*) FROM loose')).toBe('5')
    await store.close()
  })

  test('two staged rows of one identity are conflicts, unless the very row is there', async () => {
    const { store, run } = await open()
    await run(ROWS)
    const target = await begin(store)
    const table = importTable(target.schema, 'parents')
    await target.prepare([table])
    await target.stage(table, batches(['{"id":1,"code":"a","up":null}', '{"id":1,"code":"b","up":null}', '{"id":2,"code":"two","up":1}']))
    await target.match([[table]])
    expect(await target.judge(table, { ...JUDGING, examples: 3 })).toMatchObject({ conflicting: 2, unchanged: 1, examples: [{ key: 'id=1', reason: 'ambiguous' }, { key: 'id=1', reason: 'ambiguous' }] })
    const conflicts: ConflictRow[] = []
    for await (const conflict of target.conflicts(table)) conflicts.push(conflict)
    expect(conflicts).toMatchObject([{ row: 1, reason: 'ambiguous', ours: null, theirs: { code: 'a' } }, { row: 2, theirs: { code: 'b' } }])
    await target.end('rollback')
    await store.close()
  })

  test.each([
    ['a reference that leads nowhere', 'children', '{"parent_id":99,"line":1,"label":null,"changed_at":null}', 'REFERENCE_UNRESOLVED'],
    ['a value that is there already', 'parents', '{"id":5,"code":"one","up":null}', 'CONSTRAINT_VIOLATED'],
    ['a cell of another family', 'parents', '{"id":true,"code":"x","up":null}', 'ROW_INVALID'],
    ['a missing key', 'parents', '{"id":5,"code":"x"}', 'ROW_INVALID'],
  ])('%s is refused by its code with the table named, and nothing is written', async (_name, id, line, code) => {
    const { store, run, value } = await open()
    await run(ROWS)
    const target = await begin(store)
    const table = importTable(target.schema, id)
    await target.prepare([table])
    await expect(
      (async () => {
        await target.stage(table, batches([line]))
        await target.match([[table]])
        await target.judge(table, JUDGING)
        await target.apply([[table]], () => undefined)
        await target.settle()
      })(),
    ).rejects.toMatchObject({ code, place: { table: id } })
    await target.end('rollback')
    expect(await value(`SELECT count(*) FROM ${id}`)).toBe('3')
    await store.close()
  })

  test('an aborted signal stops reading and writing with INTERRUPTED', async () => {
    const { store, run } = await open()
    await run(ROWS)
    const controller = new AbortController()
    const snapshot = await store.snapshot({ signal: controller.signal })
    controller.abort()
    await expect(collect(snapshot.rows(find(snapshot.schema, 'parents')))).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await snapshot.close()
    await store.close()
  })
})
