import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportStore, planImport, runImport } from '../../src/index.js'
import type { Strategy } from '../../src/stores/import-table.js'
import { createDatabase } from '../postgres/database.js'
import { runs } from './runs.js'

/** Rows by id: what each side holds, as plain objects. */
type Side = ReadonlyMap<number, { readonly name: string; readonly amount: string | null; readonly up: number | null }>

const side: fc.Arbitrary<Side> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom('a', 'b', "c'ß"), fc.option(fc.constantFrom('1.50', '1.5', '2')), fc.option(fc.nat({ max: 11 }))), {
    maxLength: 10,
    selector: ([id]) => id,
  })
  .map((rows) => {
    const ids = rows.map(([id]) => id)
    return new Map(rows.map(([id, name, amount, up]) => [id, { name, amount, up: up === null ? null : (ids[up % ids.length] ?? null) }]))
  })

const SCHEMA = 'CREATE TABLE nodes (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, amount TEXT, up INTEGER REFERENCES nodes (id))'
const literal = (value: string | number | null): string => (value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`)

function script(rows: Side): string {
  if (rows.size === 0) return SCHEMA
  return `${SCHEMA}; INSERT INTO nodes VALUES ${[...rows].map(([id, row]) => `(${[id, row.name, row.amount, row.up].map(literal).join(', ')})`).join(', ')}`
}

/** The oracle: what each strategy must count and leave behind. Both sides are whole, so no union of them has a dangling reference. */
function expected(there: Side, here: Side, strategy: Strategy): { counts: Record<string, number>; after: Side } {
  const both = [...there.keys()].filter((id) => here.has(id))
  const changed = both.filter((id) => JSON.stringify(there.get(id)) !== JSON.stringify(here.get(id))).length
  const counts = { new: there.size - both.length, changed: 0, unchanged: both.length - changed, kept: 0, deleted: 0, conflicting: 0, rejected: 0 }
  if (strategy === 'skip') return { counts: { ...counts, kept: changed }, after: new Map([...there, ...here]) }
  if (strategy === 'merge') return { counts: { ...counts, changed }, after: new Map([...here, ...there]) }
  return { counts: { ...counts, changed, deleted: here.size - both.length }, after: there }
}

const shown = (rows: Side): string[] => [...rows].map(([id, row]) => [id, row.name, row.amount ?? 'NULL', row.up ?? 'NULL'].join('|')).sort()

interface Place {
  readonly location: string
  readonly rows: () => Promise<string[]>
}

async function check(path: (name: string) => string, there: Side, here: Side, strategy: Strategy, place: Place): Promise<void> {
  const archive = path('there.tar.gz')
  const source = new Database(path('there.db'))
  source.pragma('foreign_keys = OFF')
  source.exec(script(there))
  source.close()
  await exportStore({ store: path('there.db'), output: archive, compressionLevel: 1 })
  const wanted = expected(there, here, strategy)
  const options = { input: archive, store: place.location, strategy }
  const planned = await planImport(options)
  expect(await place.rows()).toEqual(shown(here))
  const done = await runImport(options)
  expect(planned.totals).toEqual(done.totals)
  expect(done.totals).toEqual(wanted.counts)
  expect(await place.rows()).toEqual(shown(wanted.after))
  const again = await runImport(options)
  expect(again.totals).toMatchObject({ new: 0, changed: 0, deleted: 0 })
}

const strategies = fc.constantFrom<Strategy[]>('merge', 'skip', 'replace')

async function inFolder(use: (path: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-dry-run-'))
  try {
    await use((name) => join(folder, name))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('SQLite: the plan, the run and an oracle of plain objects agree, and a second run changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(side, side, strategies, async (there, here, strategy) =>
      inFolder(async (path) => {
        const location = path('here.db')
        const db = new Database(location)
        db.pragma('foreign_keys = OFF')
        db.exec(script(here))
        db.close()
        const rows = async (): Promise<string[]> => {
          const open = new Database(location, { readonly: true })
          try {
            return open.prepare<[], unknown[]>("SELECT id, name, ifnull(amount, 'NULL'), ifnull(up, 'NULL') FROM nodes").raw().all().map((row) => row.join('|')).sort()
          } finally {
            open.close()
          }
        }
        await check(path, there, here, strategy, { location, rows })
      }),
    ),
    runs(60),
  )
})

test('PostgreSQL: the plan, the run and an oracle of plain objects agree, and a second run changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(side, side, strategies, async (there, here, strategy) =>
      inFolder(async (path) => {
        const database = await createDatabase()
        await database.run(script(here))
        const rows = async (): Promise<string[]> =>
          (await database.query("SELECT id, name, coalesce(amount, 'NULL'), coalesce(up::text, 'NULL') FROM nodes")).map((row) => row.join('|')).sort()
        await check(path, there, here, strategy, { location: database.url, rows })
      }),
    ),
    runs(25),
  )
})
