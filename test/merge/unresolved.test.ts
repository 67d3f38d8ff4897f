import { describe, expect, test } from 'vitest'
import { HoldallError, inspectArchive, planImport, runImport, type ImportOptions } from '../../src/index.js'
import { archived, database, inside, list, move, profileOf, SERVERS, type Server } from './referring.js'
import { scratch } from './two-databases.js'

const ID = 'id integer PRIMARY KEY'
const USERS = `CREATE TABLE users (${ID}, email text NOT NULL UNIQUE)`
/** No database checks the column, so it can lead nowhere in all of them. */
const POSTS = `CREATE TABLE posts (${ID}, slug text NOT NULL UNIQUE, author integer)`
const AUTHORS = profileOf({ posts: [{ columns: ['author'], table: 'users' }] })

async function refusal(options: ImportOptions): Promise<HoldallError> {
  const planned = await planImport(options).then(() => null, (error: unknown) => error)
  const done = await runImport(options).then(() => null, (error: unknown) => error)
  if (!HoldallError.is(done) || !HoldallError.is(planned)) throw done
  expect([planned.code, planned.message, planned.details]).toEqual([done.code, done.message, done.details])
  return done
}

describe.each(SERVERS)('references that lead nowhere, %s', (server) => {
  const json = server === 'SQLite' ? 'text' : 'jsonb'

  test('fail: rows of all tables are named at once, up to five of each, and nothing is changed', async () => {
    const schema = `${USERS}; ${POSTS}; CREATE TABLE notes (${ID}, code text NOT NULL UNIQUE, readers ${json}, listed text)`
    const rows = Array.from({ length: 7 }, (_, index) => `(${index + 1}, 'p${index + 1}', ${index === 0 ? 1 : 70 + index})`)
    const from = await database(server, `${schema}; INSERT INTO users VALUES (1, 'a@x'); INSERT INTO posts VALUES ${rows.join()}; INSERT INTO notes VALUES (1, 'n', '[1, 88, 89]', '1'), (2, 'm', '[1]', '1, 99')`)
    const into = await database(server, `${schema}; INSERT INTO users VALUES (1, 'x@x'), (71, 'y@x'); INSERT INTO posts VALUES (9, 'z', 71); INSERT INTO notes VALUES (9, 'z', NULL, NULL)`)
    const profile = profileOf({ ...AUTHORS.references, notes: [{ columns: ['readers'], table: 'users', place: inside('*') }, { columns: ['listed'], table: 'users', place: list(',') }] })
    const error = await refusal(await archived(from, into, { profile }))
    expect(error).toMatchObject({ code: 'REFERENCE_UNRESOLVED', message: '8 rows refer to rows that are neither in the archive nor in the target' })
    expect(error.details).toEqual([
      'notes.readers: 1 row refers to no row of users', '  row 1: readers=88',
      'notes.listed: 1 row refers to no row of users', '  row 2: listed=99',
      'posts.author: 6 rows refer to no row of users', '  row 2: author=71', '  row 3: author=72', '  row 4: author=73', '  row 5: author=74', '  row 6: author=75', '  and 1 more',
    ])
    expect(await into.rows('SELECT * FROM posts')).toEqual(['9|z|71'])
  })

  test('null: the column is NULL, elements of arrays and lists go, and the notes say so', async () => {
    const schema = `${USERS}; ${POSTS}; CREATE TABLE notes (code text PRIMARY KEY, readers ${json}, lead ${json}, listed text)`
    const from = await database(server, `${schema}; INSERT INTO users VALUES (1, 'a@x'); INSERT INTO posts VALUES (1, 'p', 1), (2, 'q', 71), (3, 'r', NULL);
      INSERT INTO notes VALUES ('n', '[88, 1, "89"]', '{"user": 88, "x": 88}', '88,1, 89'), ('m', '[88]', 'null', '88')`)
    const into = await database(server, `${schema}; INSERT INTO users VALUES (1, 'x@x'), (71, 'y@x')`)
    const profile = profileOf({ ...AUTHORS.references, notes: [{ columns: ['readers'], table: 'users', place: inside('*') }, { columns: ['lead'], table: 'users', place: inside('user') }, { columns: ['listed'], table: 'users', place: list(',') }] })
    const report = await move(from, into, { profile, importing: { onUnresolved: 'null' } })
    expect(report.totals).toMatchObject({ new: 6, rejected: 0 })
    expect(await into.rows('SELECT slug, author FROM posts ORDER BY 1')).toEqual(['p|72', 'q|NULL', 'r|NULL'])
    const read = `SELECT code, ${server === 'SQLite' ? 'readers, lead' : "replace(readers::text, ' ', ''), replace(lead::text, ', ', ', ')"}, listed FROM notes ORDER BY 1`
    expect(await into.rows(read)).toEqual(['m|[]|null|', server === 'SQLite' ? 'n|[72]|{"user": null, "x": 88}|72' : 'n|[72]|{"x": 88, "user": null}|72'])
    expect(report.notes).toEqual([
      'notes.readers: 2 rows refer to no row of users; the keys were taken out: row 1: readers=88; row 2: readers=88',
      'notes.lead: 1 row refers to no row of users; the keys were taken out: row 1: lead=88',
      'notes.listed: 2 rows refer to no row of users; the keys were taken out: row 1: listed=88; row 2: listed=88',
      'posts.author: 1 row refers to no row of users; author was set to NULL: row 2: author=71',
    ])
  })

  test('null: what may not be NULL is refused, and that is said', async () => {
    const schema = `${USERS}; CREATE TABLE posts (${ID}, slug text NOT NULL UNIQUE, author integer NOT NULL)`
    const from = await database(server, `${schema}; INSERT INTO users VALUES (1, 'a@x'); INSERT INTO posts VALUES (1, 'p', 7)`)
    const into = await database(server, schema)
    const error = await refusal(await archived(from, into, { profile: AUTHORS, importing: { onUnresolved: 'null' } }))
    expect(error).toMatchObject({ code: 'REFERENCE_UNRESOLVED', details: ['posts.author: 1 row refers to no row of users, and the column may not be NULL', '  row 1: author=7'] })
  })

  test('null: of a composite key the part that no other reference needs is NULL', async () => {
    const schema = `CREATE TABLE tenants (${ID}, name text NOT NULL UNIQUE); CREATE TABLE members (tenant integer, nick text, PRIMARY KEY (tenant, nick));
      CREATE TABLE posts (slug text PRIMARY KEY, tenant integer, nick text)`
    const from = await database(server, `${schema}; INSERT INTO tenants VALUES (1, 'one'); INSERT INTO members VALUES (1, 'ann'); INSERT INTO posts VALUES ('p', 1, 'ann'), ('q', 1, 'bob'), ('r', 2, 'ann')`)
    const into = await database(server, `${schema}; INSERT INTO tenants VALUES (1, 'other'), (5, 'one')`)
    const profile = profileOf({ members: [{ columns: ['tenant'], table: 'tenants' }], posts: [{ columns: ['tenant'], table: 'tenants' }, { columns: ['tenant', 'nick'], table: 'members' }] })
    await move(from, into, { profile, importing: { onUnresolved: 'null' } })
    expect(await into.rows('SELECT * FROM posts ORDER BY 1')).toEqual(['p|5|ann', 'q|5|NULL', 'r|NULL|NULL'])
  })

  test('null: a row whose identity is NULL then is new the first time and the same ever after', async () => {
    const schema = `${USERS}; CREATE TABLE posts (${ID}, author integer, title text)`
    const from = await database(server, `${schema}; INSERT INTO users VALUES (1, 'a@x'); INSERT INTO posts VALUES (1, 1, 'p'), (2, 7, 'q')`)
    const into = await database(server, `${schema}; INSERT INTO users VALUES (1, 'x@x'), (7, 'y@x'); INSERT INTO posts VALUES (1, 7, 'q')`)
    const report = await move(from, into, { profile: AUTHORS, importing: { onUnresolved: 'null', match: { posts: [['author', 'title']] } } })
    expect(report.totals).toMatchObject({ new: 3, changed: 0 })
    expect(await into.rows('SELECT * FROM posts ORDER BY id')).toEqual(['1|7|q', '2|NULL|q', '3|8|p'].sort())
  })

  test('skip: the rows are left out, and those that refer to them, in circles too; the rest goes in', async () => {
    const schema = `${USERS}; ${POSTS}; CREATE TABLE comments (${ID}, code text NOT NULL UNIQUE, post integer, parent integer, mentions ${json})`
    const from = await database(server, `${schema}; INSERT INTO users VALUES (1, 'a@x');
      INSERT INTO posts VALUES (1, 'p', 1), (2, 'q', 7), (3, 'there', 7);
      INSERT INTO comments VALUES (1, 'a', 1, NULL, '[2]'), (2, 'b', 1, NULL, NULL), (3, 'c', 2, NULL, NULL), (4, 'd', 1, 3, NULL), (5, 'e', 1, 4, NULL), (6, 'f', 1, NULL, '[2, 5]'), (7, 'g', 3, NULL, '[7]'), (8, 'h', 1, 8, '[9]'), (9, 'i', 1, NULL, '[77]')`)
    const into = await database(server, `${schema}; INSERT INTO users VALUES (1, 'x@x'), (7, 'y@x'); INSERT INTO posts VALUES (1, 'there', 7), (2, 'z', 7)`)
    const profile = profileOf({ ...AUTHORS.references, comments: [{ columns: ['post'], table: 'posts' }, { columns: ['parent'], table: 'comments' }, { columns: ['mentions'], table: 'comments', place: inside('*') }] })
    const rejects = `${scratch()}/rejects.tar.gz`
    const report = await move(from, into, { profile, importing: { onUnresolved: 'skip', rejects, overwrite: true } })
    expect(report.tables.map(({ table, new: added, unchanged, rejected }) => [table, added, unchanged, rejected])).toEqual([['users', 1, 0, 0], ['posts', 1, 0, 2], ['comments', 3, 0, 6]])
    expect(report.tables.find(({ table }) => table === 'posts')?.examples.filter((example) => example.class === 'rejected')).toMatchObject([{ key: expect.stringContaining('q') as string, reason: 'unresolved' }, { key: expect.stringContaining('there') as string, reason: 'unresolved' }])
    expect(await into.rows('SELECT slug, author FROM posts ORDER BY 1')).toEqual(['p|8', 'there|7', 'z|7'])
    expect(await into.rows("SELECT code, (SELECT slug FROM posts p WHERE p.id = c.post) FROM comments c ORDER BY 1")).toEqual(['a|p', 'b|p', 'g|there'])
    expect(await inspectArchive({ input: rejects })).toMatchObject({ rows: 8 })
  })

  test('skip and null find keys that mean the same everywhere, which the database finds only at the end', async () => {
    const schema = `CREATE TABLE countries (code text PRIMARY KEY, name text); CREATE TABLE cities (name text PRIMARY KEY, country text, also ${json}); CREATE TABLE shops (name text PRIMARY KEY, city text${server === 'SQLite' ? ' REFERENCES cities' : ''})`
    const from = await database(server, `${schema}; INSERT INTO countries VALUES ('de', 'D'); INSERT INTO cities VALUES ('Bonn', 'de', '["fr", "de", "xx"]'), ('Oslo', 'no', '["de"]'), ('Lyon', 'fr', NULL); INSERT INTO shops VALUES ('s1', 'Oslo'), ('s2', 'Lyon'), ('s3', 'Rome')`)
    const there = `${schema}; INSERT INTO countries VALUES ('fr', 'F')`
    const profile = profileOf({ cities: [{ columns: ['country'], table: 'countries' }, { columns: ['also'], table: 'countries', place: inside('*') }], shops: [{ columns: ['city'], table: 'cities' }] })
    const compact = (sql: string): string => (server === 'SQLite' ? sql : `replace(${sql}::text, ' ', '')`)
    const nulled = await database(server, there)
    const report = await move(from, nulled, { profile, importing: { onUnresolved: 'null' } })
    expect(report.notes).toHaveLength(3)
    expect(await nulled.rows(`SELECT name, country, replace(${compact('also')}, ' ', '') FROM cities ORDER BY 1`)).toEqual(['Bonn|de|["fr","de"]', 'Lyon|fr|NULL', 'Oslo|NULL|["de"]'])
    expect(await nulled.rows('SELECT * FROM shops ORDER BY 1')).toEqual(['s1|Oslo', 's2|Lyon', 's3|NULL'])
    const skipped = await database(server, there)
    const left = await move(from, skipped, { profile, importing: { onUnresolved: 'skip' } })
    expect(left.totals).toMatchObject({ new: 3, rejected: 4 })
    expect(await skipped.rows('SELECT name FROM cities UNION ALL SELECT name FROM shops')).toEqual(['Lyon', 's2'])
  })

  test('what refers to a row that breaks a constraint is left out with it, by keys inside values too', async () => {
    const tags = (check: string): string => `CREATE TABLE tags (${ID}, name text NOT NULL UNIQUE${check}); CREATE TABLE posts (slug text PRIMARY KEY, tag integer, tags ${json}, also text)`
    const from = await database(server, `${tags('')}; INSERT INTO tags VALUES (1, 'good'), (2, 'bad'); INSERT INTO posts VALUES ('a', 1, '[1]', '1'), ('b', 2, NULL, NULL), ('c', 1, '[1, 2]', NULL), ('d', NULL, NULL, '1, 2')`)
    const into = await database(server, `${tags(" CHECK (name <> 'bad')")}; INSERT INTO tags VALUES (1, 'other')`)
    const profile = profileOf({ posts: [{ columns: ['tag'], table: 'tags' }, { columns: ['tags'], table: 'tags', place: inside('*') }, { columns: ['also'], table: 'tags', place: list(',') }] })
    const report = await move(from, into, { profile, importing: { onError: 'reject' } })
    expect(report.totals).toMatchObject({ new: 2, rejected: 4 })
    expect(await into.rows('SELECT slug FROM posts')).toEqual(['a'])
  })

  test('a restore into empty tables holds the same rules', async () => {
    const schema = `${USERS}; ${POSTS}`
    const from = await database(server, `${schema}; INSERT INTO users VALUES (1, 'a@x'); INSERT INTO posts VALUES (1, 'p', 1), (2, 'q', 7)`)
    const rows = async (onUnresolved: 'null' | 'skip', create: boolean): Promise<string[]> => {
      const into = await database(server, create ? 'SELECT 1' : schema)
      await move(from, into, { profile: AUTHORS, importing: { onUnresolved, create } })
      return into.rows('SELECT * FROM posts ORDER BY 1')
    }
    expect(await rows('null', false)).toEqual(['1|p|1', '2|q|NULL'])
    expect(await rows('skip', false)).toEqual(['1|p|1'])
    if (server !== 'SQLite') expect(await rows('skip', true)).toEqual(['1|p|1'])
  })
})

