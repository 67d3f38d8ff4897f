import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planImport, runImport } from '../../src/index.js'
import { archived, database, SERVERS } from './referring.js'
import { scratch } from './two-databases.js'

const TABLES = (check: string, n: string): string => `CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL UNIQUE, name text ${check});
  CREATE TABLE posts (id integer PRIMARY KEY, user_id integer NOT NULL REFERENCES users, slug text NOT NULL UNIQUE, n integer ${n});
  CREATE TABLE likes (user_id integer NOT NULL REFERENCES users, post_id integer NOT NULL REFERENCES posts, PRIMARY KEY (user_id, post_id))`

const every = (count: number, row: (index: number) => string): string => Array.from({ length: count }, (_, index) => `(${row(index + 1)})`).join(', ')

/** 60 users, 3 of them bad; 120 posts, one of its own bad; 60 likes, one to each second post. */
const SOURCE = `${TABLES('', '')}; INSERT INTO users VALUES ${every(60, (id) => `${id}, 'u${id}@x', '${id % 20 === 0 ? 'bad' : 'good'}'`)};
  INSERT INTO posts VALUES ${every(120, (id) => `${id}, ${((id - 1) % 60) + 1}, 's${id}', ${id === 7 ? -1 : id}`)}; INSERT INTO likes VALUES ${every(60, (id) => `${id}, ${id * 2}`)}`
const TARGET = `${TABLES("CHECK (name <> 'bad')", 'CHECK (n > 0)')}; INSERT INTO users VALUES (1, 'stranger@x', 'S'), (70, 'u2@x', 'old')`

describe.each(SERVERS)('an import that goes on past bad rows, %s', (server) => {
  test('leaves out just the bad rows and what refers to them, plans it so, and says why', async () => {
    const into = await database(server, TARGET)
    const options = await archived(await database(server, SOURCE), into, {})
    await expect(runImport(options)).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED' })
    const rejecting = { ...options, onError: 'reject' as const, rejects: join(scratch(), 'rejects.json') }
    const planned = await planImport({ ...rejecting, rejects: undefined })
    const done = await runImport(rejecting)
    expect(planned.totals).toEqual(done.totals)
    // Bad users 20, 40, 60 take the posts 20, 40, 60, 80, 100, 120 along, and post 7 is bad itself; likes of either go too.
    expect(done.tables).toMatchObject([
      { table: 'users', new: 56, changed: 1, rejected: 3 },
      { table: 'posts', new: 113, rejected: 7 },
      { table: 'likes', new: 54, rejected: 6 },
    ])
    expect(done.tables[0]?.examples.filter(({ class: kind }) => kind === 'rejected')).toMatchObject([{ key: server === 'SQLite' ? 'email="u20@x"' : 'email=u20@x', reason: 'constraint' }, {}, {}])
    expect(await into.rows("SELECT count(*) FROM users WHERE name = 'bad' UNION ALL SELECT count(*) FROM posts WHERE n < 0")).toEqual(['0', '0'])
    const again = await runImport({ ...rejecting, overwrite: true })
    expect(again.totals).toMatchObject({ new: 0, changed: 0, rejected: 16 })
  })

  test('the reject file is imported once the target takes its rows', async () => {
    const into = await database(server, TARGET)
    const rejects = join(scratch(), 'rejects.tar.gz')
    const options = await archived(await database(server, SOURCE), into, {})
    await runImport({ ...options, onError: 'reject', rejects })
    const whole = await database(server, SOURCE)
    const loose = await database(server, TABLES('', ''))
    await runImport({ ...options, store: loose.store, onError: 'reject', include: ['users', 'posts', 'likes'] })
    expect(await loose.rows('SELECT count(*) FROM likes')).toEqual(await whole.rows('SELECT count(*) FROM likes'))
    const mended = await database(server, `${TABLES('', '')}; INSERT INTO users VALUES (1, 'stranger@x', 'S'), (70, 'u2@x', 'old')`)
    await runImport({ ...options, store: mended.store, exclude: [] })
    const later = await runImport({ ...options, input: rejects, store: mended.store })
    expect(later.totals).toMatchObject({ new: 0, changed: 0, unchanged: 16 })
  })

  test('where rows go, change and come, a bad one among them keeps none of the others back', async () => {
    const rows = "INSERT INTO users VALUES (1, 'u1@x', 'better'), (2, 'u2@x', 'bad'), (3, 'u3@x', 'new'), (4, 'u4@x', 'bad')"
    const into = await database(server, `${TABLES("CHECK (name <> 'bad')", '')}; INSERT INTO users VALUES (1, 'u1@x', 'good'), (2, 'u2@x', 'good'), (9, 'gone@x', 'good')`)
    const options = await archived(await database(server, `${TABLES('', '')}; ${rows}`), into, {})
    const report = await runImport({ ...options, strategy: 'replace', prune: true, onError: 'reject', include: ['users'], confirm: async () => true })
    expect(report.totals).toMatchObject({ new: 1, changed: 1, deleted: 1, rejected: 2 })
    expect(await into.rows('SELECT email, name FROM users ORDER BY email')).toEqual(['u1@x|better', 'u2@x|good', 'u3@x|new'])
  })

  test('values that the target cannot hold at all are left out one by one, before anything is matched', async () => {
    const [from, to] = server === 'SQLite' ? ['v', 'v TEXT'] : ['v text', 'v varchar(3)']
    const values = server === 'SQLite' ? [5, "'fit'", 6, "'too'", 7] : ["'much too long'", "'fit'", "'longer'", "'too'", "'longest'"]
    const from5 = await database(server, `CREATE TABLE t (id integer PRIMARY KEY, ${from}); INSERT INTO t VALUES ${values.map((value, index) => `(${index + 1}, ${value})`).join(', ')}`)
    const into = await database(server, `CREATE TABLE t (id integer PRIMARY KEY, ${to})`)
    const options = await archived(from5, into, {})
    await expect(runImport(options)).rejects.toMatchObject({ code: 'ROW_REFUSED' })
    const rejects = join(scratch(), 'rejects.json')
    const report = await runImport({ ...options, onError: 'reject', rejects })
    expect(report.totals).toMatchObject({ new: 2, rejected: 3 })
    expect(await into.rows('SELECT v FROM t ORDER BY v')).toEqual(['fit', 'too'])
  })

  test('conflicts are left out as well, and the others go in', async () => {
    const rows = "INSERT INTO users VALUES (1, 'u1@x', 'A'), (2, 'u2@x', 'B')"
    const into = await database(server, `${TABLES('', '')}; INSERT INTO users VALUES (5, 'u1@x', 'here')`)
    const options = await archived(await database(server, `${TABLES('', '')}; ${rows}`), into, {})
    const report = await runImport({ ...options, strategy: 'fail-on-conflict', onError: 'reject' })
    expect(report.totals).toMatchObject({ new: 1, conflicting: 0, rejected: 1 })
    expect(await into.rows('SELECT email, name FROM users ORDER BY email')).toEqual(['u1@x|here', 'u2@x|B'])
  })
})
