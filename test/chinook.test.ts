import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
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

  test('a second import of the same archive changes nothing', async () => {
    copyFileSync(SQLITE, at('copy.db'))
    await exportStore({ store: SQLITE, output: at('again.tar.gz') })
    const report = await runImport({ input: at('again.tar.gz'), store: at('copy.db') })
    expect(report.totals).toEqual({ new: 0, changed: 0, unchanged: 15_607, kept: 0, deleted: 0, conflicting: 0, rejected: 0 })
  })
})
