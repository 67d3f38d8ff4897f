import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/postgres/database.js'
import { contentOf, importRows, readRows } from '../../../../test/postgres/import.js'
import { createRole } from '../../../../test/postgres/role.js'
import type { Strategy, Verdict } from '../../import-table.js'

const SCHEMA = `
CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE, n numeric);
CREATE TABLE c (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, p int REFERENCES p, note text, twice text GENERATED ALWAYS AS (note || note) STORED);
CREATE TABLE lines (a int, b text)`
const ARCHIVE = `
INSERT INTO p VALUES (1, 'one', 1.0), (2, 'two', 2.0), (3, 'three', 3);
INSERT INTO c OVERRIDING SYSTEM VALUE VALUES (1, 1, 'a'), (2, 3, 'b'), (3, NULL, NULL);
INSERT INTO lines VALUES (1, 'x'), (1, 'x'), (1, 'x'), (2, NULL)`
const TARGET = `
INSERT INTO p VALUES (1, 'one', 1.0), (2, 'zwei', 2.0), (9, 'nine', 9);
INSERT INTO c OVERRIDING SYSTEM VALUE VALUES (1, 1, 'a'), (2, 9, 'old'), (9, 9, 'absent');
INSERT INTO lines VALUES (1, 'x'), (5, 'five'), (5, 'five'), (2, NULL), (2, NULL)`

async function databases(schema: string, source: string, target: string, version: 12 | 18 = 18): Promise<{ readonly source: TestDatabase; readonly target: TestDatabase }> {
  const pair = { source: await createDatabase(version), target: await createDatabase(version) }
  for (const database of [pair.source, pair.target]) await database.run(schema)
  await pair.source.run(source)
  await pair.target.run(target)
  return pair
}

const NOTHING = { new: 0, changed: 0, unchanged: 0, kept: 0, deleted: 0, conflicting: 0, rejected: 0 }

/** What a strategy makes of `ARCHIVE` and `TARGET`. */
function verdictsOf(strategy: 'merge' | 'skip' | 'replace'): Record<string, Omit<Verdict, 'examples'>> {
  const of = (differing: number, absent: number): typeof NOTHING => ({ ...NOTHING, [strategy === 'skip' ? 'kept' : 'changed']: differing, deleted: strategy === 'replace' ? absent : 0 })
  return {
    p: { ...of(1, 1), new: 1, unchanged: 1 },
    c: { ...of(1, 1), new: 1, unchanged: 1 },
    lines: { ...of(0, 3), new: 2, unchanged: 2 },
  }
}

const written = async (database: TestDatabase): Promise<unknown> => database.query(`SELECT 'p', id, xmin, ctid FROM p UNION ALL SELECT 'c', id, xmin, ctid FROM c UNION ALL SELECT 'lines', a, xmin, ctid FROM lines ORDER BY 1, 2, 4`)

test.each([
  ['merge', 18, { p: 4, c: 4, lines: 7 }, 'two', 'b'],
  ['merge', 12, { p: 4, c: 4, lines: 7 }, 'two', 'b'],
  ['skip', 18, { p: 4, c: 4, lines: 7 }, 'zwei', 'old'],
  ['replace', 18, { p: 3, c: 3, lines: 4 }, 'two', 'b'],
  ['replace', 12, { p: 3, c: 3, lines: 4 }, 'two', 'b'],
] as const)('%s on PostgreSQL %i: exact classes, the rows as promised, and a second time no write at all', async (strategy, version, rows, code, note) => {
  const { source, target } = await databases(SCHEMA, ARCHIVE, TARGET, version)
  const archive = await readRows(source.url)
  const first = await importRows(target.url, archive, { strategy })
  expect(first.verdicts).toEqual(verdictsOf(strategy))
  const deleted = strategy === 'replace' ? [{ class: 'deleted', key: 'id=9', columns: [], reason: null }] : []
  expect(first.examples['p']).toEqual([{ class: strategy === 'skip' ? 'kept' : 'changed', key: 'id=2', columns: ['code'], reason: null }, { class: 'new', key: 'id=3', columns: [], reason: null }, ...deleted])
  expect(await target.query('SELECT code, (SELECT note FROM c WHERE id = 2) FROM p WHERE id = 2')).toEqual([[code, note]])
  expect(await target.query('SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM c), (SELECT count(*) FROM lines)')).toEqual([[String(rows.p), String(rows.c), String(rows.lines)]])
  if (strategy === 'replace') expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  const before = await written(target)
  const second = await importRows(target.url, archive, { strategy })
  expect(await written(target)).toEqual(before)
  expect(second.verdicts['p']).toEqual(strategy === 'skip' ? { ...NOTHING, unchanged: 2, kept: 1 } : { ...NOTHING, unchanged: 3 })
  expect(second.verdicts['lines']).toEqual({ ...NOTHING, unchanged: 4 })
})

