import { describe, expect, test } from 'vitest'
import { copyStore, diff, planCopy } from '../../src/index.js'
import { database, SERVERS } from '../merge/referring.js'

const TABLES = 'CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL UNIQUE, name text); CREATE TABLE posts (id integer PRIMARY KEY, user_id integer NOT NULL REFERENCES users, slug text NOT NULL UNIQUE)'
const ROWS = "INSERT INTO users VALUES (1, 'a@x', 'A'), (2, 'b@x', 'B'); INSERT INTO posts VALUES (1, 2, 'one'), (2, 1, 'two')"

describe.each(SERVERS)('a copy from SQLite, %s', (server) => {
  test('lands where other ids are, as planned, and a second time without effect', async () => {
    const from = await database('SQLite', `${TABLES}; ${ROWS}`)
    const into = await database(server, `${TABLES}; INSERT INTO users VALUES (1, 'z@x', 'Z'), (9, 'b@x', 'old')`)
    const planned = await planCopy({ from: from.store, store: into.store })
    const done = await copyStore({ from: from.store, store: into.store })
    expect(planned.totals).toEqual(done.totals)
    expect(done.totals).toMatchObject({ new: 3, changed: 1 })
    expect(await into.rows('SELECT p.slug, u.email FROM posts p JOIN users u ON u.id = p.user_id ORDER BY 1')).toEqual(['one|b@x', 'two|a@x'])
    expect((await copyStore({ from: from.store, store: into.store })).totals).toMatchObject({ new: 0, changed: 0, unchanged: 4 })
    const back = await diff({ a: from.store, b: into.store })
    expect(back.totals).toMatchObject({ onlyA: 0, onlyB: 1, changed: 0 })
  })

  test('a table that is left out still says what references to it mean', async () => {
    const from = await database('SQLite', `${TABLES}; ${ROWS}`)
    const into = await database(server, `${TABLES}; INSERT INTO users VALUES (1, 'b@x', 'here'), (2, 'a@x', 'here')`)
    const report = await copyStore({ from: from.store, store: into.store, exclude: ['users'] })
    expect(report.tables.map(({ table }) => table)).toEqual(['posts'])
    expect(await into.rows('SELECT slug, user_id FROM posts ORDER BY 1')).toEqual(['one|1', 'two|2'])
    expect(await into.rows("SELECT count(*) FROM users WHERE name = 'here'")).toEqual(['2'])
  })
})

test('a store is not copied into itself', async () => {
  const { store } = await database('SQLite', TABLES)
  await expect(copyStore({ from: store, store })).rejects.toMatchObject({ code: 'USAGE' })
})
