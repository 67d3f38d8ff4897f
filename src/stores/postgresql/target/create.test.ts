import { expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/postgres/database.js'
import { contentOf, importRows, openTarget, readRows, type Rows } from '../../../../test/postgres/import.js'
import { richSchema } from '../../../../test/postgres/rich-schema.js'
import { createRole } from '../../../../test/postgres/role.js'
import type { Schema, Table } from '../../../schema/schema.js'

const ROWS = `
INSERT INTO families (id, c_bool, c_int8, c_float4, c_float8, c_numeric, c_text, c_char, c_citext, c_bytea, c_json, c_jsonb, c_timestamptz, c_interval, c_mood,
  c_ints, c_boxes, c_domain, c_domain_array, c_point3, c_nested, c_nested_array, c_money, c_int4range, c_xml, c_hstore, c_char_type)
  VALUES (1, true, 9223372036854775807, 'NaN', '-0', 1.500, E'tab\\tline\\nend\\\\', 'ab', 'MiXed', '\\x00ff', '{"a" : 1, "a": 2}', '{"n": 1.0}', 'infinity', '1 mon 30 days', 'it''s "fine", {really}\\',
  '[0:1]={1,2}', '{(1,1),(0,0);(2,2),(1,1)}', 'sad', '{sad,ok}', (1.50, 2, '{a,NULL,"NULL"}'), ((1, 2, NULL), '{ok}', '{}', NULL), ARRAY[((NULL, NULL, NULL), NULL, NULL, NULL)::nested], 12.30, '[1,5)', '<a/>', 'a=>1, b=>NULL', 'x'),
  (2, NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, '', 'null', 'null', NULL, NULL, NULL, '{}', NULL, 'ok', NULL, (NULL, NULL, NULL), NULL, NULL, NULL, 'empty', NULL, '', '');
INSERT INTO serials (label) SELECT 'l' || n FROM generate_series(1, 5) n;
INSERT INTO "Größe.x"."select" VALUES (1, 'x', 2);
INSERT INTO people (id, email, boss, ü, f) VALUES (1, 'a@b', 1, 2, 1), (2, 'c@d', 1, NULL, NULL);
INSERT INTO measured VALUES ('2025-05-05', 1, 1.0), ('2024-05-05', 2, 'NaN');
INSERT INTO notes_on_measured VALUES ('2025-05-05', 1, 'n'), (NULL, 1, 'partly');
INSERT INTO parent VALUES (1, 'p'); INSERT INTO child VALUES (2, 'c', 'e');
INSERT INTO audit.users VALUES (1, (SELECT p FROM people p WHERE id = 2), NULL);
INSERT INTO no_columns SELECT FROM generate_series(1, 3);
INSERT INTO only_generated DEFAULT VALUES;
INSERT INTO dropped VALUES (1, 'one'), (1, 'one'), (NULL, NULL);
`

/** One step a transaction: rows that break what was never validated. */
const UNVALIDATED = [
  'ALTER TABLE homes DROP CONSTRAINT not_yet, DROP CONSTRAINT not_yet_key',
  `INSERT INTO homes (id, owner_email, zip) VALUES (4, 'z@x', 'q')`,
  'ALTER TABLE homes ADD CONSTRAINT not_yet CHECK (id > 5) NOT VALID, ADD CONSTRAINT not_yet_key FOREIGN KEY (id) REFERENCES people ON UPDATE RESTRICT ON DELETE SET NULL NOT VALID',
  'UPDATE people SET home = 4 WHERE id = 1',
]

/** Tables as they are when one that was partitioned is an ordinary one. */
function unpartitioned(tables: readonly Table[]): Table[] {
  return tables.map((table) => ({
    ...table,
    traits: table.traits.filter((trait) => trait !== 'partitioned'),
    indexes: table.indexes.map((index) => ({ ...index, ddl: index.ddl.replace(' ON ONLY ', ' ON ') })),
  }))
}

test.each([[18], [12]] as const)('a rich database is created again in an empty PostgreSQL %i: schema, rows, sequences', async (version) => {
  const source = await createDatabase(version)
  await source.run(richSchema(version))
  await source.run(ROWS)
  for (const step of UNVALIDATED) await source.run(step)
  const archive = await readRows(source.url)
  const target = await createDatabase(version)
  const { leftOut, loaded, notes } = await importRows(target.url, archive, { create: true })
  expect(leftOut).toEqual([{ kind: 'partition layout', name: 'measured', reason: 'created as one ordinary table' }])
  expect(loaded).toMatchObject({ families: 2, serials: 5, no_columns: 3, only_generated: 1, dropped: 3, measured: 2 })
  expect(notes).toEqual([])
  const again = await readRows(target.url)
  expect(again.schema.types).toEqual(archive.schema.types)
  expect(again.schema.tables).toEqual(unpartitioned(archive.schema.tables))
  expect(again.schema.sequences).toEqual(archive.schema.sequences)
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  expect(await target.query('SELECT doubled, "Mixed" FROM serials LIMIT 1')).toEqual([['14', '7']])
})

test('types that are there with the same definition are used, another definition is refused', async () => {
  const source = await createDatabase()
  await source.run(`CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood); INSERT INTO t VALUES ('b')`)
  const archive = await readRows(source.url)
  const same = await createDatabase()
  await same.run(`CREATE TYPE mood AS ENUM ('a', 'b')`)
  await importRows(same.url, archive, { create: true })
  expect(await contentOf(same.url)).toEqual(await contentOf(source.url))
  const other = await createDatabase()
  await other.run(`CREATE TYPE mood AS ENUM ('b', 'a')`)
  await expect(importRows(other.url, archive, { create: true })).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY', details: ['type mood, defined otherwise'] })
})

test('a table, view or sequence of the same name is named and nothing is created', async () => {
  const source = await createDatabase()
  await source.run('CREATE TABLE a (id serial); CREATE TABLE b (id int); CREATE TABLE c (id int)')
  const archive = await readRows(source.url)
  const target = await createDatabase()
  await target.run('CREATE VIEW b AS SELECT 1; CREATE SEQUENCE a_id_seq')
  await expect(importRows(target.url, archive, { create: true })).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY', details: ['table b', 'sequence a_id_seq'] })
  expect((await readRows(target.url)).schema.tables).toEqual([])
})

test('a function that a column needs and the target has not is named with table and column', async () => {
  const source = await createDatabase()
  await source.run(`CREATE FUNCTION code(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
    CREATE TABLE "tâble" (id int, "ä😀" text DEFAULT '😀', "c d" int DEFAULT code(1), CHECK (id > 0))`)
  const archive = await readRows(source.url)
  const target = await createDatabase()
  const failure = importRows(target.url, archive, { create: true })
  await expect(failure).rejects.toMatchObject({ code: 'SCHEMA_UNSUPPORTED', place: { table: 'tâble', column: 'c d' } })
  await expect(failure).rejects.toThrow(/function public.code\(integer\) does not exist/)
})

test('a type the target has not is named with table and column', async () => {
  const { target, archive } = await plain()
  await expect(importRows(target.url, withTable(archive, (table) => ({ ...table, columns: table.columns.map((column) => ({ ...column, type: { ...column.type, declared: 'geometry(Point)' } })) })), { create: true })).rejects.toMatchObject({
    code: 'SCHEMA_UNSUPPORTED',
    message: 'the server has no type geometry(Point)',
    place: { table: 't', column: 'id' },
  })
})

test('an extension that cannot be had is named', async () => {
  const { target, archive } = await plain()
  await expect(importRows(target.url, { ...archive, schema: { ...archive.schema, extensions: ['postgis_of_nowhere'] } }, { create: true })).rejects.toMatchObject({
    code: 'SCHEMA_UNSUPPORTED',
    hint: expect.stringContaining('CREATE EXTENSION "postgis_of_nowhere"') as string,
  })
})

test.each([
  ['a default', (table: Table): Table => ({ ...table, columns: table.columns.map((column) => ({ ...column, default: '1); DROP TABLE victim; --' })) })],
  ['a check', (table: Table): Table => ({ ...table, checks: [{ name: 'c', expression: 'true)); DROP TABLE victim; --', validated: true }] })],
  ['a type', (table: Table): Table => ({ ...table, columns: table.columns.map((column) => ({ ...column, type: { ...column.type, declared: 'int); DROP TABLE victim; --' } })) })],
  ['an index', (table: Table): Table => ({ ...table, indexes: [{ name: 'i', unique: false, method: 'btree', parts: [], condition: null, ddl: 'CREATE INDEX i ON public.t (id); DROP TABLE victim' }] })],
  ['an index that is none', (table: Table): Table => ({ ...table, indexes: [{ name: 'i', unique: false, method: 'btree', parts: [], condition: null, ddl: 'DROP TABLE victim' }] })],
])('%s of an archive cannot smuggle a second statement in', async (_what, change) => {
  const { target, archive } = await plain()
  await target.run('CREATE TABLE victim (id int)')
  await expect(importRows(target.url, withTable(archive, change), { create: true })).rejects.toMatchObject({ code: 'SCHEMA_UNSUPPORTED' })
  expect((await readRows(target.url)).schema.tables.map((table) => table.id)).toEqual(['victim'])
})

test('references to a table that is nowhere are left out and told, others reach tables of the target', async () => {
  const source = await createDatabase()
  await source.run('CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE q (id int PRIMARY KEY); CREATE TABLE c (p int CONSTRAINT to_p REFERENCES p, q int CONSTRAINT to_q REFERENCES q); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)')
  const archive = await readRows(source.url, ['c'])
  const target = await createDatabase()
  await target.run('CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1)')
  const { leftOut } = await importRows(target.url, archive, { create: true })
  expect(leftOut).toMatchObject([{ kind: 'foreign key', name: 'c.to_q' }])
  expect((await readRows(target.url)).schema.tables[0]?.references.map((reference) => reference.name)).toEqual(['to_p'])
})

test('a sequence two columns draw from belongs to neither', async () => {
  const source = await createDatabase()
  await source.run(`CREATE SEQUENCE shared; CREATE TABLE a (id int DEFAULT nextval('shared')); CREATE TABLE b (id int DEFAULT nextval('shared')); INSERT INTO a DEFAULT VALUES; INSERT INTO b DEFAULT VALUES`)
  const target = await createDatabase()
  await importRows(target.url, await readRows(source.url), { create: true })
  await target.run('DROP TABLE a; INSERT INTO b DEFAULT VALUES')
  expect(await target.query('SELECT max(id) FROM b')).toEqual([['3']])
})

test('rows that break a key of the new table name it, and nothing is left behind', async () => {
  const { target, archive } = await plain('INSERT INTO t VALUES (1), (1)')
  const keyed = withTable(archive, (table) => ({ ...table, primaryKey: { name: 't_pkey', columns: ['id'], deferrability: 'not-deferrable', nullsNotDistinct: false } }))
  const failure = importRows(target.url, keyed, { create: true })
  await expect(failure).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't' } })
  await expect(failure).rejects.toThrow(/t_pkey.*Key \(id\)=\(1\) is duplicated/)
  expect((await readRows(target.url)).schema.tables).toEqual([])
})