test('fail-on-conflict finds every row that is on both sides, changed or not, and writes none of them', async () => {
  const { source, target } = await databases(SCHEMA, ARCHIVE, `INSERT INTO p VALUES (7, 'seven', 7)`)
  const archive = await readRows(source.url)
  const first = await importRows(target.url, archive, { strategy: 'fail-on-conflict' })
  expect(first.verdicts['p']).toEqual({ ...NOTHING, new: 3 })
  expect(await target.query('SELECT count(*) FROM p')).toEqual([['4']])
  const before = await written(target)
  const second = await importRows(target.url, archive, { strategy: 'fail-on-conflict' })
  expect(second.verdicts['p']).toEqual({ ...NOTHING, conflicting: 3 })
  expect(second.examples['p']?.[0]).toEqual({ class: 'conflicting', key: 'id=1', columns: [], reason: 'exists' })
  expect(await written(target)).toEqual(before)
})

test('a dry run counts the same and leaves nothing, sequences included', async () => {
  const { source, target } = await databases(SCHEMA, ARCHIVE, TARGET)
  const archive = await readRows(source.url)
  const state = async (): Promise<unknown> => [await written(target), await contentOf(target.url), await target.query('SELECT last_value, is_called FROM c_id_seq')]
  const before = await state()
  for (const strategy of ['merge', 'skip', 'replace'] as const) {
    const { verdicts } = await importRows(target.url, archive, { strategy, dryRun: true })
    expect(verdicts).toEqual(verdictsOf(strategy))
  }
  expect(await state()).toEqual(before)
})

