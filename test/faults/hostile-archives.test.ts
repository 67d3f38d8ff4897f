import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { ArchiveSchema } from '../../src/archive/archive-schema.js'
import { copyStore, exportStore, HoldallError, runImport, verifyArchive } from '../../src/index.js'
import { createDatabase } from '../postgres/database.js'
import { forgeSchema } from './forged-archive.js'
import { dump } from './people.js'
import { sceneFolder } from './scene.js'

const VICTIM = "CREATE TABLE victim (x INTEGER PRIMARY KEY, secret TEXT); INSERT INTO victim VALUES (1, 'mine')"

function sqlite(path: string, sql: string): string {
  new Database(path).exec(sql).close()
  return path
}

/** An error of the catalogue that is no defect of Holdall's own, or null where the archive was taken. */
async function refusal(work: Promise<unknown>): Promise<string | null> {
  const error = await work.then(() => null, (failure: unknown) => failure)
  if (error === null) return null
  if (!HoldallError.is(error)) return expect.fail(error instanceof Error ? (error.stack ?? error.message) : 'no error')
  expect(error.code).not.toBe('INTERNAL')
  return error.code
}

type Change = (schema: ArchiveSchema) => ArchiveSchema
type Part = Readonly<Record<string, unknown>>

const table = (change: Part): Change => ({ schema, ...rest }) => ({ ...rest, schema: { ...schema, tables: schema.tables.map((each) => ({ ...each, ...change })) } })
const column = (change: Part): Change => ({ schema, ...rest }) => ({ ...rest, schema: { ...schema, tables: schema.tables.map((each) => ({ ...each, columns: each.columns.map((own, at) => (at === 1 ? { ...own, ...change } : own)) })) } })
const index = (ddl: string, name = 'by_n'): Change => ({ schema, ...rest }) => ({ ...rest, schema: { ...schema, tables: schema.tables.map((each) => ({ ...each, indexes: each.indexes.map((own) => ({ ...own, name, ddl })) })) } })
const statement = (kind: 'trigger' | 'view' | 'virtual-table', name: string, ddl: string): Change => ({ schema, ...rest }) => ({ ...rest, schema: { ...schema, statements: [{ kind, name, table: kind === 'trigger' ? 't' : name, ddl }] } })

const OF_SQLITE: readonly (readonly [string, Change])[] = [
  ['a second statement behind a table', table({ ddl: 'CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); DROP TABLE victim' })],
  ['a table made of a query', table({ ddl: 'CREATE TABLE t AS SELECT x AS id, secret AS n FROM victim' })],
  ['a default that loads an extension', table({ ddl: "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT DEFAULT (load_extension('/tmp/x')))" })],
  ['another table than it says', table({ ddl: 'CREATE TABLE u (id INTEGER PRIMARY KEY, n TEXT)' })],
  ['a temporary table', table({ ddl: 'CREATE TEMP TABLE t (id INTEGER PRIMARY KEY, n TEXT)' })],
  ['ATTACH as a table', table({ ddl: "ATTACH '/tmp/holdall-hostile.db' AS t" })],
  ['a PRAGMA as a table', table({ ddl: 'PRAGMA writable_schema = ON' })],
  ['a PRAGMA behind a comment', table({ ddl: '/* CREATE TABLE t */ PRAGMA writable_schema = ON' })],
  ['an index of another table', index('CREATE INDEX by_n ON victim (secret)')],
  ['a unique index of another table', index('CREATE UNIQUE INDEX by_n ON victim (secret)')],
  ['a second statement behind an index', index('CREATE INDEX by_n ON t (n); DELETE FROM victim')],
  ['a view with a second statement', statement('view', 'v', 'CREATE VIEW v AS SELECT 1; DELETE FROM victim')],
  ['a trigger of another table', statement('trigger', 'g', 'CREATE TRIGGER g AFTER INSERT ON victim BEGIN DELETE FROM victim; END')],
  ['a trigger with a second statement', statement('trigger', 'g', 'CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END; DELETE FROM victim')],
  ['a temporary trigger', statement('trigger', 'g', 'CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM victim; END')],
  ['a view that is a trigger', statement('view', 'g', 'CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM victim; END')],
  ['a virtual table of a module that reads files', statement('virtual-table', 'f', "CREATE VIRTUAL TABLE f USING csv(filename='/etc/passwd')")],
  ['a virtual table that shows the schema', statement('virtual-table', 'f', "CREATE VIRTUAL TABLE f USING sqlite_dbpage")],
]

