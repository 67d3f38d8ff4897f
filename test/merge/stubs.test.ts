import { describe, expect, test } from 'vitest'
import { runImport } from '../../src/index.js'
import { archived, database, inside, move, profileOf, SERVERS } from './referring.js'

const ID = 'id integer PRIMARY KEY'
const USERS = `CREATE TABLE users (${ID}, email text NOT NULL UNIQUE, name text)`

describe.each(SERVERS)('references by stubs, %s', (server) => {
  const json = server === 'SQLite' ? 'text' : 'jsonb'
  const schema = `${USERS}; CREATE TABLE orders (${ID}, code text NOT NULL UNIQUE, author integer REFERENCES users); CREATE TABLE lines (order_id integer REFERENCES orders, n integer, PRIMARY KEY (order_id, n));
    CREATE TABLE notes (${ID}, slug text NOT NULL UNIQUE, order_id integer, n integer, about integer, readers ${json}, FOREIGN KEY (order_id, n) REFERENCES lines)`
  const content = `${schema}; INSERT INTO users VALUES (1, 'a@x', 'A'), (2, 'b@x', 'B'); INSERT INTO orders VALUES (1, 'X', 1), (2, 'Y', 2); INSERT INTO lines VALUES (1, 1), (2, 1);
    INSERT INTO notes VALUES (1, 'n', 2, 1, 2, '[1, 2]'), (2, 'm', NULL, NULL, NULL, NULL)`
  const profile = profileOf({ notes: [{ columns: ['about'], table: 'users' }, { columns: ['readers'], table: 'users', place: inside('*') }] })

  test('rows that are not in the archive are found by their identity, through the identities of others', async () => {
    const from = await database(server, content)
    const into = await database(server, `${schema}; INSERT INTO users VALUES (1, 'z@x', 'Z'), (21, 'a@x', 'other'), (22, 'b@x', 'other'); INSERT INTO orders VALUES (1, 'Z', 1), (32, 'Y', 1); INSERT INTO lines VALUES (1, 1), (32, 1)`)
    const report = await move(from, into, { profile, exporting: { include: ['notes'] } })
    expect(report.tables).toMatchObject([{ table: 'notes', new: 2, unchanged: 0 }])
    expect(await into.rows('SELECT slug, order_id, n, about, readers FROM notes ORDER BY 1')).toEqual(['m|NULL|NULL|NULL|NULL', 'n|32|1|22|[21, 22]'])
    expect(await into.rows('SELECT count(*) FROM users UNION ALL SELECT count(*) FROM lines')).toEqual(['3', '2'])
  })

  test('a stub that nobody has there leads nowhere', async () => {
    const from = await database(server, content)
    const there = `${schema}; INSERT INTO users VALUES (1, 'z@x', 'Z'), (21, 'a@x', 'other'); INSERT INTO orders VALUES (2, 'Z', 1); INSERT INTO lines VALUES (2, 1)`
    const failing = await archived(from, await database(server, there), { profile, exporting: { include: ['notes'] } })
    await expect(runImport(failing)).rejects.toMatchObject({
      code: 'REFERENCE_UNRESOLVED',
      details: [
        'notes.readers: 1 row refers to no row of users', '  row 1: readers=2',
        'notes.about: 1 row refers to no row of users', '  row 1: about=2',
        'notes.(order_id, n): 1 row refers to no row of lines', '  row 1: order_id=2, n=1',
      ],
    })
    const nulled = await database(server, there)
    await move(from, nulled, { profile, exporting: { include: ['notes'] }, importing: { onUnresolved: 'null' } })
    expect(await nulled.rows("SELECT order_id, n, about, readers FROM notes WHERE slug = 'n'")).toEqual(['NULL|NULL|NULL|[21]'])
    const skipped = await database(server, there)
    const report = await move(from, skipped, { profile, exporting: { include: ['notes'] }, importing: { onUnresolved: 'skip' } })
    expect(report.totals).toMatchObject({ new: 1, rejected: 1 })
  })

  test('stubs of a table of which some rows are in the archive', async () => {
    const tree = `CREATE TABLE tree (${ID}, name text NOT NULL UNIQUE, parent integer, kids ${json})`
    const from = await database(server, `${tree}; INSERT INTO tree VALUES (1, 'root', NULL, '[2, 3]'), (2, 'one', 1, NULL), (3, 'two', 2, '[1]')`)
    const into = await database(server, `${tree}; INSERT INTO tree VALUES (1, 'z', NULL, NULL), (2, 'root', NULL, '[3]'), (3, 'one', 2, NULL)`)
    const references = profileOf({ tree: [{ columns: ['parent'], table: 'tree' }, { columns: ['kids'], table: 'tree', place: inside('*') }] })
    const report = await move(from, into, { profile: references, exporting: { where: { tree: "name = 'two'" } } })
    expect(report.tables).toMatchObject([{ table: 'tree', new: 1, unchanged: 0, deleted: 0 }])
    expect(await into.rows('SELECT * FROM tree ORDER BY id')).toEqual(['1|z|NULL|NULL', '2|root|NULL|[3]', '3|one|2|NULL', '4|two|3|[2]'])
  })

  test('into empty tables a stub leads nowhere, even where its table is there', async () => {
    const from = await database(server, content)
    const options = await archived(from, await database(server, schema), { profile, exporting: { include: ['notes'] } })
    await expect(runImport(options)).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED' })
    const into = await database(server, `${USERS}; CREATE TABLE notes (${ID}, slug text NOT NULL UNIQUE, order_id integer, n integer, about integer, readers ${json})`)
    const some = await archived(from, into, { profile, exporting: { include: ['notes'] }, importing: { onUnresolved: 'null' } })
    const report = await runImport(some)
    // There is no table of lines here, so nobody can say what its keys mean.
    expect(await into.rows('SELECT slug, order_id, n, about, readers FROM notes ORDER BY 1')).toEqual(['m|NULL|NULL|NULL|NULL', 'n|2|1|NULL|[]'])
    expect(report.totals).toMatchObject({ new: 2 })
  })

  test('a table that is left out of the import tells what references to it mean, but is not written', async () => {
    const from = await database(server, content)
    const into = await database(server, `${schema}; INSERT INTO users VALUES (1, 'z@x', 'Z'), (21, 'a@x', 'other'); INSERT INTO orders VALUES (9, 'Z', 1)`)
    const failing = await archived(from, into, { profile, importing: { exclude: ['users', 'lines', 'notes'] } })
    await expect(runImport(failing)).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED', details: ['orders.author: 1 row refers to no row of users', '  row 2: author=2'] })
    const report = await move(from, into, { profile, importing: { exclude: ['users', 'lines', 'notes'], onUnresolved: 'null' } })
    expect(report.tables.map(({ table }) => table)).toEqual(['orders'])
    expect(await into.rows('SELECT * FROM orders ORDER BY id')).toEqual(['1|X|21', '2|Y|NULL', '9|Z|1'])
    expect(await into.rows('SELECT count(*) FROM users')).toEqual(['2'])
  })

  test('a stub that lacks a column of one rule is found by the next', async () => {
    const people = `CREATE TABLE people (${ID}, email text UNIQUE, nick text); CREATE TABLE posts (slug text PRIMARY KEY, author integer)`
    const from = await database(server, `${people}; INSERT INTO people VALUES (1, 'a@x', 'ann'), (2, NULL, 'bob'); INSERT INTO posts VALUES ('p', 1), ('q', 2)`)
    const into = await database(server, `${people}; INSERT INTO people VALUES (1, 'z@x', 'zoe'), (11, 'a@x', 'anna'), (12, 'b@x', 'bob')`)
    const references = { posts: [{ columns: ['author'], table: 'people' }] }
    // The export knew only of one way to recognise people, the import knows two.
    const options = await archived(from, into, { profile: profileOf(references, { identities: { people: [['nick']] } }), exporting: { include: ['posts'] } })
    await runImport({ ...options, profile: profileOf(references, { identities: { people: [['email'], ['nick']] } }), onUnresolved: 'null' })
    expect(await into.rows('SELECT * FROM posts ORDER BY 1')).toEqual(['p|NULL', 'q|12'])
  })
})
