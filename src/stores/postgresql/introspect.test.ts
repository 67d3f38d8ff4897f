import { expect, test } from 'vitest'
import { createDatabase } from '../../../test/postgres/database.js'
import { richSchema } from '../../../test/postgres/rich-schema.js'
import type { Column, Schema, Table } from '../../schema/schema.js'
import { connect } from './connect.js'
import { introspect } from './introspect.js'

const BOTH = [[12], [18]] as const

async function schemaOf(version: 12 | 18, script = richSchema(version)): Promise<Schema> {
  const database = await createDatabase(version)
  await database.run(script)
  return introspectUrl(database.url)
}

async function introspectUrl(url: string): Promise<Schema> {
  const client = await connect(url)
  try {
    return await introspect(client)
  } finally {
    await client.end()
  }
}

const table = (schema: Schema, id: string): Table => schema.tables.find((each) => each.id === id)!
const column = (schema: Schema, id: string, name: string): Column => table(schema, id).columns.find((each) => each.name === name)!
const reasons = (schema: Schema, kind: string): string[] => schema.leftOut.filter((each) => each.kind === kind).map((each) => each.name)

test.each(BOTH)('PostgreSQL %i: every column has its family', async (version) => {
  const schema = await schemaOf(version)
  const families = Object.fromEntries(table(schema, 'families').columns.map((each) => [each.name.slice(2), each.type.encoding.family]))
  expect(families).toMatchObject({
    bool: 'boolean', int2: 'integer', int4: 'integer', int8: 'integer', oid: 'integer', float4: 'real', float8: 'real', numeric: 'decimal', numeric_scaled: 'decimal',
    text: 'text', varchar: 'text', char: 'text', name: 'text', citext: 'text', bytea: 'bytes', json: 'json', jsonb: 'json',
    date: 'date', time: 'time', time3: 'time', timetz: 'timetz', timestamp: 'timestamp', timestamptz: 'timestamptz', interval: 'interval', uuid: 'uuid', mood: 'enum',
    ints: 'array', boxes: 'array', moods: 'array', domain: 'enum', domain_array: 'array', array_of_domain: 'array', array_of_arrays: 'array', point3: 'composite', nested: 'composite',
    inet: 'other', cidr: 'other', macaddr: 'other', bit: 'other', varbit: 'other', money: 'other', int4range: 'other', tsrange: 'other', float_range: 'other', ranges: 'array',
    point: 'other', box: 'other', tsvector: 'other', tsquery: 'other', xml: 'other', hstore: 'other', int2vector: 'other', oidvector: 'other', regclass: 'other', char_type: 'other',
  })
  const declared = (name: string): string => column(schema, 'families', name).type.declared
  expect([declared('c_numeric_scaled'), declared('c_timestamptz'), declared('c_citext'), declared('c_moods'), declared('c_point3'), declared('c_domain_array')]).toEqual([
    'numeric(10,2)', 'timestamp(3) with time zone', 'public.citext', 'public.mood[]', 'audit.point3', 'public.mood_list',
  ])
  expect(table(schema, 'families').columns.every((each) => !each.type.dynamic)).toBe(true)
})

test.each(BOTH)('PostgreSQL %i: arrays and composites are resolved to the bottom', async (version) => {
  const schema = await schemaOf(version)
  const encoding = (id: string, name: string): unknown => column(schema, id, name).type.encoding
  const point3 = { family: 'composite', fields: [{ name: 'x', encoding: { family: 'decimal' } }, { name: 'y', encoding: { family: 'real' } }, { name: 'tags', encoding: { family: 'array', element: { family: 'text' }, delimiter: ',' } }] }
  const moods = { family: 'array', element: { family: 'enum' }, delimiter: ',' }
  const nested = { family: 'composite', fields: [{ name: 'where_', encoding: point3 }, { name: 'moods', encoding: moods }, { name: 'odd "name', encoding: { family: 'json' } }, { name: 'at', encoding: { family: 'timestamptz' } }] }
  expect(encoding('families', 'c_boxes')).toEqual({ family: 'array', element: { family: 'other' }, delimiter: ';' })
  expect(encoding('families', 'c_domain_array')).toEqual(moods)
  expect(encoding('families', 'c_array_of_domain')).toEqual({ family: 'array', element: { family: 'decimal' }, delimiter: ',' })
  expect(encoding('families', 'c_array_of_arrays')).toEqual({ family: 'array', element: moods, delimiter: ',' })
  expect(encoding('families', 'c_point3')).toEqual(point3)
  expect(encoding('families', 'c_nested_array')).toEqual({ family: 'array', element: nested, delimiter: ',' })
  const people = table(schema, 'people').columns.map((each) => ({ name: each.name, encoding: each.type.encoding }))
  expect(encoding('audit.users', 'whole')).toEqual({ family: 'composite', fields: people })
  expect(encoding('audit.users', 'wholes')).toEqual({ family: 'array', element: { family: 'composite', fields: people }, delimiter: ',' })
})

