import { expect, test } from 'vitest'
import { runImport } from '../../src/transfer/run-import.js'
import { createDatabase } from '../postgres/database.js'
import { dumpSqlite } from '../property/sqlite-databases.js'
import { exported, sqliteStore } from './exported.js'

const TABLES = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(40) NOT NULL UNIQUE);
  CREATE TABLE teams (id INTEGER PRIMARY KEY, code VARCHAR(9) NOT NULL, owner INTEGER NOT NULL REFERENCES users (id), UNIQUE (owner, code));
  CREATE TABLE tasks (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams (id), title VARCHAR(40) NOT NULL UNIQUE);`
const SOURCE = `${TABLES}
  INSERT INTO users VALUES (1, 'ann@x'), (2, 'bob@x');
  INSERT INTO teams VALUES (10, 'red', 1), (11, 'red', 2), (12, 'blue', 2);
  INSERT INTO tasks VALUES (100, 10, 'paint'), (101, 11, 'mow'), (102, NULL, 'sleep');`
const TARGET = `${TABLES}
  INSERT INTO users VALUES (7, 'bob@x'), (8, 'ann@x');
  INSERT INTO teams VALUES (1, 'red', 7), (2, 'red', 8), (10, 'blue', 8);`

test.each(['archive', 'json'] as const)('rows find the rows they refer to under other ids, by stubs whose identity needs another stub (%s)', async (format) => {
  const source = sqliteStore(SOURCE)
  const { path, stubs } = await exported(source.folder, { store: source.store, format, include: ['tasks'] })
  expect(Object.keys(stubs).sort()).toEqual(['teams', 'users'])
  const target = sqliteStore(TARGET)
  await runImport({ input: path, store: target.store })
  expect(dumpSqlite(target.store)['tasks']).toEqual(['integer|100|integer|2|text|7061696E74', 'integer|101|integer|1|text|6D6F77', 'integer|102|null|null|text|736C656570'])
  const database = await createDatabase()
  await database.run(TARGET)
  await runImport({ input: path, store: database.url })
  expect(await database.query('SELECT title, team FROM tasks ORDER BY id')).toEqual([['paint', '2'], ['mow', '1'], ['sleep', null]])
  expect(await database.query('SELECT count(*) FROM users')).toEqual([['2']])
})
