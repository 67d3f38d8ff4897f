import { describe, expect, test } from 'vitest'
import { exportStore, type Profile } from '../../src/index.js'
import { emptyProfile, frozenRecord } from '../../src/profiles/profile.js'
import { join } from 'node:path'
import { diff } from '../../src/index.js'
import { counts, ENGINES, importing, scratch, smallDatabase } from './two-databases.js'

const profile: Profile = { ...emptyProfile, name: 'flow', alike: frozenRecord([['edges', ['flow_id', 'source', 'target']]]), identities: frozenRecord([['flows', [['name']]]]) }

const TABLES = `CREATE TABLE flows (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE edges (id TEXT NOT NULL PRIMARY KEY, flow_id TEXT NOT NULL REFERENCES flows (id), source TEXT, target TEXT, made TEXT NOT NULL);
`
const edge = (id: string, flow: string, source: string | null, target: string | null, made: string): string =>
  `INSERT INTO edges VALUES ('${id}', '${flow}', ${source === null ? 'NULL' : `'${source}'`}, ${target === null ? 'NULL' : `'${target}'`}, '${made}');\n`
const flow = (id: string): string => `INSERT INTO flows VALUES ('${id}', 'bugs');\n`

describe.each(ENGINES)('rows that are alike, in %s', (engine) => {
  test('are paired one by one, NULL with NULL, and keep the ids that they have here', async () => {
    const from = await smallDatabase(engine, TABLES + flow('f1') + edge('a', 'f1', null, 'x', '1') + edge('b', 'f1', null, 'x', '2') + edge('c', 'f1', null, 'x', '3') + edge('d', 'f1', 'x', null, '4') + edge('e', 'f1', null, null, '5'))
    const into = await smallDatabase(engine, TABLES + flow('g9') + edge('p', 'g9', null, 'x', '3') + edge('q', 'g9', null, 'x', '9') + edge('r', 'g9', 'x', null, '4') + edge('s', 'g9', 'y', null, '4'))
    const { plan, run } = await importing(from, into)
    const expected = { new: 2, changed: 1, unchanged: 2 }
    expect(counts(await plan({ profile }), 'edges')).toEqual(expected)
    expect(counts(await run({ profile }), 'edges')).toEqual(expected)
    expect(await into.rows('SELECT id, flow_id, source, target, made FROM edges ORDER BY id')).toEqual(['b|g9|NULL|x|2', 'e|g9|NULL|NULL|5', 'p|g9|NULL|x|3', 'q|g9|NULL|x|1', 'r|g9|x|NULL|4', 's|g9|y|NULL|4'])
    expect(counts(await run({ profile }), 'edges')).toEqual({ unchanged: 5 })
  })

  test('of several the one with the very id is meant, and an id that nothing else is like was changed', async () => {
    const from = await smallDatabase(engine, TABLES + flow('f') + edge('a', 'f', null, 'x', '1') + edge('b', 'f', null, 'x', '2') + edge('c', 'f', 'new', 'x', '3'))
    const into = await smallDatabase(engine, TABLES + flow('f') + edge('b', 'f', null, 'x', '1') + edge('a', 'f', null, 'x', '2') + edge('c', 'f', 'old', 'x', '3'))
    const { run } = await importing(from, into)
    expect(counts(await run({ profile }), 'edges')).toEqual({ changed: 3 })
    expect(await into.rows('SELECT id, source, made FROM edges ORDER BY id')).toEqual(['a|NULL|1', 'b|NULL|2', 'c|new|3'])
    expect(counts(await run({ profile }), 'edges')).toEqual({ unchanged: 3 })
  })

  test('more here than there are deleted by replace alone, and kept by none', async () => {
    const from = await smallDatabase(engine, TABLES + flow('f') + edge('a', 'f', null, 'x', '1'))
    const into = await smallDatabase(engine, TABLES + flow('f') + edge('p', 'f', null, 'x', '1') + edge('q', 'f', null, 'x', '1'))
    const { run } = await importing(from, into)
    expect(counts(await run({ profile, strategy: 'skip' }), 'edges')).toEqual({ unchanged: 1 })
    expect(counts(await run({ profile, strategy: 'replace' }), 'edges')).toEqual({ unchanged: 1, deleted: 1 })
    expect(await into.rows('SELECT count(*) FROM edges')).toEqual(['1'])
  })

  test('cannot stand beside each other as well', async () => {
    const from = await smallDatabase(engine, TABLES + flow('f') + edge('a', 'f', null, 'x', '1'))
    const { run } = await importing(from, await smallDatabase(engine, TABLES))
    await expect(run({ profile, strategy: 'keep-both' })).rejects.toMatchObject({ code: 'USAGE', place: { table: 'edges' } })
    expect(counts(await run({ profile, strategy: 'keep-both', onConflict: { edges: 'merge' } }), 'edges')).toEqual({ new: 1 })
  })

  test('three-way knows which of them both sides had', async () => {
    const here = TABLES + flow('f') + edge('a', 'f', null, 'x', '1') + edge('b', 'f', null, 'x', '2') + edge('c', 'f', null, 'y', '3')
    const from = await smallDatabase(engine, here)
    const into = await smallDatabase(engine, here)
    const base = join(scratch(), 'base.tar.gz')
    await exportStore({ store: from.store, output: base })
    await from.run(`UPDATE edges SET made = '7' WHERE id = 'a'; DELETE FROM edges WHERE id = 'c'`)
    await into.run(`UPDATE edges SET made = '8' WHERE id = 'b'`)
    const { run } = await importing(from, into)
    await run({ profile, strategy: 'three-way', base })
    expect(await into.rows('SELECT id, made FROM edges ORDER BY id')).toEqual(['a|7', 'b|8'])
  })

  test('are no difference where there are as many', async () => {
    const a = await smallDatabase(engine, TABLES + flow('f') + edge('a', 'f', null, 'x', '1') + edge('b', 'f', null, 'x', '2'))
    const b = await smallDatabase(engine, TABLES + flow('g') + edge('p', 'g', null, 'x', '2') + edge('q', 'g', null, 'x', '1'))
    expect((await diff({ a: a.store, b: b.store, profile })).same).toBe(true)
    await b.run(`UPDATE edges SET made = '3' WHERE id = 'q'; INSERT INTO edges VALUES ('r', 'g', NULL, 'x', '3')`)
    const edges = (await diff({ a: a.store, b: b.store, profile })).tables.find(({ table }) => table === 'edges')
    expect(edges).toMatchObject({ changed: 1 })
  })
})