test.each(BOTH)('PostgreSQL %i: types come in order of dependency, row types of tables not among them', async (version) => {
  const schema = await schemaOf(version)
  const ids = schema.types.map((type) => type.id)
  const base = ['audit.point3', 'float_range', 'loud', 'mood', 'mood_domain', 'mood_list']
  expect(ids).toEqual([...base, ...(version === 18 ? ['multi'] : []), 'nested', 'positive'])
  expect(schema.types.find((type) => type.id === 'mood')).toMatchObject({ kind: 'enum', labels: ['sad', 'ok', 'it\'s "fine", {really}\\'] })
  expect(schema.types.find((type) => type.id === 'mood_domain')).toMatchObject({ base: 'public.mood', nullable: false, default: "'ok'::public.mood", checks: [] })
  expect(schema.types.find((type) => type.id === 'positive')).toMatchObject({ base: 'numeric(12,2)', nullable: true, checks: [{ name: 'above_zero', expression: '(VALUE > (0)::numeric)', validated: true }] })
  expect(schema.types.find((type) => type.id === 'loud')).toMatchObject({ base: 'text', collation: 'pg_catalog."C"' })
  expect(schema.types.find((type) => type.id === 'audit.point3')).toMatchObject({ fields: [{ name: 'x', declared: 'numeric' }, { name: 'y', declared: 'double precision' }, { name: 'tags', declared: 'text[]' }] })
  expect(schema.types.find((type) => type.id === 'float_range')).toMatchObject({ kind: 'range', subtype: 'double precision' })
  expect(schema.extensions).toEqual(['citext', 'hstore'])
})

test('a type is listed after those it is made of, whatever their names', async () => {
  const schema = await schemaOf(18, `CREATE TYPE z AS ENUM ('x'); CREATE DOMAIN y AS z[]; CREATE TYPE b AS (v y); CREATE DOMAIN a AS b; CREATE TABLE t (v a[])`)
  expect(schema.types.map((type) => type.id)).toEqual(['z', 'y', 'b', 'a'])
})

test.each(BOTH)('PostgreSQL %i: defaults, identities, generated columns and their sequences', async (version) => {
  const schema = await schemaOf(version)
  expect(column(schema, 'serials', 'id')).toMatchObject({ identity: { kind: 'serial', sequence: 'serials_id_seq' }, default: null, nullable: false })
  expect(column(schema, 'serials', 'always').identity).toEqual({ kind: 'always', sequence: 'serials_always_seq' })
  expect(column(schema, 'serials', 'by_default').identity).toEqual({ kind: 'by-default', sequence: 'serials_by_default_seq' })
  expect(column(schema, 'serials', 'label')).toMatchObject({ default: "'x''y'::text", collation: 'pg_catalog."C"', nullable: true })
  expect(column(schema, 'serials', 'doubled')).toMatchObject({ generated: { expression: '("Mixed" * 2)', stored: true }, default: null })
  expect(column(schema, 'users_of_shared', 'n').identity).toEqual({ kind: 'serial', sequence: 'shared_numbers' })
  expect(column(schema, 'users_of_shared', 'code')).toMatchObject({ identity: null, default: "('c'::text || nextval('public.shared_numbers'::regclass))" })
  const sequence = (id: string): unknown => schema.sequences.find((each) => each.id === id)
  expect(sequence('serials_always_seq')).toEqual({
    id: 'serials_always_seq', namespace: 'public', name: 'serials_always_seq', ownedBy: { table: 'serials', column: 'always' }, dataType: 'bigint',
    start: '10', increment: '5', min: '10', max: '1000', cache: '3', cycle: true, last: null,
  })
  expect(sequence('serials_by_default_seq')).toMatchObject({ dataType: 'smallint', max: '32767' })
  expect(sequence('serials_big_seq')).toMatchObject({ last: '9007199254740993' })
  expect(sequence('shared_numbers')).toMatchObject({ last: '41', ownedBy: { table: 'users_of_shared', column: 'n' } })
  expect(sequence('loose')).toMatchObject({ start: '100', increment: '-2', min: '-50', max: '100', last: null, ownedBy: null })
  // setval(…, 12, false): 12 comes next.
  expect(sequence('serials_id_seq')).toMatchObject({ last: '11', dataType: 'integer' })
})

