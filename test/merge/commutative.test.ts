import { expect, test } from 'vitest'
import { emptyProfile } from '../../src/profiles/profile.js'
import { ENGINES, importing, smallDatabase } from './two-databases.js'

const TABLE = 'CREATE TABLE pages (id {id}, slug TEXT NOT NULL UNIQUE, body TEXT, updated_at TEXT NOT NULL)'
const A = `${TABLE}; INSERT INTO pages VALUES (1, 'a', 'A1', '2026-01-01T10:00:00Z'), (2, 'b', 'A2', '2026-01-05T10:00:00Z'), (3, 'c', 'A3', '2026-01-03T10:00:00Z')`
const B = `${TABLE}; INSERT INTO pages VALUES (1, 'c', 'B3', '2026-01-04T10:00:00Z'), (2, 'a', 'B1', '2026-01-02T10:00:00Z'), (9, 'b', 'B2', '2026-01-04T10:00:00Z'), (4, 'd', 'B4', '2026-01-01T10:00:00Z')`

test.each(ENGINES)('keep-newer of two archives gives the same rows in either order, and again (%s)', async (engine) => {
  const found: string[][] = []
  const profile = { ...emptyProfile, timeColumns: { pages: 'updated_at' } }
  for (const order of [[A, B], [B, A], [A, B, A, B]]) {
    const into = await smallDatabase(engine, TABLE)
    for (const script of order) await (await importing(await smallDatabase('SQLite', script), into)).run({ strategy: 'keep-newer', profile })
    found.push(await into.rows('SELECT slug, body, updated_at FROM pages ORDER BY slug'))
  }
  expect(found[0]).toEqual(['a|B1|2026-01-02T10:00:00Z', 'b|A2|2026-01-05T10:00:00Z', 'c|B3|2026-01-04T10:00:00Z', 'd|B4|2026-01-01T10:00:00Z'])
  expect(found.slice(1)).toEqual([found[0], found[0]])
})
