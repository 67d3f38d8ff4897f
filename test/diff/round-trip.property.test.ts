import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportStore, runImport } from '../../src/index.js'
import { diff } from '../../src/transfer/diff/diff.js'
import { scratch } from '../merge/two-databases.js'
import { createDatabase } from '../postgres/database.js'
import { postgresqlScript, postgresqlTables } from '../property/postgresql-databases.js'
import { runs } from '../property/runs.js'
import { buildSqlite, plainSqliteTables, sqliteTables } from '../property/sqlite-databases.js'

/** Paths in a folder that is emptied for every case. */
function places(): (name: string) => string {
  const folder = scratch()
  return (name) => {
    rmSync(join(folder, name), { force: true })
    return join(folder, name)
  }
}

async function expectSame(a: string, b: string): Promise<void> {
  const { tables, onlyTables, same } = await diff({ a, b })
  expect({ onlyTables, examples: tables.flatMap(({ table, examples, onlyColumns }) => [...examples.map((each) => ({ table, ...each })), ...onlyColumns.a, ...onlyColumns.b]) }).toEqual({ onlyTables: { a: [], b: [] }, examples: [] })
  expect(same).toBe(true)
}

test('a SQLite database and its archive and document hold the same', { timeout: 3_600_000 }, async () => {
  const path = places()
  await fc.assert(
    fc.asyncProperty(sqliteTables, async (tables) => {
      const [store, archive, document] = [path('a.db'), path('a.tar.gz'), path('a.json')]
      buildSqlite(store, tables)
      await exportStore({ store, output: archive, compressionLevel: 1 })
      await exportStore({ store, output: document, format: 'json-pretty' })
      await expectSame(store, archive)
      await expectSame(document, store)
    }),
    runs(20),
  )
})

test('a SQLite database holds the same as what PostgreSQL makes of it', { timeout: 3_600_000 }, async () => {
  const path = places()
  await fc.assert(
    fc.asyncProperty(plainSqliteTables, async (tables) => {
      const [store, archive] = [path('a.db'), path('a.tar.gz')]
      const database = await createDatabase()
      buildSqlite(store, tables)
      await exportStore({ store, output: archive, compressionLevel: 1 })
      await runImport({ input: archive, store: database.url, create: true })
      await expectSame(store, database.url)
      await expectSame(database.url, archive)
    }),
    runs(15),
  )
})

test('a PostgreSQL database without NaN holds the same as what SQLite makes of it', { timeout: 3_600_000 }, async () => {
  const path = places()
  const plain = postgresqlTables.filter((tables) => !JSON.stringify(tables.map(({ rows }) => rows)).includes('NaN'))
  await fc.assert(
    fc.asyncProperty(plain, async (tables) => {
      const [store, archive] = [path('a.db'), path('a.tar.gz')]
      const database = await createDatabase()
      await database.run(postgresqlScript(tables))
      await exportStore({ store: database.url, output: archive, compressionLevel: 1 })
      await runImport({ input: archive, store, create: true })
      await expectSame(database.url, archive)
      await expectSame(database.url, store)
    }),
    runs(15),
  )
})
