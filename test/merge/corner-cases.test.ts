import { describe, expect, test } from 'vitest'
import { emptyProfile } from '../../src/profiles/profile.js'
import { counts, ENGINES, importing, smallDatabase } from './two-databases.js'

describe.each(ENGINES)('rows that only the target has, %s', (engine) => {
  test.each(['replace', 'prune'] as const)('%s: a link goes although the archive has one of the same numbers, which means another', async (how) => {
    const tables = 'CREATE TABLE a (id {id}, code text NOT NULL UNIQUE);\nCREATE TABLE b (id {id}, code text NOT NULL UNIQUE);\nCREATE TABLE links (a integer NOT NULL REFERENCES a (id), b integer NOT NULL REFERENCES b (id), PRIMARY KEY (a, b));\n'
    const from = await smallDatabase(engine, `${tables}INSERT INTO a VALUES (1, 'x');\nINSERT INTO b VALUES (1, 'y');\nINSERT INTO links VALUES (1, 1);`)
    const into = await smallDatabase(engine, `${tables}INSERT INTO a VALUES (1, 'mine'), (6, 'x');\nINSERT INTO b VALUES (1, 'y');\nINSERT INTO links VALUES (1, 1);`)
    const { run } = await importing(from, into)
    expect(counts(await run(how === 'prune' ? { prune: true } : { strategy: 'replace' }), 'links')).toEqual({ new: 1, deleted: 1 })
    expect(await into.rows('SELECT * FROM links')).toEqual(['6|1'])
  })

  test('a child of a row that only its whole content tells is not among them', async () => {
    const tables = 'CREATE TABLE p (id {id}, name text);\nCREATE TABLE c (p integer NOT NULL REFERENCES p (id), n integer NOT NULL, PRIMARY KEY (p, n));\n'
    const from = await smallDatabase(engine, `${tables}INSERT INTO p VALUES (1, NULL), (2, 'm'), (3, 'm');\nINSERT INTO c VALUES (1, 1), (2, 7), (3, 7);`)
    const into = await smallDatabase(engine, `${tables}INSERT INTO p VALUES (11, NULL), (12, 'm'), (13, 'm');\nINSERT INTO c VALUES (11, 1), (12, 7), (13, 7);`)
    const { run } = await importing(from, into)
    const match = { p: [['name']] }
    for (const prune of [false, true, true]) expect(counts(await run({ match, prune }))).toEqual({ unchanged: 6 })
    expect(await into.rows('SELECT * FROM c ORDER BY p')).toEqual(['11|1', '12|7', '13|7'])
  })
})

describe.each(ENGINES)('tables that are empty in the target, %s', (engine) => {
  const tables = 'CREATE TABLE a (id {id}, code text NOT NULL UNIQUE);\nCREATE TABLE b (a integer PRIMARY KEY REFERENCES a (id), n integer);\nCREATE TABLE c (id {id}, b integer NOT NULL REFERENCES b (a));\n'

  test('a reference follows through a key that is itself a reference', async () => {
    const from = await smallDatabase(engine, `${tables}INSERT INTO a VALUES (4, 'x');\nINSERT INTO b VALUES (4, 1);\nINSERT INTO c VALUES (1, 4);`)
    const into = await smallDatabase(engine, `${tables}INSERT INTO a VALUES (3, 'x'), (4, 'stranger');`)
    const { run } = await importing(from, into)
    expect(counts(await run())).toEqual({ new: 2, unchanged: 1 })
    expect(await into.rows('SELECT c.id, a.code FROM c JOIN b ON b.a = c.b JOIN a ON a.id = b.a')).toEqual(['1|x'])
  })

  test('… also where only the last of the tables is empty, and a stranger has the number', async () => {
    const from = await smallDatabase(engine, `${tables}INSERT INTO a VALUES (4, 'x');\nINSERT INTO b VALUES (4, 1);\nINSERT INTO c VALUES (1, 4);`)
    const into = await smallDatabase(engine, `${tables}INSERT INTO a VALUES (3, 'x'), (4, 'stranger');\nINSERT INTO b VALUES (4, 9);`)
    const { run } = await importing(from, into)
    expect(counts(await run())).toEqual({ new: 2, unchanged: 1 })
    expect(await into.rows('SELECT c.id, a.code FROM c JOIN b ON b.a = c.b JOIN a ON a.id = b.a')).toEqual(['1|x'])
  })
})