test.each(BOTH)('PostgreSQL %i: keys, references and checks of every kind', async (version) => {
  const schema = await schemaOf(version)
  const people = table(schema, 'people')
  expect(people.uniques).toEqual([
    { name: 'people_email_key', columns: ['email'], deferrability: 'initially-deferred', nullsNotDistinct: false },
    { name: 'address_key', columns: ['zip', 'city'], deferrability: 'not-deferrable', nullsNotDistinct: false },
  ])
  const plain = { onUpdate: 'no-action', onDelete: 'no-action', match: 'simple', deferrability: 'not-deferrable', validated: true }
  expect(people.references).toEqual([
    { ...plain, name: 'people_boss_fkey', columns: ['boss'], table: 'people', targetColumns: ['id'] },
    { ...plain, name: 'people_home', columns: ['home'], table: 'homes', targetColumns: ['id'], deferrability: 'initially-deferred' },
    { name: 'to_odd', columns: ['ü', 'f'], table: '"Größe.x".select', targetColumns: ['Ünï', 'from'], onUpdate: 'cascade', onDelete: 'set-default', match: 'full', deferrability: 'initially-immediate', validated: true },
  ])
  expect(people.checks.map((check) => check.expression)).toEqual(["((id > 0) AND (email ~~ '%@%'::text))", '((boss IS NOT NULL) OR (id < 1000))'])
  expect(table(schema, 'homes').references).toEqual([
    { ...plain, name: 'homes_zip_city_fkey', columns: ['zip', 'city'], table: 'people', targetColumns: ['zip', 'city'], onDelete: 'cascade' },
    { ...plain, name: 'not_yet_key', columns: ['id'], table: 'people', targetColumns: ['id'], onUpdate: 'restrict', onDelete: 'set-null', validated: false },
  ])
  expect(table(schema, 'homes').checks).toEqual([{ name: 'not_yet', expression: '(id > 5)', validated: false }])
  const odd = table(schema, '"Größe.x".select')
  expect(odd.columns.map((each) => each.name)).toEqual(['from', 'a "quoted" b', 'Ünï'])
  expect(odd.primaryKey).toEqual({ name: 'the key', columns: ['Ünï', 'from'], deferrability: 'not-deferrable', nullsNotDistinct: false })
})

test.each(BOTH)('PostgreSQL %i: keys come as they were declared, whatever their names, and unique indexes after constraints', async (version) => {
  const schema = await schemaOf(version, 'CREATE TABLE t (z text UNIQUE, id int PRIMARY KEY, m text, a text UNIQUE, b text, c text, UNIQUE (m, a)); CREATE UNIQUE INDEX y ON t (b); CREATE UNIQUE INDEX x ON t (c)')
  expect(table(schema, 't').uniques.map((key) => key.name)).toEqual(['t_z_key', 't_a_key', 't_m_a_key', 'y', 'x'])
  expect(table(schema, 't').indexes.map((index) => index.name)).toEqual(['y', 'x'])
})

