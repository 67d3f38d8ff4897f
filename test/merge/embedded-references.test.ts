import { describe, expect, test } from 'vitest'
import { runImport } from '../../src/index.js'
import { archived, database, inside, list, move, profileOf, SERVERS } from './referring.js'

const USERS = 'CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL UNIQUE);'
/** Other people have the ids of the archive's: all of them move. */
const OTHERS = "INSERT INTO users VALUES (1, 'x@x'), (2, 'y@x'), (3, 'c@x');"
const PEOPLE = "INSERT INTO users VALUES (1, 'a@x'), (2, 'b@x'), (3, 'c@x'), (4, 'd@x');"
/** Where they are then: a, b and d get ids above all others. */
const NOW = { a: 5, b: 6, c: 3, d: 4 }

describe.each(SERVERS)('keys inside values, %s', (server) => {
  const json = server === 'SQLite' ? 'text' : 'jsonb'

  test('arrays and paths of JSON follow the rows they mean, and all else in them stays', async () => {
    const schema = `${USERS} CREATE TABLE projects (code text PRIMARY KEY, members ${json}, team text)`
    const from = await database(server, `${schema}; ${PEOPLE}
      INSERT INTO projects VALUES ('p', '[1, 2, "4"]', '{ "lead" : {"id":2,"note":"2"}, "more": [ {"user":1}, {"user":null},{"user":"3"}, 7 ] }'), ('q', NULL, 'no JSON'), ('r', '[]', '{}')`)
    const into = await database(server, `${schema}; ${OTHERS} INSERT INTO projects VALUES ('q', NULL, 'no JSON'), ('z', '[1, 2]', '{"lead":{"id":1}}')`)
    const profile = profileOf({ projects: [
      { columns: ['members'], table: 'users', place: inside('*') },
      { columns: ['team'], table: 'users', place: inside('lead.id') },
      { columns: ['team'], table: 'users', place: inside('more.*.user') },
    ] })
    const report = await move(from, into, { profile })
    expect(report.totals).toMatchObject({ new: 5, unchanged: 2 })
    const { a, b, c, d } = NOW
    expect(await into.rows("SELECT code, members, team FROM projects WHERE code <> 'r' ORDER BY code")).toEqual([
      `p|[${a}, ${b}, "${d}"]|{ "lead" : {"id":${b},"note":"2"}, "more": [ {"user":${a}}, {"user":null},{"user":"${c}"}, 7 ] }`,
      'q|NULL|no JSON',
      'z|[1, 2]|{"lead":{"id":1}}',
    ])
  })

  test('lists in a text follow, with their blanks', async () => {
    const schema = `CREATE TABLE events (id integer PRIMARY KEY, xmlid text NOT NULL UNIQUE); CREATE TABLE posts (xmlid text PRIMARY KEY, event_ids text, event_xmlids text)`
    const from = await database(server, `${schema}; INSERT INTO events VALUES (1, 'e1'), (2, 'e2'); INSERT INTO posts VALUES ('p', ' 1,2 ,,1', 'e1, e2'), ('q', '', NULL)`)
    const into = await database(server, `${schema}; INSERT INTO events VALUES (1, 'e0')`)
    const profile = profileOf({ posts: [
      { columns: ['event_ids'], table: 'events', place: list(',') },
      { columns: ['event_xmlids'], table: 'events', targetColumns: ['xmlid'], place: list(',') },
    ] })
    await move(from, into, { profile })
    expect(await into.rows('SELECT * FROM posts ORDER BY 1')).toEqual(['p| 3,2 ,,3|e1, e2', 'q||NULL'])
  })

  test('a polymorphic pair means now this, now that; elsewhere it is left alone', async () => {
    const schema = `${USERS} CREATE TABLE tags (id integer PRIMARY KEY, name text NOT NULL UNIQUE); CREATE TABLE tasks (id text PRIMARY KEY, record_type text, record_id integer, watching ${json})`
    const from = await database(server, `${schema}; ${PEOPLE} INSERT INTO tags VALUES (1, 't1');
      INSERT INTO tasks VALUES ('1', 'user', 1, '[1]'), ('2', 'tag', 1, '[1]'), ('3', 'page', 1, '[1]'), ('4', NULL, 1, '[1]'), ('5', 'user', NULL, NULL)`)
    const into = await database(server, `${schema}; ${OTHERS} INSERT INTO tags VALUES (1, 't0')`)
    const when = (value: string): { column: string; value: string } => ({ column: 'record_type', value })
    const profile = profileOf({ tasks: [
      { columns: ['record_id'], table: 'users', when: when('user') },
      { columns: ['record_id'], table: 'tags', when: when('tag') },
      { columns: ['watching'], table: 'users', place: inside('*'), when: when('user') },
    ] })
    await move(from, into, { profile })
    expect(await into.rows('SELECT * FROM tasks ORDER BY 1')).toEqual([`1|user|${NOW.a}|[${NOW.a}]`, '2|tag|2|[1]', '3|page|1|[1]', '4|NULL|1|[1]', '5|user|NULL|NULL'])
  })

  test('rows that refer to rows of their own table, later ones too', async () => {
    const schema = `CREATE TABLE images (id integer PRIMARY KEY, xmlid text NOT NULL UNIQUE, alike ${json})`
    const from = await database(server, `${schema}; INSERT INTO images VALUES (1, 'i1', '[2, 3]'), (2, 'i2', '[1]'), (3, 'i3', '[3]')`)
    const into = await database(server, `${schema}; INSERT INTO images VALUES (1, 'i0', '[1]'), (7, 'i2', '[7]')`)
    await move(from, into, { profile: profileOf({ images: [{ columns: ['alike'], table: 'images', place: inside('*') }] }) })
    expect(await into.rows('SELECT * FROM images ORDER BY xmlid')).toEqual(['1|i0|[1]', '8|i1|[7, 3]', '7|i2|[8]', '3|i3|[3]'])
  })

  test('a row that differs by such keys alone is the same row', async () => {
    const schema = `${USERS} CREATE TABLE projects (id integer PRIMARY KEY, code text NOT NULL UNIQUE, members ${json})`
    const from = await database(server, `${schema}; INSERT INTO users VALUES (1, 'a@x'), (2, 'b@x'); INSERT INTO projects VALUES (1, 'p', '[1, 2]')`)
    const into = await database(server, `${schema}; INSERT INTO users VALUES (11, 'a@x'), (12, 'b@x'); INSERT INTO projects VALUES (5, 'p', '[11, 12]')`)
    const report = await move(from, into, { profile: profileOf({ projects: [{ columns: ['members'], table: 'users', place: inside('*') }] }) })
    expect(report.totals).toMatchObject({ unchanged: 3, new: 0, changed: 0 })
  })

  test('a table without a key is compared as a whole, keys inside it included', async () => {
    const schema = `${USERS} CREATE TABLE log (line text, who ${json})`
    const from = await database(server, `${schema}; INSERT INTO users VALUES (1, 'a@x'); INSERT INTO log VALUES ('l', '[1]'), ('l', '[1]'), ('m', '[1]')`)
    const into = await database(server, `${schema}; INSERT INTO users VALUES (1, 'b@x'), (9, 'a@x'); INSERT INTO log VALUES ('l', '[9]')`)
    const report = await move(from, into, { profile: profileOf({ log: [{ columns: ['who'], table: 'users', place: inside('*') }] }) })
    expect(report.tables.find(({ table }) => table === 'log')).toMatchObject({ new: 2, unchanged: 1 })
    expect(await into.rows('SELECT * FROM log ORDER BY 1')).toEqual(['l|[9]', 'l|[9]', 'm|[9]'])
  })

  test('with keep-both what refers to a row follows its copy', async () => {
    const schema = `CREATE TABLE tags (id integer PRIMARY KEY, name text NOT NULL UNIQUE, color text); CREATE TABLE posts (id integer PRIMARY KEY, slug text NOT NULL UNIQUE, tags ${json})`
    const from = await database(server, `${schema}; INSERT INTO tags VALUES (1, 'a', 'red'), (2, 'b', 'blue'); INSERT INTO posts VALUES (1, 'p', '[1, 2]')`)
    const into = await database(server, `${schema}; INSERT INTO tags VALUES (1, 'b', 'blue'), (2, 'a', 'green')`)
    const options = await archived(from, into, { profile: profileOf({ posts: [{ columns: ['tags'], table: 'tags', place: inside('*') }] }), importing: { strategy: 'keep-both' } })
    await runImport(options)
    expect(await into.rows('SELECT * FROM tags ORDER BY 1')).toEqual(['1|b|blue', '2|a|green', '3|a (imported)|red'])
    expect(await into.rows('SELECT slug, tags FROM posts')).toEqual(['p|[3, 1]'])
  })

  test('a three-way merge compares them by what they mean on each side', async () => {
    const schema = `${USERS} CREATE TABLE projects (code text PRIMARY KEY, name text, members ${json})`
    const profile = profileOf({ projects: [{ columns: ['members'], table: 'users', place: inside('*') }] })
    const from = await database(server, `${schema}; INSERT INTO users VALUES (1, 'a@x'), (2, 'b@x'); INSERT INTO projects VALUES ('same', 'n', '[1, 2]'), ('there', 'n', '[1]'), ('here', 'n', '[1]'), ('both', 'n', '[1]')`)
    const into = await database(server, `${schema}; INSERT INTO users VALUES (1, 'z@x'), (11, 'a@x'), (12, 'b@x'); INSERT INTO projects VALUES ('same', 'ours', '[11, 12]'), ('there', 'ours', '[11]'), ('here', 'n', '[11, 12]'), ('both', 'n', '[12]')`)
    const { input: base } = await archived(from, into, { profile })
    await from.run("UPDATE projects SET members = '[1, 2]' WHERE code = 'there'; UPDATE projects SET members = '[2]' WHERE code = 'both'; INSERT INTO projects VALUES ('new', 'n', '[2]')")
    const report = await move(from, into, { profile, importing: { strategy: 'three-way', base } })
    expect(report.tables.find(({ table }) => table === 'projects')).toMatchObject({ new: 1, changed: 1, conflicting: 0 })
    expect(await into.rows('SELECT * FROM projects ORDER BY code')).toEqual(['both|n|[12]', 'here|n|[11, 12]', 'new|n|[12]', 'same|ours|[11, 12]', 'there|ours|[11, 12]'])
  })

  test('rows are not recognised by a column that has ids inside its values', async () => {
    const schema = `${USERS} CREATE TABLE projects (code text, members text, UNIQUE (code, members))`
    const from = await database(server, `${schema}; INSERT INTO users VALUES (1, 'a@x'); INSERT INTO projects VALUES ('p', '[1]')`)
    const into = await database(server, `${schema}; INSERT INTO users VALUES (2, 'a@x'); INSERT INTO projects VALUES ('p', '[2]')`)
    const options = await archived(from, into, { profile: profileOf({ projects: [{ columns: ['members'], table: 'users', place: inside('*') }] }), importing: { match: { projects: [['code', 'members']] } } })
    await expect(runImport(options)).rejects.toMatchObject({ code: 'CONFIG_INVALID', place: { table: 'projects', column: 'members' } })
  })

  test('many rows and keys, in several batches', async () => {
    const schema = `${USERS} CREATE TABLE projects (id integer PRIMARY KEY, code text NOT NULL UNIQUE, members ${json})`
    const numbers = server === 'SQLite' ? (n: number) => `(WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ${n}) SELECT i FROM g) g` : (n: number) => `generate_series(1, ${n}) g(i)`
    const cast = server === 'SQLite' ? '' : '::jsonb'
    const members = `'[' || i || ', ' || (4001 - i) || ']'`
    const from = await database(server, `${schema}; INSERT INTO users SELECT i, 'u' || i FROM ${numbers(4000)}; INSERT INTO projects SELECT i, 'p' || i, (${members})${cast} FROM ${numbers(4000)}`)
    const into = await database(server, `${schema}; INSERT INTO users SELECT i, 'other' || i FROM ${numbers(10)}; INSERT INTO users VALUES (5000, 'u4000')`)
    await move(from, into, { profile: profileOf({ projects: [{ columns: ['members'], table: 'users', place: inside('*') }] }) })
    const element = (index: number): string => (server === 'SQLite' ? `json_extract(p.members, '$[${index}]')` : `(p.members ->> ${index})::integer`)
    const wrong = `SELECT count(*) FROM projects p JOIN users one ON one.id = ${element(0)} JOIN users other ON other.id = ${element(1)} WHERE 'p' || substr(one.email, 2) = p.code AND CAST(substr(one.email, 2) AS integer) + CAST(substr(other.email, 2) AS integer) = 4001`
    expect(await into.rows(wrong)).toEqual(['4000'])
  })
})