describe.each(ENGINES)('copies of keep-both, %s', (engine) => {
  /** Imports three times: the copy is made once. */
  const copied = async (tables: string, archive: string, target: string, labels: Record<string, string> = {}): Promise<{ first: Record<string, number>; rows: (sql: string) => Promise<string[]> }> => {
    const [from, into] = [await smallDatabase(engine, tables + archive), await smallDatabase(engine, tables + target)]
    const { plan, run } = await importing(from, into)
    const profile = { ...emptyProfile, labelColumns: labels }
    const options = { strategy: 'keep-both', profile } as const
    const planned = await plan(options)
    const first = await run(options)
    expect(planned.totals).toEqual(first.totals)
    const all = Object.values(counts(first)).reduce((sum, count) => sum + count, 0)
    for (const again of [plan, run, run]) expect(counts(await again(options))).toEqual({ unchanged: all })
    return { first: counts(first), rows: async (sql) => into.rows(sql) }
  }

  test('a copy is marked in its label and in what makes its key its own', async () => {
    const tables = 'CREATE TABLE t (id {id}, code text NOT NULL UNIQUE, title text, v text);\n'
    const { first, rows } = await copied(tables, "INSERT INTO t VALUES (1, 'a', 'A', 'new'), (2, 'b', NULL, 'new');", "INSERT INTO t VALUES (2, 'a', 'A', 'old'), (1, 'b', NULL, 'old');", { t: 'title' })
    expect(first).toEqual({ new: 2 })
    expect(await rows('SELECT code, title, v FROM t ORDER BY 1')).toEqual(['a|A|old', 'a (imported)|A (imported)|new', 'b|NULL|old', 'b (imported)|NULL|new'])
  })

  test('the label is marked even where no key needs it', async () => {
    const tables = 'CREATE TABLE t (id {id}, code text UNIQUE, title text NOT NULL, v text);\n'
    const { rows } = await copied(tables, "INSERT INTO t VALUES (2, NULL, 'A', 'new');", "INSERT INTO t VALUES (2, NULL, 'A', 'old');", { t: 'title' })
    expect(await rows('SELECT title, v FROM t ORDER BY id')).toEqual(['A|old', 'A (imported)|new'])
  })

  test.each([['id', '{id}', 1], ['uid', 'text PRIMARY KEY', "'u'"]])('rows of a table that is empty in the target follow the copy, by %s', async (key, type, value) => {
    const tables = `CREATE TABLE p (${key} ${type}, v text);\nCREATE TABLE c (id {id}, p ${key === 'id' ? 'integer' : 'text'} REFERENCES p (${key}));\n`
    const { first, rows } = await copied(tables, `INSERT INTO p VALUES (${value}, 'new');\nINSERT INTO c VALUES (1, ${value});`, `INSERT INTO p VALUES (${value}, 'old');`)
    expect(first).toEqual({ new: 2 })
    expect(await rows(`SELECT v FROM c JOIN p ON p.${key} = c.p`)).toEqual(['new'])
  })

  test('what a copy holds by its key is new under it, with ids of its own', async () => {
    const tables = 'CREATE TABLE p (id {id}, code text NOT NULL UNIQUE, v text);\nCREATE TABLE c (id {id}, p integer NOT NULL REFERENCES p (id), name text NOT NULL, UNIQUE (p, name));\nCREATE TABLE d (c integer REFERENCES c (id), v text);\n'
    const { first, rows } = await copied(
      tables,
      "INSERT INTO p VALUES (1, 'p', 'new');\nINSERT INTO c VALUES (2, 1, 'x');\nINSERT INTO d VALUES (2, 'd');",
      "INSERT INTO p VALUES (1, 'p', 'old');\nINSERT INTO c VALUES (4, 1, 'x');\nINSERT INTO d VALUES (4, 'd');",
    )
    expect(first).toEqual({ new: 3 })
    expect(await rows('SELECT p.v, c.name, d.v FROM p JOIN c ON c.p = p.id JOIN d ON d.c = c.id ORDER BY 1')).toEqual(['new|x|d', 'old|x|d'])
  })

  test('a row that refers to itself, and rows that refer to each other', async () => {
    const tables = 'CREATE TABLE t (id {id}, code text NOT NULL UNIQUE, up integer REFERENCES t (id));\n'
    const alone = await copied(tables, "INSERT INTO t VALUES (3, 'a', 3);", "INSERT INTO t VALUES (4, 'a', NULL);")
    expect(await alone.rows('SELECT t.code, u.code FROM t LEFT JOIN t u ON u.id = t.up ORDER BY 1')).toEqual(['a|NULL', 'a (imported)|a (imported)'])
    const later = "INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', 1);\nUPDATE t SET up = 2 WHERE id = 1;"
    const ring = await copied(tables, later, "INSERT INTO t VALUES (2, 'a', NULL), (3, 'b', 2);")
    expect(ring.first).toEqual({ new: 2 })
    expect(await ring.rows('SELECT t.code, u.code FROM t LEFT JOIN t u ON u.id = t.up ORDER BY 1')).toEqual(['a|NULL', 'a (imported)|b (imported)', 'b|a', 'b (imported)|a (imported)'])
  })

  test('references to keys that are texts follow their marks, also in a ring', async () => {
    const tables = 'CREATE TABLE t (code text PRIMARY KEY, v text, up text REFERENCES t (code));\nCREATE TABLE c (id {id}, t text REFERENCES t (code));\n'
    const { first, rows } = await copied(
      tables,
      "INSERT INTO t VALUES ('a', 'new', NULL), ('b', 'b', 'a');\nUPDATE t SET up = 'b' WHERE code = 'a';\nINSERT INTO c VALUES (1, 'b');",
      "INSERT INTO t VALUES ('a', 'old', NULL), ('b', 'b', 'a');\nUPDATE t SET up = 'b' WHERE code = 'a';\nINSERT INTO c VALUES (1, 'b');",
    )
    expect(first).toEqual({ new: 3 })
    expect(await rows('SELECT code, v, up FROM t ORDER BY 1')).toEqual(['a|old|b', 'a (imported)|new|b (imported)', 'b|b|a', 'b (imported)|b|a (imported)'])
    expect(await rows('SELECT t FROM c ORDER BY id')).toEqual(['b', 'b (imported)'])
  })

  test('what changes in the archive after its first import makes a second copy', async () => {
    const tables = 'CREATE TABLE t (id {id}, code text NOT NULL UNIQUE, v text);\n'
    const [from, into] = [await smallDatabase(engine, `${tables}INSERT INTO t VALUES (1, 'a', 'new');`), await smallDatabase(engine, `${tables}INSERT INTO t VALUES (1, 'a', 'old');`)]
    await (await importing(from, into)).run({ strategy: 'keep-both' })
    await from.run("UPDATE t SET v = 'newer'")
    const later = await importing(from, into)
    expect(counts(await later.run({ strategy: 'keep-both' }))).toEqual({ new: 1 })
    expect(counts(await later.run({ strategy: 'keep-both' }))).toEqual({ unchanged: 1 })
    expect(await into.rows('SELECT v, count(DISTINCT code) FROM t GROUP BY v ORDER BY 1')).toEqual(['new|1', 'newer|1', 'old|1'])
  })

  test('what a copy holds by its key is new under it also where its table is told apart by ids alone', async () => {
    const tables = 'CREATE TABLE p (id {id}, v text);\nCREATE TABLE c (id {id}, p integer NOT NULL REFERENCES p (id), name text NOT NULL, UNIQUE (p, name));\n'
    const { first, rows } = await copied(tables, "INSERT INTO p VALUES (1, 'new');\nINSERT INTO c VALUES (1, 1, 'x');", "INSERT INTO p VALUES (1, 'old');\nINSERT INTO c VALUES (1, 1, 'x');")
    expect(first).toEqual({ new: 2 })
    expect(await rows('SELECT c.id, p.v, c.name FROM p JOIN c ON c.p = p.id ORDER BY 1')).toEqual(['1|old|x', '2|new|x'])
  })

  test('a row in a ring that is there under a copy is found again, whichever of the ring is looked at first', async () => {
    const tables = 'CREATE TABLE u (code text PRIMARY KEY, c integer, p integer);\nCREATE TABLE p (id {id}, code text NOT NULL UNIQUE, c integer);\nCREATE TABLE c (id {id}, p integer NOT NULL REFERENCES p (id), name text NOT NULL, u text REFERENCES u (code), UNIQUE (p, name));\n'
    const ring = (engine === 'SQLite' ? tables.replace('c integer, p integer', 'c integer REFERENCES c (id), p integer REFERENCES p (id)').replace('UNIQUE, c integer', 'UNIQUE, c integer REFERENCES c (id)') : `${tables}ALTER TABLE u ADD FOREIGN KEY (c) REFERENCES c (id), ADD FOREIGN KEY (p) REFERENCES p (id);\nALTER TABLE p ADD FOREIGN KEY (c) REFERENCES c (id);\n`)
    const { first, rows } = await copied(
      ring,
      "INSERT INTO u VALUES ('k', NULL, NULL);\nINSERT INTO p VALUES (1, 'a', NULL), (2, 'b', NULL);\nINSERT INTO c VALUES (1, 1, 'n', 'k');\nUPDATE u SET c = 1, p = 1;\nUPDATE p SET c = 1;",
      "INSERT INTO u VALUES ('k', NULL, NULL);\nINSERT INTO p VALUES (1, 'b', NULL);\nINSERT INTO c VALUES (1, 1, 'n', 'k');\nUPDATE u SET c = 1, p = 1;\nUPDATE p SET c = 1;",
    )
    expect(first).toEqual({ new: 4 })
    expect(await rows('SELECT p.code, o.code, c.u FROM p JOIN c ON c.id = p.c JOIN p o ON o.id = c.p ORDER BY 1')).toEqual(['a|a|k (imported)', 'b|b|k', 'b (imported)|a|k (imported)'])
  })

  test('rings that are alike in all but their numbers are found again', async () => {
    const tables = 'CREATE TABLE t (id {id}, v text, up integer REFERENCES t (id));\n'
    const rings = (v: string): string => `INSERT INTO t VALUES (1, '${v}', NULL), (2, 'y', 1), (3, '${v}', NULL), (4, 'y', 3), (5, 'y', 3);\nUPDATE t SET up = id + 1 WHERE id IN (1, 3);`
    const { first } = await copied(tables, rings('new'), rings('old'))
    expect(first).toEqual({ new: 5 })
  })

  test('a row whose second key is that of a row which stays has a copy of its own', async () => {
    const tables = 'CREATE TABLE t (id {id}, email text NOT NULL UNIQUE, code text NOT NULL UNIQUE);\n'
    const { first, rows } = await copied(tables, "INSERT INTO t VALUES (1, 'k1', 'k1'), (2, 'k2', 'k2');", "INSERT INTO t VALUES (4, 'k2', 'k1');")
    expect(first).toEqual({ new: 2 })
    expect(await rows('SELECT email, code FROM t ORDER BY 1')).toEqual(['k1 (imported)', 'k2', 'k2 (imported)'].map((email, at) => `${email}|${['k1 (imported)', 'k1', 'k2 (imported)'][at] ?? ''}`))
  })

  test('nothing that was in the archive is pruned because the archive now means the copy', async () => {
    const tables = 'CREATE TABLE p (id {id}, v text);\nCREATE TABLE lines (p integer NOT NULL REFERENCES p (id), n integer NOT NULL, PRIMARY KEY (p, n));\nCREATE TABLE notes (p integer REFERENCES p (id), v text);\n'
    const rows = (v: string): string => `INSERT INTO p VALUES (1, '${v}');\nINSERT INTO lines VALUES (1, 1);\nINSERT INTO notes VALUES (1, 'x');`
    const [from, into] = [await smallDatabase(engine, tables + rows('new')), await smallDatabase(engine, `${tables}${rows('old')}\nINSERT INTO lines VALUES (1, 2);\nINSERT INTO notes VALUES (1, 'y');`)]
    const { run } = await importing(from, into)
    expect(counts(await run({ strategy: 'keep-both', prune: true }))).toEqual({ new: 3, deleted: 2 })
    expect(await into.rows('SELECT p.v, n, notes.v FROM p JOIN lines ON lines.p = p.id JOIN notes ON notes.p = p.id ORDER BY 1')).toEqual(['new|1|x', 'old|1|x'])
  })

  test('a row that has nothing to make its key its own is a conflict', async () => {
    const tables = 'CREATE TABLE p (id {id}, code text NOT NULL UNIQUE);\nCREATE TABLE c (p integer NOT NULL REFERENCES p (id), n integer NOT NULL, v text, PRIMARY KEY (p, n));\n'
    const [from, into] = [await smallDatabase(engine, `${tables}INSERT INTO p VALUES (1, 'p');\nINSERT INTO c VALUES (1, 1, 'new');`), await smallDatabase(engine, `${tables}INSERT INTO p VALUES (5, 'p');\nINSERT INTO c VALUES (5, 1, 'old');`)]
    const { plan, run } = await importing(from, into)
    expect(counts(await plan({ strategy: 'keep-both' }))).toEqual({ unchanged: 1, conflicting: 1 })
    await expect(run({ strategy: 'keep-both' })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await into.rows('SELECT v FROM c')).toEqual(['old'])
  })
})

