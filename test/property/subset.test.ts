import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exportStore } from '../../src/transfer/export-store.js'
import type { ExportOptions, ExportReport } from '../../src/transfer/export-options.js'
import { openInput } from '../../src/transfer/open-input.js'
import { verifyArchive } from '../../src/transfer/verify-archive.js'
import { createDatabase } from '../postgres/database.js'
import { graphProfile, graphs, graphScript, keyColumns, keyOf, labelOf, tableName, type Graph } from './reference-graphs.js'
import { allRows, closed, descended, ownRows, rowName, stubsOf, type Asked, type RowName } from './reference-oracle.js'
import { runs } from './runs.js'

/** Each case makes a database, exports it and reads it back. */
const TIMEOUT = 300_000

/** Everything a selection can be, over four tables. */
const asked = fc.record({ include: fc.option(fc.subarray([0, 1, 2, 3], { minLength: 1 })), exclude: fc.subarray([0, 1, 2, 3], { maxLength: 2 }), filtered: fc.subarray([0, 1, 2, 3]), json: fc.boolean() })
type Given = typeof asked extends fc.Arbitrary<infer T> ? T : never

function selection({ include, exclude, filtered }: Given): Asked {
  const excluded = new Set(exclude)
  const tables = new Set((include ?? [0, 1, 2, 3]).filter((table) => !excluded.has(table)))
  return { tables, excluded, filtered: new Set(filtered.filter((table) => tables.has(table))) }
}

interface Exported {
  readonly report: ExportReport
  /** Every row written, as often as it was. */
  readonly rows: RowName[]
  readonly stubs: RowName[]
}

async function exported(graph: Graph, store: string, given: Given, options: Partial<ExportOptions>): Promise<Exported> {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-subset-'))
  try {
    const output = join(folder, given.json ? 'a.json' : 'a.tar.gz')
    const names = (tables: readonly number[]): string[] => tables.map(tableName)
    const report = await exportStore({
      store, output, profile: graphProfile(graph), format: given.json ? 'json' : 'archive', compressionLevel: 1,
      include: given.include === null ? [] : names(given.include), exclude: names(given.exclude), ...options,
    })
    expect((await verifyArchive({ input: output })).findings.filter(({ code }) => code !== 'REFERENCE_UNRESOLVED')).toEqual([])
    return { report, ...(await contents(graph, output)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function contents(graph: Graph, path: string): Promise<Omit<Exported, 'report'>> {
  const input = await openInput({ input: path })
  try {
    const rows: RowName[] = []
    const stubs: RowName[] = []
    const labels = new Map(allRows(graph).map((name) => [labelOf(...places(name)), name]))
    for (const { id } of input.archive.schema.schema.tables) for (const row of await parsed(input.archive.rows(id))) rows.push(labels.get(String(row['label'])) ?? `unknown ${id}`)
    for (const id of Object.keys(input.archive.schema.stubs)) {
      const table = graph.findIndex((_, index) => tableName(index) === id)
      const byKey = new Map((graph[table]?.rows ?? []).map((_, row) => [keyOf(graph, table, row).join('\0'), rowName(table, row)]))
      for (const row of await parsed(input.archive.stubs(id))) stubs.push(byKey.get(keyColumns(graph, table).map((column) => String(row[column])).join('\0')) ?? `unknown ${JSON.stringify(row)}`)
    }
    return { rows: rows.sort(), stubs: stubs.sort() }
  } finally {
    await input.close()
  }
}

const places = (name: RowName): [number, number] => name.split('/').map(Number) as [number, number]

async function parsed(batches: AsyncIterable<{ readonly bytes: Buffer }>): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = []
  for await (const { bytes } of batches) for (const line of bytes.toString('utf8').split('\n').slice(0, -1)) found.push(JSON.parse(line) as Record<string, unknown>)
  return found
}

async function withSqlite<T>(graph: Graph, use: (store: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-graph-'))
  try {
    const path = join(folder, 'graph.db')
    const db = new Database(path)
    db.pragma('foreign_keys = OFF')
    db.exec(graphScript(graph, { kind: 'sqlite' }))
    db.close()
    return await use(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function withPostgresql<T>(graph: Graph, use: (store: string) => Promise<T>): Promise<T> {
  const database = await createDatabase()
  await database.run(graphScript(graph, { kind: 'postgresql' }))
  return use(database.url)
}

const sorted = (rows: Iterable<RowName>): RowName[] => [...rows].sort()

/** A junction's first reference must lead somewhere where the database itself checks it. */
const sound = (graph: Graph): boolean => graph.every((table) => table.key !== 'junction' || table.rows.length === 0 || (graph[table.references[0]?.to ?? -1]?.rows.length ?? 0) > 0)

describe.each([
  ['SQLite', withSqlite, graphs(true), 30],
  ['PostgreSQL', withPostgresql, graphs(false).filter(sound), 10],
] as const)('of any reference graph in %s', (_, within, graph, count) => {
  const property = (check: (graph: Graph, given: Given, store: string) => Promise<void>): Promise<void> =>
    fc.assert(
      fc.asyncProperty(graph, asked, async (made, given) => {
        fc.pre(selection(given).tables.size > 0)
        await within(made, (store) => check(made, given, store))
      }),
      runs(count),
    )
  const where = (given: Given): Record<string, string> => Object.fromEntries([...selection(given).filtered].map((table) => [tableName(table), 'pick = 1']))

  test('stubs are exactly the rows referred to that are not exported', async () => {
    await property(async (made, given, store) => {
      const own = ownRows(made, selection(given))
      const { rows, stubs, report } = await exported(made, store, given, { where: where(given) })
      expect(rows).toEqual(sorted(own))
      expect(stubs).toEqual(sorted(stubsOf(made, own)))
      expect(report.stubs.reduce((sum, each) => sum + each.rows, 0)).toBe(stubs.length)
    })
  }, TIMEOUT)

  test('the closure holds exactly what its rows refer to, each row once, and stubs for what is excluded', async () => {
    await property(async (made, given, store) => {
      const own = ownRows(made, selection(given))
      const whole = closed(made, own, selection(given))
      const { rows, stubs, report } = await exported(made, store, given, { where: where(given), closure: true })
      expect(rows).toEqual(sorted(whole))
      expect(stubs).toEqual(sorted(stubsOf(made, whole)))
      expect(report.tables.reduce((sum, each) => sum + each.closure, 0)).toBe(whole.size - own.size)
    })
  }, TIMEOUT)

  test('a subset holds the rows chosen, those that refer to them, and what all of these refer to', async () => {
    await property(async (made, given, store) => {
      const asked = selection({ ...given, filtered: [...selection(given).tables] })
      const [start = 0, ...more] = [...asked.tables]
      const starts = given.filtered.length > 2 ? [start, ...more.slice(0, 1)] : [start]
      const own = ownRows(made, { ...asked, tables: new Set(starts) })
      const down = descended(made, own, asked)
      const whole = closed(made, down, asked)
      const { rows, stubs, report } = await exported(made, store, given, { subset: Object.fromEntries(starts.map((table) => [tableName(table), 'pick = 1'])) })
      expect(rows).toEqual(sorted(whole))
      expect(stubs).toEqual(sorted(stubsOf(made, whole)))
      expect(report.tables.reduce((sum, each) => sum + each.closure, 0)).toBe(whole.size - down.size)
    })
  }, TIMEOUT)
})