describe.each(['PostgreSQL 12', 'PostgreSQL 18'] as const)('keys inside types of %s', (server) => {
  const SCHEMA = `
    CREATE TYPE variation AS (parent_id integer, alike_ids integer[], "more stuff" jsonb, info text);
    CREATE TABLE images (id bigint PRIMARY KEY, xmlid text NOT NULL UNIQUE, tags integer[], names text[], grid integer[], document json, one variation, many variation[])`
  const PROFILE = profileOf({ images: [
    { columns: ['tags'], table: 'images', place: inside('*') },
    { columns: ['names'], table: 'images', place: inside('*') },
    { columns: ['grid'], table: 'images', place: inside('*') },
    { columns: ['document'], table: 'images', place: inside('image') },
    { columns: ['one'], table: 'images', place: inside('parent_id') },
    { columns: ['one'], table: 'images', place: inside('alike_ids.*') },
    { columns: ['one'], table: 'images', place: { kind: 'inside', path: ['more stuff', 'ids', '*'] } },
    { columns: ['many'], table: 'images', place: inside('*.parent_id') },
    { columns: ['many'], table: 'images', place: inside('*.alike_ids.*') },
  ] })

  test('arrays, composites and arrays of composites', async () => {
    const from = await database(server, `${SCHEMA}; INSERT INTO images VALUES
      (1, 'i1', '{1,2,NULL}', '{"2",x,NULL}', '{{1,2},{2,1}}', '{"image" :  2.0, "x":1}', ROW(2, '{1,2}', '{"ids": [1, "2"]}', '1,2'), ARRAY[ROW(1, '{2}', NULL, 'a "b"')::variation, NULL, ROW(NULL, NULL, NULL, NULL)::variation]),
      (2, 'i2', '[0:1]={1,2}', '{}', NULL, 'null', NULL, '{}')`)
    const into = await database(server, `${SCHEMA}; INSERT INTO images (id, xmlid) VALUES (1, 'i0'), (9000000000, 'i2')`)
    const profile = profileOf({ images: (PROFILE.references['images'] ?? []).filter(({ columns: [column] }) => column !== 'tags' && column !== 'grid' && column !== 'one' && column !== 'many') })
    await move(from, into, { profile })
    expect(await into.rows('SELECT xmlid, id, tags, names, document FROM images ORDER BY 1')).toEqual(['i0|1|NULL|NULL|NULL', 'i1|9000000001|{1,2,NULL}|{9000000000,x,NULL}|{"image" :  9000000000, "x":1}', 'i2|9000000000|[0:1]={1,2}|{}|null'])
  })

  test('an id that the array cannot hold is refused, with the row', async () => {
    const from = await database(server, `${SCHEMA}; INSERT INTO images (id, xmlid, tags) VALUES (1, 'i1', NULL), (2, 'i2', '{1}')`)
    const into = await database(server, `${SCHEMA}; INSERT INTO images (id, xmlid) VALUES (9000000000, 'i1')`)
    const options = await archived(from, into, { profile: PROFILE })
    await expect(runImport(options)).rejects.toMatchObject({ place: { table: 'images', row: 2, column: 'tags' } })
    expect(await into.rows('SELECT count(*) FROM images')).toEqual(['1'])
    const report = await move(from, into, { profile: PROFILE, importing: { onError: 'reject' } })
    expect(report.totals).toMatchObject({ new: 0, unchanged: 1, rejected: 1 })
    expect(await into.rows('SELECT xmlid, tags FROM images')).toEqual(['i1|NULL'])
  })

  test('all of them', async () => {
    const from = await database(server, `${SCHEMA}; INSERT INTO images VALUES
      (1, 'i1', '{1,2,NULL}', '{"2",x,NULL}', '{{1,2},{2,1}}', '{"image" :  2.0, "x":1}', ROW(2, '{1,2}', '{"ids": [1, "2"]}', '1,2'), ARRAY[ROW(1, '{2}', NULL, 'a "b"')::variation, NULL, ROW(NULL, NULL, NULL, NULL)::variation]),
      (2, 'i2', '[0:1]={1,2}', '{}', NULL, 'null', NULL, '{}')`)
    const into = await database(server, `${SCHEMA}; INSERT INTO images (id, xmlid) VALUES (1, 'i0'), (7, 'i2')`)
    await move(from, into, { profile: PROFILE })
    expect(await into.rows("SELECT id, tags, names, grid, document, one, many FROM images WHERE xmlid <> 'i0' ORDER BY xmlid")).toEqual([
      `8|{8,7,NULL}|{7,x,NULL}|{{8,7},{7,8}}|{"image" :  7, "x":1}|(7,"{8,7}","{""ids"": [8, ""7""]}","1,2")|{"(8,{7},,\\"a \\"\\"b\\"\\"\\")",NULL,"(,,,)"}`,
      '7|[0:1]={8,7}|{}|NULL|null|NULL|{}',
    ])
  })
})