test('values that their type calls equal and that are not the same are changed; equal ones are unchanged', async () => {
  const schema = `CREATE EXTENSION citext; CREATE TYPE pair AS (a int, b text); CREATE DOMAIN amount AS numeric;
    CREATE TABLE t (id int PRIMARY KEY, n numeric, d amount, f float8, j json, b jsonb, c citext, i interval, k char(4), x bpchar, ns numeric[], p pair, q pair, r numrange, net inet, z xml)`
  const rows = `INSERT INTO t SELECT n, 1.0, 1.0, '-0', '{"a": 1}', '{"a": 1.0}', 'Ab', '1 mon', 'ab', 'ab ', '{1.0}', '(,)', NULL, '[1.0,2)', '10.0.0.1', '<a/>' FROM generate_series(1, 2) n`
  const { source, target } = await databases(schema, rows, `INSERT INTO t VALUES (1, 1.00, 1.00, 0, '{"a":1}', '{"a": 1.00}', 'aB', '30 days', 'ab', 'ab', '{1.00}', NULL, '(,)', '[1.00,2)', '10.0.0.1/8', '<a></a>')`)
  await target.run(rows.replace('generate_series(1, 2)', 'generate_series(2, 2)'))
  const { verdicts, examples } = await importRows(target.url, await readRows(source.url))
  expect(verdicts['t']).toEqual({ ...NOTHING, changed: 1, unchanged: 1 })
  expect(examples['t']).toEqual([{ class: 'changed', key: 'id=1', columns: ['n', 'd', 'f', 'j', 'b', 'c', 'i', 'x', 'ns', 'p', 'q', 'r', 'net', 'z'], reason: null }])
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test.each([[12], [18]] as const)('PostgreSQL %i: a domain over an enum and types whose operators the search path does not lead to, also as identity', async (version) => {
  const schema = `CREATE SCHEMA app; CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('a', 'b'); CREATE DOMAIN temper AS mood; CREATE DOMAIN humour AS temper;
    CREATE TABLE t (m humour, c citext, v temper, w humour[], PRIMARY KEY (m, c))`
  const { source, target } = await databases(schema, `INSERT INTO t VALUES ('a', 'One', 'a', '{a}'), ('b', 'Two', NULL, '{b}'), ('b', 'ONE', 'b', NULL)`, `INSERT INTO t VALUES ('a', 'One', 'b', '{a}'), ('b', 'tWO', NULL, '{b}'), ('a', 'x', NULL, NULL)`, version)
  await target.run(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app', current_database()); END $$`)
  const { verdicts } = await importRows(target.url, await readRows(source.url), { strategy: 'replace' })
  expect(verdicts['t']).toEqual({ ...NOTHING, new: 1, changed: 2, deleted: 1 })
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test('a nondeterministic collation does not hide a difference', async () => {
  const schema = `CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE TABLE t (id int PRIMARY KEY, v text COLLATE ci)`
  const { source, target } = await databases(schema, `INSERT INTO t VALUES (1, 'A')`, `INSERT INTO t VALUES (1, 'a')`)
  expect((await importRows(target.url, await readRows(source.url))).verdicts['t']).toMatchObject({ changed: 1 })
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test('several rows of one identity are conflicts, on either side, and named', async () => {
  const { source, target } = await databases('CREATE TABLE t (id int, v text)', `INSERT INTO t VALUES (1, 'a'), (2, 'b'), (2, 'c')`, `INSERT INTO t VALUES (1, 'x')`)
  const options = { identity: { t: [['id']] } }
  const first = await importRows(target.url, await readRows(source.url), options)
  expect(first.verdicts['t']).toEqual({ ...NOTHING, changed: 1, conflicting: 2 })
  expect(first.examples['t']).toMatchObject([{ class: 'changed', key: 'id=1' }, { class: 'conflicting', key: 'id=2', reason: 'ambiguous' }, { class: 'conflicting', key: 'id=2', reason: 'ambiguous' }])
  await source.run(`DELETE FROM t WHERE v = 'c'; UPDATE t SET v = 'z' WHERE id = 1`)
  await target.run(`INSERT INTO t VALUES (1, 'y'), (5, 'p'), (5, 'q')`)
  const second = await importRows(target.url, await readRows(source.url), options)
  expect(second.verdicts['t']).toEqual({ ...NOTHING, new: 1, conflicting: 1 })
  expect(second.examples['t']).toMatchObject([{ class: 'conflicting', key: 'id=1', reason: 'ambiguous' }, { class: 'new', key: 'id=2' }])
})

test('an identity that holds NULL is nobody\'s guess, unless all of the row is there', async () => {
  const { source, target } = await databases('CREATE TABLE t (a int UNIQUE, b numeric, v text)', `INSERT INTO t VALUES (NULL, 1, 'new'), (1, NULL, 'same'), (2, 2, 'there')`, `INSERT INTO t VALUES (NULL, 1.0, 'old'), (1, NULL, 'same'), (2, 2, 'here')`)
  const { verdicts, examples } = await importRows(target.url, await readRows(source.url), { identity: { t: [['a', 'b']] } })
  expect(verdicts['t']).toEqual({ ...NOTHING, changed: 1, unchanged: 1, conflicting: 1 })
  expect(examples['t']).toMatchObject([{ class: 'changed', key: 'a=2, b=2' }, { class: 'conflicting', key: 'a=NULL, b=1', reason: 'identity-null' }])
})

test('unique values change places: between updated rows, from a deleted row, from an updated to a new row', async () => {
  const schema = `CREATE TABLE t (id int PRIMARY KEY, u text CONSTRAINT t_u UNIQUE, room int, EXCLUDE USING btree (room WITH =)); CREATE UNIQUE INDEX t_lower ON t (lower(u)) WHERE id > 0;
    CREATE TABLE r (t text REFERENCES t (u)); COMMENT ON CONSTRAINT t_u ON t IS 'kept'; ALTER TABLE t ALTER u SET NOT NULL; `
  const { source, target } = await databases(
    `${schema} ALTER TABLE t REPLICA IDENTITY USING INDEX t_u`,
    `INSERT INTO t VALUES (1, 'a', 2), (2, 'b', 1), (3, 'gone', 3), (5, 'c', 5); INSERT INTO r VALUES ('a')`,
    `INSERT INTO t VALUES (1, 'b', 1), (2, 'a', 2), (3, 'c', 5), (4, 'gone', 3); INSERT INTO r VALUES ('a')`,
  )
  const shape = async (): Promise<unknown> =>
    target.query(`SELECT conname, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conrelid <> 0 UNION ALL SELECT relname, pg_get_indexdef(oid), indisreplident::text FROM pg_class JOIN pg_index ON indexrelid = oid WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 2`)
  const before = await shape()
  await importRows(target.url, await readRows(source.url), { strategy: 'replace' })
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  expect(await shape()).toEqual(before)
})

test('a merge exchanges unique values too, and a value that is really there twice is refused by name', async () => {
  const { source, target } = await databases('CREATE TABLE t (id int PRIMARY KEY, u text UNIQUE)', `INSERT INTO t VALUES (1, 'a'), (2, 'b')`, `INSERT INTO t VALUES (1, 'b'), (2, 'a')`)
  await importRows(target.url, await readRows(source.url))
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  await target.run(`INSERT INTO t VALUES (3, 'c'); UPDATE t SET u = 'x' || u WHERE id < 3`)
  await source.run(`UPDATE t SET u = 'c' WHERE id = 1`)
  const failure = importRows(target.url, await readRows(source.url))
  await expect(failure).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't' } })
  await expect(failure).rejects.toThrow(/t_u_key.*\(u\)=\(c\)/)
})

test('values GENERATED ALWAYS AS IDENTITY that are no identity of the row are changed as well', async () => {
  const { source, target } = await databases(
    'CREATE TABLE t (code text PRIMARY KEY, id int GENERATED ALWAYS AS IDENTITY, v int)',
    `INSERT INTO t OVERRIDING SYSTEM VALUE VALUES ('a', 10, 1)`,
    `INSERT INTO t OVERRIDING SYSTEM VALUE VALUES ('a', 5, 1)`,
  )
  await importRows(target.url, await readRows(source.url))
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  expect(await target.query(`SELECT attidentity FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'id'`)).toEqual([['a']])
  await target.run(`INSERT INTO t (code) VALUES ('next')`)
  expect(await target.query(`SELECT id FROM t WHERE code = 'next'`)).toEqual([['11']])
})

const FAMILY = (action: string): string => `CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE); CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p ${action})`

test.each([['ON DELETE CASCADE'], ['ON DELETE SET NULL'], ['ON DELETE SET DEFAULT']])('replace never lets %s reach rows outside the import: it names table and number', async (action) => {
  for (const owner of [true, false]) {
    const { source, target } = await databases(FAMILY(action), `INSERT INTO p VALUES (1, 'a')`, `INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (1, 1), (2, 2), (3, 2)`)
    const role = await createRole(target)
    await target.run(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role.name}; GRANT USAGE ON SCHEMA public TO ${role.name}`)
    const before = await contentOf(target.url)
    const failure = importRows(owner ? target.url : role.url, await readRows(source.url), { strategy: 'replace', only: ['p'] })
    await expect(failure).rejects.toMatchObject({ code: 'CONFLICT', place: { table: 'c' } })
    await expect(failure).rejects.toThrow(/2 rows/)
    expect(await contentOf(target.url)).toEqual(before)
  }
})

test.each([[true], [false]])('replace of both tables moves children to other parents before the cascade could reach them (owner: %s)', async (owner) => {
  const { source, target } = await databases(
    FAMILY('ON DELETE CASCADE'),
    `INSERT INTO p VALUES (1, 'a'), (3, 'b'); INSERT INTO c VALUES (1, 1), (2, 3), (4, 3)`,
    `INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (1, 1), (2, 2), (3, 2)`,
  )
  const role = await createRole(target)
  await target.run(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role.name}; GRANT USAGE ON SCHEMA public TO ${role.name}`)
  const { verdicts } = await importRows(owner ? target.url : role.url, await readRows(source.url), { strategy: 'replace' })
  expect(verdicts['c']).toEqual({ ...NOTHING, new: 1, changed: 1, unchanged: 1, deleted: 1 })
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test('a merge whose parent changes its referenced key does not drag rows that stay', async () => {
  const schema = 'CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE); CREATE TABLE c (id int PRIMARY KEY, p text REFERENCES p (code) ON UPDATE CASCADE)'
  const { source, target } = await databases(schema, `INSERT INTO p VALUES (1, 'new'), (2, 'old'); INSERT INTO c VALUES (1, 'new')`, `INSERT INTO p VALUES (1, 'old'); INSERT INTO c VALUES (1, 'old')`)
  await importRows(target.url, await readRows(source.url))
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  await target.run(`DELETE FROM c; DELETE FROM p; INSERT INTO p VALUES (1, 'old'); INSERT INTO c VALUES (1, 'old'), (7, 'old')`)
  await expect(importRows(target.url, await readRows(source.url))).rejects.toMatchObject({ code: 'CONFLICT', place: { table: 'c' } })
})

test('a self reference that turns round is one write', async () => {
  const { source, target } = await databases('CREATE TABLE t (id int PRIMARY KEY, boss int NOT NULL REFERENCES t)', 'INSERT INTO t VALUES (1, 3), (2, 1), (3, 3)', 'INSERT INTO t VALUES (1, 1), (2, 2)')
  await importRows(target.url, await readRows(source.url))
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test('what is staged into an empty table arrives like what is loaded', async () => {
  const { source, target } = await databases(SCHEMA, ARCHIVE, '')
  const { verdicts } = await importRows(target.url, await readRows(source.url), { alwaysStage: true })
  expect(verdicts['lines']).toEqual({ ...NOTHING, new: 4 })
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test('for random rows on both sides, replace gives the archive, merge keeps the rest, and the classes add up', async () => {
  const { source, target } = await databases('CREATE TABLE k (id int PRIMARY KEY, v text, n numeric); CREATE TABLE w (v text, n numeric)', '', '')
  const value = fc.constantFrom('NULL', `''`, `'a'`, `'(,)'`, `'"'`)
  const digits = fc.constantFrom('NULL', '1', '1.0', `'NaN'`)
  const keyed = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 6 }), value, digits), { selector: ([id]) => id, maxLength: 6 })
  const keyless = fc.array(fc.tuple(value, digits), { maxLength: 6 })
  const fill = async (database: TestDatabase, k: readonly (readonly [number, string, string])[], w: readonly (readonly [string, string])[]): Promise<void> => {
    const insert = (name: string, rows: readonly (readonly unknown[])[]): string => (rows.length === 0 ? '' : `INSERT INTO ${name} VALUES ${rows.map((row) => `(${row.join(',')})`).join(',')};`)
    await database.run(`TRUNCATE k, w; ${insert('k', k)} ${insert('w', w)}`)
  }
  await fc.assert(
    fc.asyncProperty(keyed, keyless, keyed, keyless, fc.constantFrom<Strategy>('merge', 'replace', 'skip'), async (k1, w1, k2, w2, strategy) => {
      await fill(source, k1, w1)
      await fill(target, k2, w2)
      const archive = await readRows(source.url)
      const { verdicts } = await importRows(target.url, archive, { strategy, alwaysStage: true })
      for (const [id, here, there] of [['k', k1.length, k2.length], ['w', w1.length, w2.length]] as const) {
        const found = verdicts[id]!
        const onBoth = found.changed + found.kept + found.unchanged
        expect(found.new + onBoth).toBe(here)
        if (strategy === 'replace') expect(found.deleted + onBoth).toBe(there)
      }
      const after = await contentOf(target.url)
      const wanted = await contentOf(source.url)
      if (strategy === 'replace') expect(after).toEqual(wanted)
      if (strategy === 'merge') expect(after['k']).toEqual(expect.arrayContaining(wanted['k']!))
      const again = await importRows(target.url, archive, { strategy, alwaysStage: true })
      expect([again.verdicts['k']?.new, again.verdicts['w']?.new, again.verdicts['k']?.changed]).toEqual([0, 0, 0])
      expect(await contentOf(target.url)).toEqual(after)
    }),
    { numRuns: 5 },
  )
})
