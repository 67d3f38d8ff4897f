import { expect, test } from 'vitest'
import { databaseFile, snapshotOf } from '../../test/sqlite/scratch.js'
import { emptyProfile } from '../profiles/profile.js'
import { rowFilters } from './row-filters.js'
import { untimedRows } from './untimed-rows.js'

test('rows that a time filter leaves out because they have no time are counted, those of a condition only among its own', async () => {
  const path = databaseFile(`
    CREATE TABLE logs (id INTEGER PRIMARY KEY, created_at DATETIME);
    CREATE TABLE users (id INTEGER PRIMARY KEY, created_at TEXT);
    CREATE TABLE plain (id INTEGER PRIMARY KEY);
    INSERT INTO logs VALUES (1, '2026-02-16'), (2, NULL), (3, 'yesterday'), (4, '1999-01-01'), (5, NULL);
    INSERT INTO users VALUES (1, '2026-02-16T10:00:00Z'), (2, '')`)
  const snapshot = await snapshotOf(path)
  const { tables } = snapshot.schema
  const since = new Date('2026-01-01T00:00:00Z')
  expect(await untimedRows(snapshot, tables, rowFilters(tables, { since, where: { logs: 'id < 4' } }, emptyProfile))).toEqual([
    'table logs: 2 rows hold no time in created_at that can be read, and are left out',
    'table users: 1 row holds no time in created_at that can be read, and is left out',
  ])
  expect(await untimedRows(snapshot, tables, rowFilters(tables, { where: { logs: 'id < 4' } }, emptyProfile))).toEqual([])
})