test('PostgreSQL to SQLite and back: arrays rest as JSON texts, whose keys follow all the same', async () => {
  const from = await database('PostgreSQL 18', "CREATE TABLE tags (id integer PRIMARY KEY, name text NOT NULL UNIQUE); CREATE TABLE posts (slug text PRIMARY KEY, tags integer[]); INSERT INTO tags VALUES (1, 'a'), (2, 'b'); INSERT INTO posts VALUES ('p', '{1,2}')")
  const between = await database('SQLite', "CREATE TABLE tags (id integer PRIMARY KEY, name text NOT NULL UNIQUE); CREATE TABLE posts (slug text PRIMARY KEY, tags text); INSERT INTO tags VALUES (1, 'x')")
  const back = await database('PostgreSQL 18', "CREATE TABLE tags (id integer PRIMARY KEY, name text NOT NULL UNIQUE); CREATE TABLE posts (slug text PRIMARY KEY, tags integer[]); INSERT INTO tags VALUES (1, 'x'), (2, 'y'), (3, 'z')")
  const profile = profileOf({ posts: [{ columns: ['tags'], table: 'tags', place: inside('*') }] })
  await move(from, between, { profile })
  expect(await between.rows('SELECT tags FROM posts')).toEqual(['[3,2]'])
  await move(between, back, { profile })
  expect(await back.rows("SELECT p.slug, string_agg(t.name, ',' ORDER BY t.name) FROM posts p JOIN tags t ON t.id = ANY (p.tags) GROUP BY 1")).toEqual(['p|a,b'])
})
