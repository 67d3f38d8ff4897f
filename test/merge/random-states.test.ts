import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { runs } from '../property/runs.js'
import { postgresqlPlace, sqlitePlace } from './merge-places.js'
import type { MergeState } from './merge-schema.js'
import { mergeSchemas } from './random-schemas.js'
import { mergeWorlds } from './random-states.js'

const databases = mergeSchemas().chain((schema) => mergeWorlds(schema).map((world) => ({ schema, world })))
const sorted = (state: MergeState): unknown => Object.fromEntries(Object.entries(state).map(([table, rows]) => [table, rows.map((row) => JSON.stringify(row)).sort()]))

test('every random database is one that SQLite can hold, and reads back as it was built', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-states-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const place = sqlitePlace(join(folder, 'one.db'))
  await fc.assert(
    fc.asyncProperty(databases, async ({ schema, world }) => {
      await place.build(schema, world.archive)
      expect(sorted(await place.read(schema))).toEqual(sorted(world.archive))
      const db = new Database(place.store, { readonly: true })
      expect(db.pragma('foreign_key_check')).toEqual([])
      db.close()
    }),
    runs(60),
  )
})

test('every random database is one that PostgreSQL can hold, and reads back as it was built', async () => {
  const place = await postgresqlPlace()
  await fc.assert(
    fc.asyncProperty(databases, async ({ schema, world }) => {
      await place.build(schema, world.target)
      expect(sorted(await place.read(schema))).toEqual(sorted(world.target))
    }),
    runs(30),
  )
})

test('the random worlds hold what is hard: other ids, strangers of the same id, edits, circles', () => {
  const seen = { otherId: 0, stranger: 0, edited: 0, onlyHere: 0, onlyThere: 0, cases: 0 }
  fc.assert(
    fc.property(databases, ({ schema, world }) => {
      seen.cases += 1
      for (const table of schema.tables) {
        if (!table.uniques.some((key) => key.join() === 'code') || !table.columns.some(({ name }) => name === 'id')) continue
        const here = world.archive[table.name] ?? []
        const there = world.target[table.name] ?? []
        for (const row of here) {
          const same = there.find((each) => each['code'] === row['code'])
          if (same === undefined) seen.onlyHere += 1
          else {
            if (same['id'] !== row['id']) seen.otherId += 1
            if (JSON.stringify({ ...same, id: 0 }) !== JSON.stringify({ ...row, id: 0 })) seen.edited += 1
          }
          if (there.some((each) => each['id'] === row['id'] && each['code'] !== row['code'])) seen.stranger += 1
        }
        seen.onlyThere += there.filter((row) => here.every((each) => each['code'] !== row['code'])).length
      }
    }),
    runs(200),
  )
  for (const [what, count] of Object.entries(seen)) expect([what, count]).toEqual([what, expect.any(Number)])
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(seen.cases / 20)
})