test.each(BOTH)('PostgreSQL %i: indexes that no constraint owns', async (version) => {
  const homes = table(await schemaOf(version), 'homes')
  expect(homes.indexes.map((index) => [index.name, index.unique, index.method, index.parts, index.condition])).toEqual([
    ['homes_city', false, 'btree', [{ column: 'city', descending: true }, { column: 'zip', descending: false }], null],
    ['homes_lower', false, 'btree', [{ expression: 'lower(city)', descending: false }, { expression: '((id + 1))', descending: false }], '(id > 3)'],
    ['homes_owner', true, 'btree', [{ column: 'owner_email', descending: false }], null],
    ['homes_partial', true, 'btree', [{ column: 'zip', descending: false }], "(zip <> ''::text)"],
    ['homes_expression', true, 'btree', [{ expression: 'lower(owner_email)', descending: false }], null],
    ['homes_hash', false, 'hash', [{ column: 'city', descending: false }], null],
  ])
  expect(homes.indexes.find((index) => index.name === 'homes_owner')?.ddl).toBe('CREATE UNIQUE INDEX homes_owner ON public.homes USING btree (owner_email) INCLUDE (zip)')
  expect(homes.uniques).toEqual([{ name: 'homes_owner', columns: ['owner_email'], deferrability: 'not-deferrable', nullsNotDistinct: false }])
})

test.each(BOTH)('PostgreSQL %i: a partitioned table is one table, an inheriting one its own', async (version) => {
  const schema = await schemaOf(version)
  expect(schema.tables.map((each) => each.id).filter((id) => id.startsWith('measured'))).toEqual(['measured'])
  expect(table(schema, 'measured')).toMatchObject({ traits: ['partitioned'], primaryKey: { columns: ['at', 'place'] } })
  expect(table(schema, 'notes_on_measured').references).toHaveLength(1)
  expect(schema.leftOut).toContainEqual({ kind: 'partition layout', name: 'measured', reason: 'its rows are carried as one table; PARTITION BY RANGE (at), 2 partitions' })
  expect(table(schema, 'refers_to_partition').references).toEqual([])
  expect(reasons(schema, 'foreign key')).toContain('refers_to_partition.refers_to_partition_at_place_fkey')
  expect(reasons(schema, 'inheritance')).toEqual(['child'])
  expect(table(schema, 'audit.cache').traits).toEqual(['unlogged'])
  expect(table(schema, 'no_columns').columns).toEqual([])
  expect(table(schema, 'dropped').columns.map((each) => each.name)).toEqual(['a', 'c'])
})

test.each(BOTH)('PostgreSQL %i: what an archive does not carry is named', async (version) => {
  const schema = await schemaOf(version)
  expect(reasons(schema, 'view')).toEqual(['people_view'])
  expect(reasons(schema, 'materialized view')).toEqual(['people_count'])
  expect(reasons(schema, 'foreign table')).toEqual(['far_away'])
  expect(reasons(schema, 'function')).toEqual(['keep()', 'on_event()', 'twice(n integer, suffix text)'])
  expect(reasons(schema, 'procedure')).toEqual(['nothing()'])
  expect(reasons(schema, 'trigger')).toEqual(['measured.keep_measured', 'people.keep_people'])
  expect(reasons(schema, 'rule')).toEqual(['parent.no_delete'])
  expect(reasons(schema, 'policy')).toEqual(['homes.everyone'])
  expect(reasons(schema, 'event trigger')).toEqual(['watch'])
  expect(reasons(schema, 'exclusion constraint')).toEqual(['booked.booked_during_excl'])
  expect(reasons(schema, 'range option')).toEqual(['float_range'])
  expect(reasons(schema, 'large objects')).toEqual(['1'])
})

