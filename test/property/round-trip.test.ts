import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportStore, planImport, runImport, verifyArchive } from '../../src/index.js'
import { archiveLines } from '../archive/archive-lines.js'
import { createDatabase } from '../postgres/database.js'
import { postgresqlScript, postgresqlTables } from './postgresql-databases.js'
import { runs } from './runs.js'
import { buildSqlite, dumpSqlite, plainSqliteTables, sqliteTables } from './sqlite-databases.js'

async function inFolder<T>(use: (path: (name: string) => string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-property-'))
  try {
    return await use((name) => join(folder, name))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('any SQLite database comes back as it was, value and class, and a second export says the same', async () => {
  await fc.assert(
    fc.asyncProperty(sqliteTables, async (tables) =>
      inFolder(async (path) => {
        buildSqlite(path('a.db'), tables)
        await exportStore({ store: path('a.db'), output: path('a.tar.gz'), compressionLevel: 1 })
        const verified = await verifyArchive({ input: path('a.tar.gz') })
        expect(verified.findings).toEqual([])
        await runImport({ input: path('a.tar.gz'), store: path('b.db'), create: true })
        expect(dumpSqlite(path('b.db'))).toEqual(dumpSqlite(path('a.db')))
        await exportStore({ store: path('b.db'), output: path('b.tar.gz'), compressionLevel: 1 })
        expect(await archiveLines(path('b.tar.gz'))).toEqual(await archiveLines(path('a.tar.gz')))
        const again = await runImport({ input: path('a.tar.gz'), store: path('b.db') })
        expect(again.totals).toMatchObject({ new: 0, changed: 0, deleted: 0 })
      }),
    ),
    runs(40),
  )
})

test('a SQLite database goes through a JSON document unharmed', async () => {
  await fc.assert(
    fc.asyncProperty(sqliteTables, fc.boolean(), async (tables, pretty) =>
      inFolder(async (path) => {
        buildSqlite(path('a.db'), tables)
        await exportStore({ store: path('a.db'), output: path('a.json'), format: pretty ? 'json-pretty' : 'json' })
        await runImport({ input: path('a.json'), store: path('b.db'), create: true })
        expect(dumpSqlite(path('b.db'))).toEqual(dumpSqlite(path('a.db')))
      }),
    ),
    runs(15),
  )
})

test.each([[18], [12]] as const)('any PostgreSQL %i database comes back as it was, and a second export says the same', async (version) => {
  await fc.assert(
    fc.asyncProperty(postgresqlTables, async (tables) =>
      inFolder(async (path) => {
        const a = await createDatabase(version)
        const b = await createDatabase(version)
        await a.run(postgresqlScript(tables))
        await exportStore({ store: a.url, output: path('a.tar.gz'), compressionLevel: 1 })
        expect((await verifyArchive({ input: path('a.tar.gz') })).findings).toEqual([])
        const planned = await planImport({ input: path('a.tar.gz'), store: b.url, create: true })
        const imported = await runImport({ input: path('a.tar.gz'), store: b.url, create: true })
        expect(planned.totals).toEqual(imported.totals)
        await exportStore({ store: b.url, output: path('b.tar.gz'), compressionLevel: 1 })
        expect(await archiveLines(path('b.tar.gz'))).toEqual(await archiveLines(path('a.tar.gz')))
        const again = await runImport({ input: path('a.tar.gz'), store: b.url })
        expect(again.totals).toMatchObject({ new: 0, changed: 0, deleted: 0 })
      }),
    ),
    runs(version === 18 ? 20 : 6),
  )
})

test('any PostgreSQL database without NaN goes through SQLite and back with every value as it was', async () => {
  const plain = postgresqlTables.filter((tables) => !JSON.stringify(tables.map(({ rows }) => rows)).includes('NaN'))
  await fc.assert(
    fc.asyncProperty(plain, async (tables) =>
      inFolder(async (path) => {
        const a = await createDatabase()
        const b = await createDatabase()
        await a.run(postgresqlScript(tables))
        await b.run(postgresqlScript(tables.map((table) => ({ ...table, rows: [] }))))
        await exportStore({ store: a.url, output: path('a.tar.gz'), compressionLevel: 1 })
        await runImport({ input: path('a.tar.gz'), store: path('a.db'), create: true })
        await exportStore({ store: path('a.db'), output: path('s.tar.gz'), compressionLevel: 1 })
        await runImport({ input: path('s.tar.gz'), store: b.url })
        await exportStore({ store: b.url, output: path('b.tar.gz'), compressionLevel: 1 })
        expect(await archiveLines(path('b.tar.gz'))).toEqual(await archiveLines(path('a.tar.gz')))
      }),
    ),
    runs(15),
  )
})

test('any SQLite database that PostgreSQL can hold goes through it and back, value and class', async () => {
  await fc.assert(
    fc.asyncProperty(plainSqliteTables, async (tables) =>
      inFolder(async (path) => {
        const between = await createDatabase()
        buildSqlite(path('a.db'), tables)
        await exportStore({ store: path('a.db'), output: path('a.tar.gz'), compressionLevel: 1 })
        await runImport({ input: path('a.tar.gz'), store: between.url, create: true })
        await exportStore({ store: between.url, output: path('p.tar.gz'), compressionLevel: 1 })
        await runImport({ input: path('p.tar.gz'), store: path('b.db'), create: true })
        expect(dumpSqlite(path('b.db'))).toEqual(dumpSqlite(path('a.db')))
      }),
    ),
    runs(20),
  )
})