test('a role that may create nothing is told so', async () => {
  const { target, archive } = await plain()
  const role = await createRole(target)
  await target.run('REVOKE CREATE ON SCHEMA public FROM PUBLIC')
  await expect(importRows(role.url, archive, { create: true })).rejects.toMatchObject({ code: 'STORE_NOT_PERMITTED' })
})

test('a schema of another engine is refused as a defect', async () => {
  const { target, archive } = await plain()
  const opened = await openTarget(target.url)
  await expect(opened.create({ ...archive.schema, engine: 'sqlite' })).rejects.toMatchObject({ code: 'INTERNAL' })
  await opened.end('rollback')
})

async function plain(more = ''): Promise<{ readonly target: TestDatabase; readonly archive: Rows }> {
  const source = await createDatabase()
  await source.run(`CREATE TABLE t (id int); ${more}`)
  return { target: await createDatabase(), archive: await readRows(source.url) }
}

function withTable(archive: Rows, change: (table: Table) => Table): Rows {
  const schema: Schema = { ...archive.schema, tables: archive.schema.tables.map(change) }
  return { ...archive, schema }
}

test('an extension is created where its types are looked for, wherever the search path leads', async () => {
  const source = await createDatabase()
  await source.run(`CREATE EXTENSION citext; CREATE TABLE t (c citext); INSERT INTO t VALUES ('Ab')`)
  const target = await createDatabase()
  await target.run(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = nowhere', current_database()); END $$`)
  await importRows(target.url, await readRows(source.url), { create: true })
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})
