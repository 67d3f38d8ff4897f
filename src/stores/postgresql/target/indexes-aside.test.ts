import { expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/postgres/database.js'
import { contentOf, importRows, readRows } from '../../../../test/postgres/import.js'
import { createRole } from '../../../../test/postgres/role.js'
import { LARGE_LOAD } from './indexes-aside.js'

const SCHEMA = `
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE parent (id int PRIMARY KEY, code text NOT NULL UNIQUE);
CREATE TABLE child (
  id int CONSTRAINT "child's key" PRIMARY KEY, parent int NOT NULL REFERENCES parent, code text REFERENCES parent (code), a int, b text, during int4range,
  CONSTRAINT late UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT apart EXCLUDE USING gist (id WITH =, during WITH &&)
);
CREATE UNIQUE INDEX child_lower ON child (lower(b), a DESC NULLS LAST) INCLUDE (id) WITH (fillfactor = 70) WHERE a > 1;
CREATE INDEX "child ""hash""" ON child USING hash (b);
CREATE INDEX child_counted ON child ((a + 1));
ALTER INDEX child_counted ALTER COLUMN 1 SET STATISTICS 500;
ALTER TABLE child CLUSTER ON "child's key";
ALTER TABLE child REPLICA IDENTITY USING INDEX "child's key";
COMMENT ON CONSTRAINT "child's key" ON child IS 'it''s the key';
COMMENT ON INDEX child_lower IS 'lower';
CREATE TABLE seen (id int PRIMARY KEY, n int UNIQUE);
CREATE VIEW per_seen AS SELECT id, n FROM seen GROUP BY id;
CREATE TABLE outside (n int REFERENCES seen (n));
`
const ROWS = `
INSERT INTO parent SELECT n, 'code ' || n FROM generate_series(1, ${LARGE_LOAD}) n;
INSERT INTO child SELECT n, n, 'code ' || n, n % 100, 'b' || n, int4range(n, n + 5) FROM generate_series(1, ${LARGE_LOAD}) n;
INSERT INTO seen SELECT n, n FROM generate_series(1, ${LARGE_LOAD}) n;
`

async function pair(version: 12 | 18): Promise<{ readonly source: TestDatabase; readonly target: TestDatabase }> {
  const [source, target] = await Promise.all([createDatabase(version), createDatabase(version)])
  for (const each of [source, target]) await each.run(SCHEMA)
  await source.run(ROWS)
  return { source, target }
}

const definitions = async (database: TestDatabase): Promise<unknown> => [
  await database.query(`SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisprimary, i.indisunique, i.indimmediate, i.indisreplident, i.indisclustered, obj_description(i.indexrelid), c.reloptions,
      (SELECT max(attstattarget) FROM pg_attribute WHERE attrelid = c.oid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1`),
  await database.query(`SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid), obj_description(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`),
  await database.query(`SELECT attrelid::regclass::text, attname, attnotnull FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 ORDER BY 1, attnum`),
]

const oids = async (database: TestDatabase): Promise<ReadonlyMap<string | null, string | null>> =>
  new Map((await database.query(`SELECT relname, oid::text FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace`)).map(([name = null, oid = null]) => [name, oid]))

test.each([[18], [12]] as const)('PostgreSQL %i: indexes are made anew after a large load, each as it was, and those that something depends on stay', async (version) => {
  const { source, target } = await pair(version)
  const [before, numbers] = [await definitions(target), await oids(target)]
  await importRows(target.url, await readRows(source.url))
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  expect(await definitions(target)).toEqual(before)
  const after = await oids(target)
  const same = [...after].filter(([name, oid]) => numbers.get(name) === oid).map(([name]) => name)
  expect(same.sort()).toEqual(['child_counted', 'seen_pkey'])
})

test('a role that owns nothing leaves them where they are', async () => {
  const { source, target } = await pair(18)
  const role = await createRole(target)
  await target.run(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role.name}; GRANT USAGE ON SCHEMA public TO ${role.name}`)
  const numbers = await oids(target)
  await importRows(role.url, await readRows(source.url), { only: ['parent', 'child'] })
  expect(await oids(target)).toEqual(numbers)
})

test('few rows leave them where they are', async () => {
  const { source, target } = await pair(18)
  await source.run('DELETE FROM child WHERE id > 10; DELETE FROM seen WHERE id > 10; DELETE FROM parent WHERE id > 10')
  const numbers = await oids(target)
  await importRows(target.url, await readRows(source.url))
  expect(await oids(target)).toEqual(numbers)
})

test.each([
  ['a primary key', `ALTER TABLE child DROP CONSTRAINT "child's key" CASCADE`, "INSERT INTO child (id, parent, a) VALUES (7, 7, -1)", /child's key/, 'CONSTRAINT_VIOLATED'],
  ['an index of expressions', 'DROP INDEX child_lower', "INSERT INTO child (id, parent, a, b) SELECT -7, 7, a, upper(b) FROM child WHERE id = 7", /child_lower/, 'CONSTRAINT_VIOLATED'],
  ['a deferrable key', 'ALTER TABLE child DROP CONSTRAINT late', "INSERT INTO child (id, parent, a, b) SELECT -1, 7, a, b FROM child WHERE id = 101", /late/, 'CONSTRAINT_VIOLATED'],
  ['an exclusion constraint', 'ALTER TABLE child DROP CONSTRAINT apart; ALTER TABLE child DROP CONSTRAINT "child\'s key"', "INSERT INTO child (id, parent, during) SELECT id, 7, during FROM child WHERE id = 7", /child's key|apart/, 'CONSTRAINT_VIOLATED'],
  ['a reference', 'ALTER TABLE child DROP CONSTRAINT child_parent_fkey', "INSERT INTO child (id, parent) VALUES (-1, -7)", /-7/, 'REFERENCE_UNRESOLVED'],
])('rows that break %s are refused with their key, and the target stays as it was', async (_what, drop, row, named, code) => {
  const { source, target } = await pair(18)
  await source.run(`${drop}; ${row}`)
  const [before, numbers] = [await definitions(target), await oids(target)]
  const failed = importRows(target.url, await readRows(source.url))
  await expect(failed).rejects.toThrow(named)
  await expect(failed).rejects.toMatchObject({ code, place: { table: 'child' } })
  expect(await definitions(target)).toEqual(before)
  expect(await oids(target)).toEqual(numbers)
  expect(await target.query('SELECT count(*) FROM child')).toEqual([['0']])
})
