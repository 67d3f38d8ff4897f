import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, test } from 'vitest'
import { exportStore, runImport } from '../src/index.js'
import { archiveLines } from './archive/archive-lines.js'
import { createDatabase } from './postgres/database.js'
import { dumpSqlite } from './property/sqlite-databases.js'

const CHINOOK = resolve(import.meta.dirname, '../../shared/data')
const SQLITE = join(CHINOOK, 'chinook.sqlite')
const POSTGRESQL = join(CHINOOK, 'chinook-postgres.sql')
const there = existsSync(SQLITE) && existsSync(POSTGRESQL)
if (!there) console.warn(`Chinook is not at ${CHINOOK}: its tests are skipped`)

const folder = mkdtempSync(join(tmpdir(), 'holdall-chinook-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

describe.skipIf(!there)('Chinook', () => {
  test('SQLite to PostgreSQL to SQLite is identical, value and class', async () => {
    const postgres = await createDatabase()
    await exportStore({ store: SQLITE, output: at('1.tar.gz') })
    await runImport({ input: at('1.tar.gz'), store: postgres.url, create: true })
    await exportStore({ store: postgres.url, output: at('2.tar.gz') })
    await runImport({ input: at('2.tar.gz'), store: at('back.db'), create: true })
    expect(dumpSqlite(at('back.db'))).toEqual(dumpSqlite(SQLITE))
  })

  test.each([[18], [12]] as const)('PostgreSQL %i to SQLite to PostgreSQL is identical, and the application can go on', async (version) => {
    const [first, second] = [await createDatabase(version), await createDatabase(version)]
    const script = readFileSync(POSTGRESQL, 'utf8').replace(/^(?:DROP|CREATE) DATABASE.*$|^\\c .*$/gm, '')
    await first.run(script)
    await exportStore({ store: first.url, output: at(`p${version}.tar.gz`) })
    await runImport({ input: at(`p${version}.tar.gz`), store: at(`p${version}.db`), create: true })
    await exportStore({ store: at(`p${version}.db`), output: at(`s${version}.tar.gz`) })
    await runImport({ input: at(`s${version}.tar.gz`), store: second.url, create: true })
    await exportStore({ store: second.url, output: at(`q${version}.tar.gz`) })
    expect(await archiveLines(at(`q${version}.tar.gz`))).toEqual(await archiveLines(at(`p${version}.tar.gz`)))
    // SQLite knows one integer type, so PostgreSQL's come back as bigint.
    const types = `SELECT table_name, column_name, replace(data_type, 'bigint', 'integer'), character_maximum_length, numeric_scale, is_nullable FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`
    expect(await second.query(types)).toEqual(await first.query(types))
  })

  test('one customer comes with what belongs to it and all that this needs, and stands on its own', async () => {
    const report = await exportStore({ store: SQLITE, output: at('customer.tar.gz'), subset: { Customer: 'CustomerId = 5' } })
    const invoices = 'SELECT InvoiceId FROM Invoice WHERE CustomerId = 5'
    const tracks = `SELECT TrackId FROM InvoiceLine WHERE InvoiceId IN (${invoices})`
    const albums = `SELECT AlbumId FROM Track WHERE TrackId IN (${tracks})`
    const expected: Record<string, string> = {
      Customer: 'SELECT 5',
      Invoice: invoices,
      InvoiceLine: `SELECT InvoiceLineId FROM InvoiceLine WHERE InvoiceId IN (${invoices})`,
      Track: `SELECT DISTINCT TrackId FROM Track WHERE TrackId IN (${tracks})`,
      Album: `SELECT DISTINCT AlbumId FROM Album WHERE AlbumId IN (${albums})`,
      Artist: `SELECT DISTINCT ArtistId FROM Album WHERE AlbumId IN (${albums})`,
      Genre: `SELECT DISTINCT GenreId FROM Track WHERE TrackId IN (${tracks})`,
      MediaType: `SELECT DISTINCT MediaTypeId FROM Track WHERE TrackId IN (${tracks})`,
      Employee: 'WITH RECURSIVE up(id) AS (SELECT SupportRepId FROM Customer WHERE CustomerId = 5 UNION SELECT ReportsTo FROM Employee JOIN up ON EmployeeId = id WHERE ReportsTo IS NOT NULL) SELECT id FROM up',
      Playlist: 'SELECT 1 WHERE false',
      PlaylistTrack: 'SELECT 1 WHERE false',
    }
    const db = new Database(SQLITE, { readonly: true })
    const counts = Object.fromEntries(Object.entries(expected).map(([table, query]) => [table, db.prepare(query).all().length]))
    db.close()
    expect(Object.fromEntries(report.tables.map(({ table, rows }) => [table, rows]))).toEqual(counts)
    expect(Object.fromEntries(report.tables.filter(({ closure }) => closure > 0).map(({ table, closure }) => [table, closure]))).toEqual(
      Object.fromEntries(['Track', 'Album', 'Artist', 'Genre', 'MediaType', 'Employee'].map((table) => [table, counts[table]])),
    )
    expect(report.stubs).toEqual([])
    await runImport({ input: at('customer.tar.gz'), store: at('customer.db'), create: true })
    const made = dumpSqlite(at('customer.db'))
    const whole = dumpSqlite(SQLITE)
    for (const [table, rows] of Object.entries(made)) expect(whole[table]).toEqual(expect.arrayContaining(rows))
    const postgres = await createDatabase()
    await runImport({ input: at('customer.tar.gz'), store: postgres.url, create: true })
    expect(await postgres.query('SELECT count(*) FROM "InvoiceLine"')).toEqual([[String(counts['InvoiceLine'])]])
  })

  test('a second import of the same archive changes nothing', async () => {
    copyFileSync(SQLITE, at('copy.db'))
    await exportStore({ store: SQLITE, output: at('again.tar.gz') })
    const report = await runImport({ input: at('again.tar.gz'), store: at('copy.db') })
    expect(report.totals).toEqual({ new: 0, changed: 0, unchanged: 15_607, kept: 0, deleted: 0, conflicting: 0, rejected: 0 })
  })
})