describe.each(ENGINES)('identities that the user names, %s', (engine) => {
  test('one that holds a reference by a key follows the row that it means, though its key is another in the target', async () => {
    const tables = 'CREATE TABLE p (id {id}, code text NOT NULL UNIQUE, name text);\nCREATE TABLE c (id {id}, p text NOT NULL REFERENCES p (code), n integer, v text);\n'
    const from = await smallDatabase(engine, `${tables}INSERT INTO p VALUES (1, 'k', 'x');\nINSERT INTO c VALUES (1, 'k', 7, 'new');`)
    const into = await smallDatabase(engine, `${tables}INSERT INTO p VALUES (5, 'old', 'x');\nINSERT INTO c VALUES (9, 'old', 7, 'v');`)
    const { plan, run } = await importing(from, into)
    const match = { p: [['name']], c: [['p', 'n']] }
    expect(counts(await plan({ match, strategy: 'skip' }))).toEqual({ kept: 2 })
    expect(counts(await run({ match }))).toEqual({ changed: 2 })
    expect(await into.rows('SELECT p.id, c.id, c.p, c.v FROM c JOIN p ON p.code = c.p')).toEqual(['5|9|k|new'])
    expect(counts(await run({ match }))).toEqual({ unchanged: 2 })
  })

  test('… also where the reference is part of the primary key', async () => {
    const tables = 'CREATE TABLE p (id {id}, code text NOT NULL UNIQUE, name text);\nCREATE TABLE c (p text NOT NULL REFERENCES p (code) DEFERRABLE INITIALLY DEFERRED, n integer NOT NULL, v text, PRIMARY KEY (p, n));\n'
    const from = await smallDatabase(engine, `${tables}INSERT INTO p VALUES (1, 'k', 'x');\nINSERT INTO c VALUES ('k', 7, 'new');`)
    const into = await smallDatabase(engine, `${tables}INSERT INTO p VALUES (5, 'old', 'x');\nINSERT INTO c VALUES ('old', 7, 'v');`)
    const { run } = await importing(from, into)
    const match = { p: [['name']] }
    expect(counts(await run({ match }))).toEqual({ changed: 2 })
    expect(await into.rows('SELECT * FROM c')).toEqual(['k|7|new'])
    expect(counts(await run({ match }))).toEqual({ unchanged: 2 })
  })

  test('of rows that are alike in all they hold, the one with the very same id is meant, and what refers to it stays', async () => {
    const tables = 'CREATE TABLE p (id {id}, name text);\nCREATE TABLE c (id {id}, p integer NOT NULL REFERENCES p (id));\n'
    const from = await smallDatabase(engine, `${tables}INSERT INTO p VALUES (2, 'x'), (3, 'x');\nINSERT INTO c VALUES (1, 2), (2, 3);`)
    const into = await smallDatabase(engine, `${tables}INSERT INTO p VALUES (1, 'x'), (2, 'x'), (3, 'x');\nINSERT INTO c VALUES (1, 2), (2, 3);`)
    const { plan, run } = await importing(from, into)
    const match = { p: [['name']] }
    for (const strategy of ['merge', 'skip', 'keep-both'] as const) expect(counts(await plan({ match, strategy })), strategy).toEqual({ unchanged: 4 })
    expect(counts(await run({ match }))).toEqual({ unchanged: 4 })
    expect(await into.rows('SELECT p FROM c ORDER BY id')).toEqual(['2', '3'])
  })

  test('rows that only their content tells are found one after the other, each by those that it refers to', async () => {
    const tables = 'CREATE TABLE t (id {id}, name text, up integer REFERENCES t (id));\n'
    const from = await smallDatabase(engine, `${tables}INSERT INTO t VALUES (1, 'top', NULL), (2, 'x', 1), (3, 'x', 2), (4, 'x', 3);`)
    const into = await smallDatabase(engine, `${tables}INSERT INTO t VALUES (6, 'top', NULL), (7, 'x', 6), (9, 'x', 7), (8, 'x', 9);`)
    const { run } = await importing(from, into)
    expect(counts(await run({ match: { t: [['name']] } }))).toEqual({ unchanged: 4 })
  })
})

describe.each(ENGINES)('identities that the database tells, %s', (engine) => {
  test('unique keys are tried in the order in which they were declared, whatever their names', async () => {
    const tables = 'CREATE TABLE t (id {id}, email text NOT NULL UNIQUE, code text NOT NULL UNIQUE);\nCREATE TABLE c (id {id}, t integer NOT NULL REFERENCES t (id));\n'
    const from = await smallDatabase(engine, `${tables}INSERT INTO t VALUES (9, 'e1', 'c2');\nINSERT INTO c VALUES (1, 9);`)
    const into = await smallDatabase(engine, `${tables}INSERT INTO t VALUES (1, 'e1', 'c1'), (2, 'e2', 'c2');`)
    const { run } = await importing(from, into)
    expect(counts(await run({ strategy: 'skip' }))).toEqual({ new: 1, kept: 1 })
    expect(await into.rows('SELECT email FROM t JOIN c ON c.t = t.id')).toEqual(['e1'])
  })
})