test('PostgreSQL 18: virtual columns, NOT ENFORCED, NULLS NOT DISTINCT, NOT NULL NOT VALID, temporal keys', async () => {
  const schema = await schemaOf(18)
  const modern = table(schema, 'modern')
  expect(column(schema, 'modern', 'sum').generated).toEqual({ expression: '(a + b)', stored: false })
  expect(modern.uniques.map((key) => [key.name, key.nullsNotDistinct])).toEqual([['nulls_are_equal', true], ['modern_late', true]])
  expect([modern.checks, modern.references]).toEqual([[], []])
  expect(column(schema, 'modern', 'late').nullable).toBe(true)
  expect(reasons(schema, 'check')).toEqual(['modern.wished'])
  expect(reasons(schema, 'foreign key')).toEqual(['modern.wished_parent', 'of_periods.of_periods_id_valid_fkey', 'refers_to_partition.refers_to_partition_at_place_fkey'])
  expect(reasons(schema, 'not-null constraint')).toEqual(['modern.late_not_null'])
  expect(reasons(schema, 'temporal constraint')).toEqual(['periods.periods_key'])
  expect(reasons(schema, 'foreign key action')).toEqual(['partly_reset.partly_reset_a_b_fkey'])
  expect(column(schema, 'multiranges', 'mm').type.encoding).toEqual({ family: 'other' })
})

test.each(BOTH)('PostgreSQL %i: an empty database is an empty schema', async (version) => {
  const schema = await schemaOf(version, 'SELECT 1')
  expect({ ...schema, engineVersion: '' }).toEqual({ engine: 'postgresql', engineVersion: '', extensions: [], types: [], sequences: [], tables: [], statements: [], leftOut: [], file: null })
  expect(schema.engineVersion).toMatch(version === 12 ? /^12\.\d+$/ : /^18\.\d+$/)
})

test.each(BOTH)('PostgreSQL %i: a base type of the application is left out, its values and arrays are the server\'s text', async (version) => {
  const schema = await schemaOf(version, `
    CREATE TYPE pounds; CREATE FUNCTION pounds_in(cstring) RETURNS pounds LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
    CREATE FUNCTION pounds_out(pounds) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
    CREATE TYPE pounds (INPUT = pounds_in, OUTPUT = pounds_out, LIKE = integer, DELIMITER = '|');
    CREATE TABLE weights (one pounds, many pounds[])`)
  expect(table(schema, 'weights').columns.map((each) => each.type.encoding.family)).toEqual(['other', 'other'])
  expect(schema.types).toEqual([])
  expect(reasons(schema, 'base type')).toEqual(['pounds'])
})

test.each(BOTH)('PostgreSQL %i: a key that only covers a column is carried without it, and it is said', async (version) => {
  const schema = await schemaOf(version, 'CREATE TABLE covered (a int, b int, CONSTRAINT covering UNIQUE (a) INCLUDE (b))')
  expect(table(schema, 'covered').uniques).toMatchObject([{ name: 'covering', columns: ['a'] }])
  expect(reasons(schema, 'included columns')).toEqual(['covered.covering'])
})

test('the search path of the session is as it was', async () => {
  const database = await createDatabase()
  const client = await connect(database.url)
  await client.query("SET search_path TO odd, public; BEGIN")
  await introspect(client)
  const { rows } = await client.query('SHOW search_path')
  await client.end()
  expect(rows).toEqual([{ search_path: 'odd, public' }])
})

test('what is read is frozen', async () => {
  const schema = await schemaOf(18, 'CREATE TABLE t (v int[])')
  expect(Object.isFrozen(schema) && Object.isFrozen(schema.tables[0]?.columns[0]?.type.encoding)).toBe(true)
})

test.each(BOTH)('PostgreSQL %i: hundreds of tables take well under a second', async (version) => {
  const database = await createDatabase(version)
  await database.run(`DO $$ BEGIN FOR n IN 1..300 LOOP
    EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, a text UNIQUE, b int REFERENCES t%s, c numeric(10,2) CHECK (c > 0), d jsonb DEFAULT ''{}'', e timestamptz DEFAULT now())', n, greatest(n - 1, 1));
    EXECUTE format('CREATE INDEX ON t%s (b)', n);
  END LOOP; END $$`)
  const started = performance.now()
  const schema = await introspectUrl(database.url)
  const took = performance.now() - started
  expect(schema.tables).toHaveLength(300)
  expect(schema.sequences).toHaveLength(300)
  expect(took).toBeLessThan(3000)
})
