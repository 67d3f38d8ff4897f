import { copyFileSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { diff, exportStore, runImport } from '../../src/index.js'
import { anotherChinook, chinookSchema, TWINS_APART } from '../merge/chinook-schema.js'
import { readSqliteState } from '../merge/read-state.js'
import { scratch } from '../merge/two-databases.js'
import { createDatabase } from '../postgres/database.js'
import { diffOracle } from './diff-oracle.js'

const SQLITE = join(resolve(import.meta.dirname, '../../../shared/data'), 'chinook.sqlite')
const there = existsSync(SQLITE)
if (!there) console.warn(`Chinook is not at ${SQLITE}: it is not compared`)

function chinook(statements: readonly string[]): string {
  const path = join(scratch(), 'chinook.db')
  copyFileSync(SQLITE, path)
  const db = new Database(path)
  db.pragma('foreign_keys = OFF')
  db.exec(['BEGIN', TWINS_APART, ...statements, 'COMMIT'].join(';\n'))
  db.close()
  return path
}

/** Of the statements that make another Chinook, those that give every row another id. */
const MOVED = anotherChinook().filter((statement) => /^UPDATE \w+ SET \w+ = -/.test(statement))
const { schema, match } = chinookSchema()
const SAME = { onlyA: 0, onlyB: 0, changed: 0, same: 15_607, ambiguousA: 0, ambiguousB: 0 }

describe.skipIf(!there)('Chinook', () => {
  test('with every id moved it holds the same, in both engines', async () => {
    const [a, b] = [chinook([]), chinook(MOVED)]
    expect((await diff({ a, b, match })).totals).toEqual(SAME)
    expect((await diff({ a, b, include: ['Artist'] })).same).toBe(false)
    const archive = join(scratch(), 'chinook.tar.gz')
    await exportStore({ store: b, output: archive, compressionLevel: 1 })
    const postgres = await createDatabase()
    await runImport({ input: archive, store: postgres.url, create: true })
    for (const [one, other] of [[a, postgres.url], [postgres.url, a], [archive, a]] as const) expect(await diff({ a: one, b: other, match })).toMatchObject({ same: true, totals: SAME })
  })

  test('another Chinook differs as the oracle says', async () => {
    const [a, b] = [chinook([]), chinook(anotherChinook())]
    const report = await diff({ a, b, match, examples: 0 })
    const expected = diffOracle(schema, readSqliteState(a, schema), readSqliteState(b, schema), match)
    expect(Object.fromEntries(report.tables.map(({ table, onlyA, onlyB, changed, same, ambiguousA, ambiguousB }) => [table, { onlyA, onlyB, changed, same, ambiguousA, ambiguousB }]))).toEqual(expected)
    expect(report.totals.changed).toBeGreaterThan(500)
  })
})
