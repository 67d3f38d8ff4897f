import { expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/postgres/database.js'
import { importRows, readRows } from '../../../../test/postgres/import.js'

/** Functions that read tables by unqualified names; no reference says that `label` comes before `badge`. */
const SCHEMA = `
CREATE TABLE label (code text PRIMARY KEY, text text);
CREATE FUNCTION label_of(c text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT text FROM label WHERE code = c';
CREATE FUNCTION known(c text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN EXISTS (SELECT FROM label WHERE code = c); END';
CREATE TABLE badge (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text CHECK (known(code)), label varchar(9) GENERATED ALWAYS AS (label_of(code)) STORED NOT NULL UNIQUE);
CREATE FUNCTION badge_of(b int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN (SELECT label FROM badge WHERE id = b); END';
CREATE TABLE a_holder (badge int, shown text GENERATED ALWAYS AS (badge_of(badge)) STORED);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END';`
const ROWS = `
INSERT INTO label VALUES ('a', 'Anna'), ('b', 'Béla'), ('c', NULL);
INSERT INTO badge (code) VALUES ('a'), ('b'); INSERT INTO a_holder VALUES (1), (2), (2), (NULL);`
const REFUSING = `CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON badge FOR EACH ROW EXECUTE FUNCTION refuse()`

const shown = async (database: TestDatabase): Promise<unknown> => database.query('SELECT id::text, code, label FROM badge UNION ALL SELECT NULL, badge::text, shown FROM a_holder ORDER BY 1, 2, 3')
const written = async (database: TestDatabase): Promise<unknown> => database.query('SELECT code, xmin, ctid FROM badge UNION ALL SELECT shown, xmin, ctid FROM a_holder ORDER BY 1, 3')

test.each([[12], [18]] as const)('a restore into PostgreSQL %i gives generated values that functions look up in other tables', async (version) => {
  const [source, target] = [await createDatabase(version), await createDatabase(version)]
  for (const database of [source, target]) await database.run(SCHEMA)
  await source.run(ROWS)
  for (const database of [source, target]) await database.run(REFUSING)
  await importRows(target.url, await readRows(source.url))
  expect(await shown(target)).toEqual(await shown(source))
})

test.each([
  ['merge', 12],
  ['replace', 18],
] as const)('%s on PostgreSQL %i computes again what it wrote, and a second time writes nothing', async (strategy, version) => {
  const [source, target] = [await createDatabase(version), await createDatabase(version)]
  for (const database of [source, target]) await database.run(SCHEMA)
  await source.run(ROWS)
  await target.run(`INSERT INTO label VALUES ('a', 'Anna'), ('x', 'Xaver'); INSERT INTO badge (code) VALUES ('a'), ('x'); INSERT INTO a_holder VALUES (1); ${REFUSING}`)
  const archive = await readRows(source.url)
  await importRows(target.url, archive, { strategy })
  expect(await shown(target)).toEqual(await shown(source))
  const before = await written(target)
  await importRows(target.url, archive, { strategy })
  expect(await written(target)).toEqual(before)
})

test('where triggers fire, rows are not written once more: a note tells of values that stay behind', async () => {
  const [source, target] = [await createDatabase(), await createDatabase()]
  for (const database of [source, target]) await database.run(SCHEMA)
  await source.run(ROWS)
  const { notes } = await importRows(target.url, await readRows(source.url), { triggers: 'fire' })
  expect(notes).toEqual(['a_holder.shown: 3 rows hold a generated value other than its function gives now; it is computed again when the row is next written'])
})

test('a row that was not written keeps its value, and a note tells that what it was looked up from has changed', async () => {
  const [source, target] = [await createDatabase(), await createDatabase()]
  for (const database of [source, target]) await database.run(`${SCHEMA} ${ROWS}`)
  await source.run(`UPDATE label SET text = 'Berta' WHERE code = 'b'`)
  const { notes } = await importRows(target.url, await readRows(source.url))
  expect(await target.query('SELECT label FROM badge ORDER BY id')).toEqual([['Anna'], ['Béla']])
  expect(notes).toEqual(['badge.label: 1 row holds a generated value other than its function gives now; it is computed again when the row is next written'])
})