describe('SQL in the schema of an archive', () => {
  test.each(OF_SQLITE)('into SQLite: %s does nothing to what is there', async (_what, change) => {
    const folder = sceneFolder()
    const from = sqlite(join(folder, 'from.db'), "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); CREATE INDEX by_n ON t (n); INSERT INTO t VALUES (1, 'a')")
    await exportStore({ store: from, output: join(folder, 'honest.tar.gz') })
    const input = await forgeSchema(join(folder, 'honest.tar.gz'), join(folder, 'forged.tar.gz'), change)
    const store = sqlite(join(folder, 'into.db'), VICTIM)
    await refusal(runImport({ input, store, create: true }))
    const db = new Database(store)
    expect(db.prepare('SELECT * FROM victim').raw().all()).toEqual([[1, 'mine']])
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE tbl_name = 'victim' OR name NOT IN ('t', 'by_n', 'victim') AND tbl_name <> 't'").pluck().all()).toEqual(['victim'])
    // Also when the application goes on writing.
    db.exec("INSERT INTO victim VALUES (2, 'more')")
    expect(db.prepare('SELECT count(*) FROM victim').pluck().get()).toBe(2)
    db.close()
  })

  const OF_POSTGRESQL: readonly (readonly [string, Change])[] = [
    ['a default that ends its table', column({ default: "'a') INHERITS (victim) --" })],
    ['a default with a second statement', column({ default: "'a'); DROP TABLE victim; --" })],
    ['a check that ends its table', table({ checks: [{ name: null, expression: 'true)) INHERITS (victim) --', validated: true }] })],
    ['a check that alters more', table({ checks: [{ name: 'c', expression: 'true), INHERIT victim, ADD CHECK (true', validated: false }] })],
    ['a generated column that ends its table', column({ generated: { expression: "'a') STORED) INHERITS (victim) --", stored: true } })],
    ['a type that ends its table', column({ type: { declared: 'text) INHERITS (victim) --', encoding: { family: 'text' }, dynamic: false } })],
    ['a collation that ends its table', column({ collation: '"C") INHERITS (victim) --' })],
    ['a collation that is a table', column({ collation: '"C" REFERENCES victim (secret)' })],
    ['an index of another table', index('CREATE INDEX by_n ON public.victim USING btree (secret)')],
    ['an index that is there already', index('CREATE INDEX IF NOT EXISTS victim_pkey ON public.t USING btree (n)', 'victim_pkey')],
    ['an index with a second statement', index('CREATE INDEX by_n ON public.t USING btree (n); DROP TABLE victim')],
  ]

  test.each(OF_POSTGRESQL)('into PostgreSQL: %s does nothing to what is there', async (_what, change) => {
    const folder = sceneFolder()
    const from = await createDatabase()
    await from.run("CREATE TABLE t (id integer PRIMARY KEY, n text); CREATE INDEX by_n ON t (n); INSERT INTO t VALUES (1, 'a')")
    await exportStore({ store: from.url, output: join(folder, 'honest.tar.gz') })
    const input = await forgeSchema(join(folder, 'honest.tar.gz'), join(folder, 'forged.tar.gz'), change)
    const into = await createDatabase()
    await into.run(VICTIM.replace('TEXT)', 'TEXT UNIQUE)'))
    const before = await dump(into.url)
    expect(await refusal(runImport({ input, store: into.url, create: true }))).toBe('SCHEMA_UNSUPPORTED')
    expect(await dump(into.url)).toBe(before)
  })
})

async function withVictim(): Promise<string> {
  const database = await createDatabase()
  await database.run(VICTIM)
  return database.url
}

const NASTY = ['x"; DROP TABLE victim; --', "'); DELETE FROM victim; --", '$$;$1{}', '\\', '__proto__', 'constructor', 'select', '%s%n', '../../x', ' ', '💣\u202e', 'ſ']
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