describe.each(['SQLite', 'PostgreSQL 18'] as const)('declared references, %s', (server: Server) => {
  const schema = `${USERS}; CREATE TABLE posts (${ID}, slug text NOT NULL UNIQUE, author integer REFERENCES users); CREATE TABLE notes (${ID}, post integer NOT NULL REFERENCES posts)`
  const broken = async (): Promise<Awaited<ReturnType<typeof database>>> =>
    database('SQLite', `${schema}; INSERT INTO users VALUES (1, 'a@x'); INSERT INTO posts VALUES (1, 'p', 1), (2, 'q', 7); INSERT INTO notes VALUES (1, 1), (2, 2), (3, 9)`)
  const there = `${schema}; INSERT INTO users VALUES (1, 'x@x'), (7, 'y@x')`

  test('fail, null and skip', async () => {
    const from = await broken()
    const error = await refusal(await archived(from, await database(server, there)))
    expect(error.details).toEqual(['posts.author: 1 row refers to no row of users', '  row 2: author=7', 'notes.post: 1 row refers to no row of posts', '  row 3: post=9'])
    const nulls = await refusal(await archived(from, await database(server, there), { importing: { onUnresolved: 'null' } }))
    expect(nulls.details).toEqual(['notes.post: 1 row refers to no row of posts, and the column may not be NULL', '  row 3: post=9'])
    const into = await database(server, there)
    const report = await move(from, into, { importing: { onUnresolved: 'skip' } })
    expect(report.totals).toMatchObject({ new: 3, rejected: 3 })
    expect(await into.rows('SELECT p.slug FROM notes n JOIN posts p ON p.id = n.post')).toEqual(['p'])
  })
})

