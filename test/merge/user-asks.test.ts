import { describe, expect, test } from 'vitest'
import { counts, ENGINES, importing, smallDatabase } from './two-databases.js'

/** Names of objects, which the database does not hold to be unique. */
const CARDS = 'CREATE TABLE cards (id {id}, name text, query text NOT NULL);\n'
const BY_NAME = { match: { cards: [['name']] } }

describe.each(ENGINES)('two objects of one name, %s', (engine) => {
  test('several rows of the archive: both are named as conflicts, and neither is dropped silently', async () => {
    const from = await smallDatabase(engine, `${CARDS}INSERT INTO cards VALUES (1, 'sales', 'one'), (2, 'sales', 'two'), (3, 'costs', 'x');`)
    const into = await smallDatabase(engine, `${CARDS}INSERT INTO cards VALUES (7, 'sales', 'old');`)
    const { plan, run } = await importing(from, into)
    const planned = await plan(BY_NAME)
    expect(counts(planned)).toEqual({ new: 1, conflicting: 2 })
    const told = planned.tables[0]?.examples.filter((example) => example.class === 'conflicting')
    expect(told?.map(({ key, reason }) => [key.includes('sales'), reason])).toEqual([[true, 'ambiguous'], [true, 'ambiguous']])
    await expect(run(BY_NAME)).rejects.toMatchObject({ code: expect.stringMatching(/^(AMBIGUOUS|CONFLICT)$/) as string })
    expect(await into.rows('SELECT * FROM cards')).toEqual(['7|sales|old'])
  })

  test('several rows of the target: the row is a conflict, and neither is taken for it', async () => {
    const from = await smallDatabase(engine, `${CARDS}INSERT INTO cards VALUES (1, 'sales', 'new');`)
    const into = await smallDatabase(engine, `${CARDS}INSERT INTO cards VALUES (1, 'sales', 'a'), (2, 'sales', 'b');`)
    const { plan, run } = await importing(from, into)
    expect(counts(await plan(BY_NAME))).toEqual({ conflicting: 1 })
    await expect(run(BY_NAME)).rejects.toMatchObject({ code: expect.stringMatching(/^(AMBIGUOUS|CONFLICT)$/) as string })
    expect(await into.rows('SELECT query FROM cards ORDER BY id')).toEqual(['a', 'b'])
  })

  test('twins that are the same on both sides are unchanged, however often', async () => {
    const twins = `${CARDS}INSERT INTO cards VALUES (1, 'sales', 'q'), (2, 'sales', 'q'), (3, 'sales', 'r');`
    const { run } = await importing(await smallDatabase(engine, twins), await smallDatabase(engine, twins.replaceAll(/\((\d)/g, '(1$1')))
    expect(counts(await run(BY_NAME))).toEqual({ unchanged: 3 })
  })

  test('the newer object of a name does not lose to the older one', async () => {
    const from = await smallDatabase(engine, `${CARDS}INSERT INTO cards VALUES (1, 'sales', 'new');`)
    const into = await smallDatabase(engine, `${CARDS}INSERT INTO cards VALUES (5, 'sales', 'old');`)
    const { run } = await importing(from, into)
    expect(counts(await run(BY_NAME))).toEqual({ changed: 1 })
    expect(await into.rows('SELECT * FROM cards')).toEqual(['5|sales|new'])
  })
})

/** The natural key and a total are generated; `made` only has a default. */
const generated = { SQLite: 'text GENERATED ALWAYS AS (lower(email)) VIRTUAL', PostgreSQL: 'text GENERATED ALWAYS AS (lower(email)) STORED' }
const PEOPLE = (engine: keyof typeof generated): string =>
  `CREATE TABLE people (id {id}, email text NOT NULL UNIQUE, handle ${generated[engine]}, born integer NOT NULL, age integer GENERATED ALWAYS AS (2026 - born) STORED, made text NOT NULL DEFAULT 'now');\n`

describe.each(ENGINES)('generated and identity columns, %s', (engine) => {
  const person = (id: number, email: string, born: number, made: string): string => `INSERT INTO people (id, email, born, made) VALUES (${id}, '${email}', ${born}, '${made}');\n`

  test('are never written: their values follow from the others, and a default is no generated value', async () => {
    const from = await smallDatabase(engine, PEOPLE(engine) + person(1, 'Ann@x', 1990, 'then') + person(2, 'Bob@x', 2000, 'then'))
    const into = await smallDatabase(engine, PEOPLE(engine) + person(1, 'Zoe@x', 1970, 'there') + person(2, 'Ann@x', 1991, 'there'))
    const { plan, run } = await importing(from, into)
    expect(counts(await plan())).toEqual({ new: 1, changed: 1 })
    expect(counts(await run())).toEqual({ new: 1, changed: 1 })
    expect(await into.rows('SELECT id, email, handle, age, made FROM people ORDER BY id')).toEqual(['1|Zoe@x|zoe@x|56|there', '2|Ann@x|ann@x|36|then', '3|Bob@x|bob@x|26|then'])
    expect(counts(await run())).toEqual({ unchanged: 2 })
  })

  test('the application can write after the merge: the next id is free', async () => {
    const from = await smallDatabase(engine, PEOPLE(engine) + person(40, 'a', 1990, 'x') + person(2, 'b', 1990, 'x'))
    const into = await smallDatabase(engine, PEOPLE(engine) + person(2, 'c', 1990, 'x'))
    await (await importing(from, into)).run()
    await into.run("INSERT INTO people (email, born) VALUES ('later', 2020)")
    expect(await into.rows("SELECT count(*), count(DISTINCT id), max(id) FROM people WHERE email <> 'later'")).toEqual(['3|3|41'])
    expect(await into.rows("SELECT id > 41 FROM people WHERE email = 'later'")).toEqual([engine === 'SQLite' ? '1' : 't'])
  })

  test('a generated column is nothing to match by, for it is not in archives, and that is said at once', async () => {
    const from = await smallDatabase(engine, PEOPLE(engine) + person(1, 'ANN@x', 1990, 'x'))
    const into = await smallDatabase(engine, PEOPLE(engine) + person(9, 'ann@X', 1980, 'x'))
    const { run } = await importing(from, into)
    await expect(run({ match: { people: [['handle']] } })).rejects.toMatchObject({ code: 'USAGE', place: { table: 'people', column: 'handle' } })
    expect(await into.rows('SELECT id, email, born FROM people')).toEqual(['9|ann@X|1980'])
  })
})

describe.each(ENGINES)('a drifted schema, %s', (engine) => {
  const ITEMS = "CREATE TABLE items (id {id}, code text NOT NULL UNIQUE, price integer);\nINSERT INTO items VALUES (1, 'a', 1), (2, 'b', 2);"

  test.each([
    ['lacks a column of the archive', 'CREATE TABLE items (id {id}, code text NOT NULL UNIQUE);', /price/],
    ['needs a column that the archive lacks', 'CREATE TABLE items (id {id}, code text NOT NULL UNIQUE, price integer, owner text NOT NULL);', /owner/],
    ['lacks a table', 'CREATE TABLE other (id {id});', /items/],
  ])('a target that %s is refused before anything goes, even by replace', async (_, script, named) => {
    const from = await smallDatabase(engine, ITEMS)
    const into = await smallDatabase(engine, script)
    const filled = script.includes('items')
    if (filled) await into.run(`INSERT INTO items (code${script.includes('owner') ? ', owner' : ''}) VALUES ('mine'${script.includes('owner') ? ", 'me'" : ''})`)
    const { plan, run } = await importing(from, into)
    for (const attempt of [plan, run]) {
      const error = await attempt({ strategy: 'replace' }).then(() => null, (reason: unknown) => reason as { code: string; message: string; details: string[]; place: object })
      expect(error?.code).toBe('SCHEMA_DRIFT')
      expect([error?.message, JSON.stringify(error?.place), ...(error?.details ?? [])].join('\n')).toMatch(named)
    }
    if (filled) expect(await into.rows('SELECT code FROM items')).toEqual(['mine'])
  })

  test('what the archive does not know of is left alone: a column with a default, and its values', async () => {
    const from = await smallDatabase(engine, ITEMS)
    const into = await smallDatabase(engine, "CREATE TABLE items (id {id}, code text NOT NULL UNIQUE, price integer, shelf text NOT NULL DEFAULT 'new');\nINSERT INTO items VALUES (5, 'a', 0, 'left');")
    const { run } = await importing(from, into)
    expect(counts(await run())).toEqual({ new: 1, changed: 1 })
    expect(await into.rows('SELECT code, price, shelf FROM items ORDER BY code')).toEqual(['a|1|left', 'b|2|new'])
    expect(counts(await run())).toEqual({ unchanged: 2 })
  })
})

describe.each(ENGINES)('references in circles, %s', (engine) => {
  const later = engine === 'SQLite' ? (sql: string) => sql : (sql: string) => sql.replaceAll(/,\s*FOREIGN KEY[^,;]*DEFERRED/g, '')
  /** Both ways NOT NULL: every team has a lead, and every person a team. */
  const teams = (rows: string): string =>
    later(`CREATE TABLE teams (id {id}, name text NOT NULL UNIQUE, lead integer NOT NULL, FOREIGN KEY (lead) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED);\n`) +
    'CREATE TABLE people (id {id}, name text NOT NULL UNIQUE, team integer NOT NULL, FOREIGN KEY (team) REFERENCES teams (id) DEFERRABLE INITIALLY DEFERRED);\n' +
    (engine === 'SQLite' ? '' : 'ALTER TABLE teams ADD FOREIGN KEY (lead) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED;\n') +
    `BEGIN;\n${rows}\nCOMMIT;`

  test('two tables that need each other are merged under other ids', async () => {
    const from = await smallDatabase(engine, teams("INSERT INTO teams VALUES (1, 'red', 1), (2, 'blue', 2);\nINSERT INTO people VALUES (1, 'ann', 1), (2, 'bob', 2), (3, 'cid', 1);"))
    const into = await smallDatabase(engine, teams("INSERT INTO teams VALUES (1, 'green', 1), (5, 'red', 2);\nINSERT INTO people VALUES (1, 'zoe', 1), (2, 'cid', 5);"))
    const { plan, run } = await importing(from, into)
    expect((await plan()).totals).toEqual((await run()).totals)
    expect(await into.rows('SELECT t.name, p.name FROM teams t JOIN people p ON p.id = t.lead ORDER BY 1')).toEqual(['blue|bob', 'green|zoe', 'red|ann'])
    expect(await into.rows('SELECT p.name, t.name FROM people p JOIN teams t ON t.id = p.team ORDER BY 1')).toEqual(['ann|red', 'bob|blue', 'cid|red', 'zoe|green'])
    expect(counts(await run())).toEqual({ unchanged: 5 })
  })

  test('two references of a table to itself, in a ring', async () => {
    const table = 'CREATE TABLE nodes (id {id}, name text NOT NULL UNIQUE, left_id integer REFERENCES nodes (id), right_id integer REFERENCES nodes (id));\n'
    const from = await smallDatabase(engine, `${table}INSERT INTO nodes VALUES (1, 'a', NULL, 1), (2, 'b', 1, NULL), (3, 'c', 2, 1);\nUPDATE nodes SET left_id = 3 WHERE id = 1;`)
    const into = await smallDatabase(engine, `${table}INSERT INTO nodes VALUES (1, 'c', NULL, NULL), (3, 'x', 1, 3);`)
    const { run } = await importing(from, into)
    expect(counts(await run())).toEqual({ new: 2, changed: 1 })
    expect(await into.rows('SELECT n.name, l.name, r.name FROM nodes n LEFT JOIN nodes l ON l.id = n.left_id LEFT JOIN nodes r ON r.id = n.right_id ORDER BY 1')).toEqual(['a|c|a', 'b|a|NULL', 'c|b|a', 'x|c|x'])
    expect(counts(await run())).toEqual({ unchanged: 3 })
  })

  test('a composite reference to a unique key that is not the primary key, and one to a unique column', async () => {
    const tables = `CREATE TABLE rooms (id {id}, house text NOT NULL, door integer NOT NULL, tag text UNIQUE, UNIQUE (house, door));
CREATE TABLE beds (id {id}, house text, door integer, tag text REFERENCES rooms (tag), size integer NOT NULL, name text NOT NULL UNIQUE, FOREIGN KEY (house, door) REFERENCES rooms (house, door));\n`
    const from = await smallDatabase(engine, `${tables}INSERT INTO rooms VALUES (1, 'h', 1, 't1'), (2, 'h', 2, NULL);\nINSERT INTO beds VALUES (1, 'h', 2, 't1', 90, 'one'), (2, 'h', NULL, NULL, 80, 'two');`)
    const into = await smallDatabase(engine, `${tables}INSERT INTO rooms VALUES (1, 'k', 1, 't9'), (9, 'h', 2, NULL);\nINSERT INTO beds VALUES (1, 'k', 1, 't9', 90, 'one');`)
    const { run } = await importing(from, into)
    expect(counts(await run(), 'beds')).toEqual({ new: 1, changed: 1 })
    expect(await into.rows('SELECT name, house, door, tag, size FROM beds ORDER BY name')).toEqual(['one|h|2|t1|90', 'two|h|NULL|NULL|80'])
    expect(await into.rows('SELECT id, house, door FROM rooms ORDER BY house, door')).toEqual([expect.stringMatching(/^\d+\|h\|1$/), '9|h|2', '1|k|1'])
    expect(counts(await run())).toEqual({ unchanged: 4 })
  })

  test('children of a part: rows that refer to a table left out find theirs there, or the import says so', async () => {
    const tables = 'CREATE TABLE shops (id {id}, name text NOT NULL UNIQUE);\nCREATE TABLE sales (id {id}, shop integer NOT NULL REFERENCES shops (id), no text NOT NULL UNIQUE);\n'
    const from = await smallDatabase(engine, `${tables}INSERT INTO shops VALUES (1, 'north'), (2, 'south');\nINSERT INTO sales VALUES (1, 1, 's1'), (2, 2, 's2');`)
    const whole = await smallDatabase(engine, `${tables}INSERT INTO shops VALUES (1, 'south'), (2, 'north');`)
    const { run } = await importing(from, whole)
    expect(counts(await run({ include: ['sales'] }))).toEqual({ new: 2 })
    expect(await whole.rows('SELECT no, name FROM sales JOIN shops ON shops.id = shop ORDER BY 1')).toEqual(['s1|north', 's2|south'])
    const lacking = await smallDatabase(engine, `${tables}INSERT INTO shops VALUES (1, 'south');`)
    await expect((await importing(from, lacking)).run({ include: ['sales'] })).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED' })
    expect(await lacking.rows('SELECT * FROM sales')).toEqual([])
  })
})

describe.each(ENGINES)('a choice of strategies, %s', (engine) => {
  const TABLES = 'CREATE TABLE a (id {id}, code text NOT NULL UNIQUE, v text);\nCREATE TABLE b (id {id}, code text NOT NULL UNIQUE, v text);\n'
  const from = async (): ReturnType<typeof smallDatabase> => smallDatabase(engine, `${TABLES}INSERT INTO a VALUES (1, 'x', 'new'), (2, 'y', 'new');\nINSERT INTO b VALUES (1, 'x', 'new');`)
  const into = async (): ReturnType<typeof smallDatabase> => smallDatabase(engine, `${TABLES}INSERT INTO a VALUES (1, 'mine', 'old'), (2, 'x', 'old');\nINSERT INTO b VALUES (1, 'mine', 'old'), (2, 'x', 'old');`)
  const all = 'SELECT code, v FROM a UNION ALL SELECT code, v FROM b ORDER BY 1, 2'

  test('nothing is wiped that was not asked for: merge leaves what only the target has', async () => {
    const target = await into()
    await (await importing(await from(), target)).run()
    expect(await target.rows(all)).toEqual(['mine|old', 'mine|old', 'x|new', 'x|new', 'y|new'])
  })

  test('replace of one table leaves the others as they are', async () => {
    const target = await into()
    expect(counts(await (await importing(await from(), target)).run({ strategy: 'replace', include: ['a'] }))).toEqual({ new: 1, changed: 1, deleted: 1 })
    expect(await target.rows('SELECT code, v FROM a ORDER BY 1')).toEqual(['x|new', 'y|new'])
    expect(await target.rows('SELECT id, code, v FROM b ORDER BY 1')).toEqual(['1|mine|old', '2|x|old'])
  })

  test('skip adds what is new and passes over the rest', async () => {
    const target = await into()
    expect(counts(await (await importing(await from(), target)).run({ strategy: 'skip' }))).toEqual({ new: 1, kept: 2 })
    expect(await target.rows(all)).toEqual(['mine|old', 'mine|old', 'x|old', 'x|old', 'y|new'])
  })

  test('each table may have its own', async () => {
    const target = await into()
    const report = await (await importing(await from(), target)).run({ strategy: 'skip', onConflict: { b: 'replace' } })
    expect([counts(report, 'a'), counts(report, 'b')]).toEqual([{ new: 1, kept: 1 }, { changed: 1, deleted: 1 }])
    expect(await target.rows('SELECT code, v FROM b')).toEqual(['x|new'])
  })
})

describe.each(ENGINES)('a dry run that does not lie, %s', (engine) => {
  const TABLE = 'CREATE TABLE t (id {id}, code text NOT NULL UNIQUE, email text UNIQUE, v text);\n'

  test('what the natural key knows is no new row: the plan says what the run does', async () => {
    const from = await smallDatabase(engine, `${TABLE}INSERT INTO t VALUES (1, 'a', 'a@', 'new'), (2, 'b', 'b@', 'b'), (3, 'c', 'c@', 'c');`)
    const into = await smallDatabase(engine, `${TABLE}INSERT INTO t VALUES (1, 'z', 'z@', 'z'), (2, 'a', 'a@', 'old'), (9, 'b', 'b@', 'b');`)
    const { plan, run } = await importing(from, into)
    const planned = await plan()
    expect(counts(planned)).toEqual({ new: 1, changed: 1, unchanged: 1 })
    expect(await into.rows('SELECT id, v FROM t ORDER BY id')).toEqual(['1|z', '2|old', '9|b'])
    expect((await run()).totals).toEqual(planned.totals)
  })

  test('what another unique key of the target will refuse, the plan knows', async () => {
    const from = await smallDatabase(engine, `${TABLE}INSERT INTO t VALUES (1, 'new', 'taken@', 'x');`)
    const into = await smallDatabase(engine, `${TABLE}INSERT INTO t VALUES (1, 'other', 'taken@', 'y');`)
    const { plan, run } = await importing(from, into)
    const planned = await plan().then((report) => report.totals.conflicting, (error: unknown) => (error as { code: string }).code)
    expect([1, 'CONFLICT', 'CONSTRAINT_VIOLATED']).toContain(planned)
    await expect(run()).rejects.toMatchObject({ code: expect.stringMatching(/^(CONFLICT|CONSTRAINT_VIOLATED)$/) as string })
    expect(await into.rows('SELECT * FROM t')).toEqual(['1|other|taken@|y'])
  })

  test('a plan leaves ids that the database hands out where they were', async () => {
    const from = await smallDatabase(engine, `${TABLE}INSERT INTO t VALUES (1, 'n', 'n@', 'x'), (500, 'm', 'm@', 'x');`)
    const into = await smallDatabase(engine, TABLE)
    await into.run("INSERT INTO t (code) VALUES ('first')")
    await (await importing(from, into)).plan()
    await into.run("INSERT INTO t (code) VALUES ('second')")
    expect(await into.rows('SELECT id, code FROM t ORDER BY id')).toEqual(['1|first', '2|second'])
  })
})

describe.each(ENGINES)('the same import again, %s', (engine) => {
  test('many times: nothing is new, nothing is written, and references stay', async () => {
    const TABLES = 'CREATE TABLE up (id {id}, code text NOT NULL UNIQUE);\nCREATE TABLE down (id {id}, up integer REFERENCES up (id), code text NOT NULL, UNIQUE (up, code));\nCREATE TABLE links (up integer NOT NULL REFERENCES up (id), down integer NOT NULL REFERENCES down (id), PRIMARY KEY (up, down));\nCREATE TABLE log (up integer, line text, FOREIGN KEY (up) REFERENCES up (id));\n'
    const from = await smallDatabase(engine, `${TABLES}INSERT INTO up VALUES (1, 'a'), (2, 'b');\nINSERT INTO down VALUES (1, 1, 'x'), (2, 2, 'x');\nINSERT INTO links VALUES (1, 2), (2, 1);\nINSERT INTO log VALUES (1, 'l'), (1, 'l'), (NULL, NULL), (NULL, NULL);`)
    const into = await smallDatabase(engine, `${TABLES}INSERT INTO up VALUES (1, 'b'), (3, 'c');\nINSERT INTO down VALUES (4, 3, 'x');\nINSERT INTO log VALUES (3, 'l'), (NULL, NULL);`)
    const { plan, run } = await importing(from, into)
    const match = { down: [['up', 'code']] }
    await run({ match })
    const after = await into.rows('SELECT * FROM down ORDER BY id')
    expect(await into.rows('SELECT count(*) FROM log')).toEqual(['5'])
    for (const attempt of [plan, run, run]) expect(counts(await attempt({ match }))).toEqual({ unchanged: 10 })
    expect(await into.rows('SELECT * FROM down ORDER BY id')).toEqual(after)
  })

  test('a row without an identity is not doubled by it', async () => {
    const TABLE = 'CREATE TABLE t (id {id}, entity text, v text NOT NULL);\n'
    const from = await smallDatabase(engine, `${TABLE}INSERT INTO t VALUES (1, NULL, 'one'), (2, 'e', 'two');`)
    const into = await smallDatabase(engine, `${TABLE}INSERT INTO t VALUES (7, 'z', 'z');`)
    const { plan, run } = await importing(from, into)
    const match = { t: [['entity']] }
    const planned = await plan({ match })
    expect(counts(planned)).toEqual({ new: 1, conflicting: 1 })
    expect(planned.tables[0]?.examples.find((example) => example.class === 'conflicting')).toMatchObject({ reason: 'identity-null' })
    await expect(run({ match })).rejects.toMatchObject({ exitCode: 4 })
    await into.run("INSERT INTO t (entity, v) VALUES (NULL, 'one')")
    expect(counts(await run({ match }))).toEqual({ new: 1, unchanged: 1 })
    expect(counts(await run({ match }))).toEqual({ unchanged: 2 })
    expect(await into.rows('SELECT v FROM t ORDER BY v')).toEqual(['one', 'two', 'z'])
  })
})