describe('SQL, and names that JavaScript knows, as names and values', () => {
  test.each(['SQLite', 'PostgreSQL'] as const)('into %s: they are only names and values', async (engine) => {
    const folder = sceneFolder()
    const script = NASTY.map((name, at) => {
      const [id, value, next] = [quoted(`${name} id`), quoted(name), quoted(NASTY[(at + 1) % NASTY.length]!)]
      return `CREATE TABLE ${quoted(name)} (${id} INTEGER PRIMARY KEY, ${value} TEXT UNIQUE, ${next} TEXT DEFAULT ${text(name)}); INSERT INTO ${quoted(name)} VALUES ${NASTY.map((each, row) => `(${row}, ${text(each)}, ${text(each)})`).join(', ')}`
    }).join(';\n')
    const from = sqlite(join(folder, 'from.db'), script)
    const input = join(folder, 'nasty.tar.gz')
    await exportStore({ store: from, output: input })
    expect((await verifyArchive({ input })).findings).toEqual([])
    const store = engine === 'SQLite' ? sqlite(join(folder, 'into.db'), VICTIM) : await withVictim()
    const created = await runImport({ input, store, create: true })
    expect(created.totals).toMatchObject({ new: NASTY.length ** 2 })
    for (const again of [await runImport({ input, store }), await copyStore({ from, store, strategy: 'replace' })]) {
      expect(again.totals).toMatchObject({ new: 0, changed: 0, deleted: 0, unchanged: NASTY.length ** 2 })
    }
    await exportStore({ store, output: join(folder, 'back.json'), format: 'json', exclude: ['victim'] })
    const back = await runImport({ input: join(folder, 'back.json'), store: from })
    expect(back.totals).toMatchObject({ new: 0, changed: 0, unchanged: NASTY.length ** 2 })
    expect(await dump(store)).toContain('mine')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test('JSON whose keys reach for prototypes changes nothing but its own row', async () => {
    const folder = sceneFolder()
    const hostile = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'
    const from = sqlite(join(folder, 'from.db'), `CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t VALUES (1, ${text(hostile)})`)
    for (const format of ['archive', 'json'] as const) {
      const input = join(folder, format)
      await exportStore({ store: from, output: input, format })
      const store = join(folder, `${format}.db`)
      await runImport({ input, store, create: true })
      expect(new Database(store).prepare('SELECT n FROM t').pluck().get()).toBe(hostile)
    }
    const conflicts = join(folder, 'c.jsonl')
    const store = sqlite(join(folder, 'into.db'), "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t VALUES (1, 'x')")
    const options = { input: join(folder, 'archive'), store, strategy: 'fail-on-conflict' } as const
    expect(await refusal(runImport({ ...options, conflicts }))).toBe('CONFLICT')
    const lines = readFileSync(conflicts, 'utf8').trimEnd().split('\n')
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    for (const resolution of ['{"__proto__":"theirs"}', '{"constructor":"theirs"}', '"__proto__"', deep, '['.repeat(100_000)]) {
      const decided = lines.map((line, at) => (at === 2 ? line.replace('"resolution":null', () => `"resolution":${resolution}`) : line))
      writeFileSync(conflicts, `${decided.join('\n')}\n`)
      expect(await refusal(runImport({ ...options, resolutions: conflicts })), resolution.slice(0, 40)).toBe('RESOLUTIONS_INVALID')
      const header = `${lines[0]!.replace('"holdall"', () => `"__proto__":${resolution},"holdall"`)}\n`
      writeFileSync(conflicts, header)
      expect(await refusal(runImport({ ...options, resolutions: conflicts }))).toMatch(/^(?:CONFLICT|RESOLUTIONS_INVALID)$/)
    }
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test.each(['SQLite', 'PostgreSQL'] as const)('values nested 100,000 deep are taken or refused by name (%s)', async (engine) => {
    const folder = sceneFolder()
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    const from = sqlite(join(folder, 'from.db'), `CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT, j JSON); INSERT INTO t VALUES (1, ${text(deep)}, ${text(deep)})`)
    const input = join(folder, 'deep.tar.gz')
    await exportStore({ store: from, output: input })
    const store = engine === 'SQLite' ? join(folder, 'into.db') : (await createDatabase()).url
    const first = await refusal(runImport({ input, store, create: true }))
    if (engine === 'SQLite') expect(first).toBeNull()
    else expect([null, 'ROW_REFUSED', 'STORE_FAILED']).toContain(first)
    if (first === null) expect((await runImport({ input, store })).totals).toMatchObject({ new: 0, changed: 0, unchanged: 1 })
  })
})