test('keep: SQLite takes the keys as they are, and the notes say so', async () => {
  const schema = `${USERS}; ${POSTS}; CREATE TABLE notes (code text PRIMARY KEY, readers text)`
  const from = await database('SQLite', `${schema}; INSERT INTO users VALUES (1, 'a@x'); INSERT INTO posts VALUES (1, 'p', 1), (2, 'q', 7); INSERT INTO notes VALUES ('n', '[1,8]')`)
  const into = await database('SQLite', `${schema}; INSERT INTO users VALUES (1, 'x@x')`)
  const profile = profileOf({ ...AUTHORS.references, notes: [{ columns: ['readers'], table: 'users', place: inside('*') }] })
  const report = await move(from, into, { profile, importing: { onUnresolved: 'keep' } })
  expect(await into.rows('SELECT slug, author FROM posts UNION ALL SELECT code, readers FROM notes')).toEqual(['p|2', 'q|7', 'n|[2,8]'])
  expect(report.notes).toEqual([
    'notes.readers: 1 row refers to no row of users; the keys were kept as they are: row 1: readers=8',
    'posts.author: 1 row refers to no row of users; the keys were kept as they are: row 2: author=7',
  ])
})

test('foreign keys of SQLite compare by the column referred to, and so does the import', async () => {
  const schema = 'CREATE TABLE words (word TEXT COLLATE NOCASE PRIMARY KEY, number INTEGER UNIQUE); CREATE TABLE texts (name TEXT PRIMARY KEY, word TEXT REFERENCES words, number TEXT REFERENCES words (number))'
  const from = await database('SQLite', `${schema}; INSERT INTO words VALUES ('Tree', 5); INSERT INTO texts VALUES ('a', 'TREE', '5'), ('b', 'leaf', '6')`)
  for (const [onUnresolved, rows] of [['null', ['a|TREE|5', 'b|NULL|NULL']], ['skip', ['a|TREE|5']]] as const) {
    const into = await database('SQLite', `${schema}; INSERT INTO words VALUES ('other', 1)`)
    await move(from, into, { importing: { onUnresolved } })
    expect(await into.rows('SELECT * FROM texts ORDER BY 1')).toEqual(rows)
  }
})
