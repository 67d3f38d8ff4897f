import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { verbatim } from '../../sql.js'
import { temporaryColumns } from './temporary-columns.js'

const DDL = `CREATE TABLE t (i INTEGER, x TEXT COLLATE NOCASE, r REAL, n NUMERIC, u, v VARCHAR(9));
  CREATE TABLE k (code TEXT COLLATE NOCASE, n REAL, PRIMARY KEY (code, n)) WITHOUT ROWID;
  CREATE TABLE s (a ANY PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TEMP TABLE stage (ordinal INTEGER PRIMARY KEY, c0)`

/** The rows of a query once they went through a temporary table made for it, each value with its class. */
function through(db: Database.Database, query: string): unknown[][] {
  const columns = temporaryColumns(db, verbatim(query)).text
  db.exec(`CREATE TEMP TABLE made (${columns}); INSERT INTO made ${query}`)
  const names = db.prepare('SELECT * FROM made').columns().map(({ name }) => `"${name}"`)
  return db.prepare<[], unknown[]>(`SELECT ${names.map((name) => `typeof(${name}) || ' ' || ${name}`).join(', ')} FROM made`).raw().all()
}

test('every value keeps its class, whatever column or expression it comes from', () => {
  const db = new Database(':memory:')
  db.exec(DDL)
  db.exec(`INSERT INTO t VALUES ('a', 5, 2, '7x', '01', x'31'), (1, '2', 3, 4, 5.0, '6')`)
  const query = `SELECT i, x, r, n, u, v, CAST(i AS TEXT) AS c, coalesce(x, i) AS e, (SELECT max(i) FROM t) AS q FROM t UNION ALL SELECT '1', 2, '3', '4', '5', 6, 7, 8, '9' ORDER BY 1`
  expect(through(db, query)).toEqual([
    ['integer 1', 'text 2', 'real 3.0', 'integer 4', 'real 5.0', 'text 6', 'text 1', 'text 2', 'text a'],
    ['text 1', 'integer 2', 'text 3', 'text 4', 'text 5', 'integer 6', 'integer 7', 'integer 8', 'text 9'],
    ['text a', 'text 5', 'real 2.0', 'text 7x', 'text 01', 'blob 1', 'text a', 'text 5', 'text a'],
  ])
})

test('ordinals and locators have the type and collation by which an index of them is found', () => {
  const db = new Database(':memory:')
  db.exec(DDL)
  const of = (query: string): string => temporaryColumns(db, verbatim(query)).text
  expect(of('SELECT s.ordinal AS ordinal, t.rowid AS l0, t.i AS other FROM stage s, t')).toBe('"ordinal" INTEGER, "l0" INTEGER, "other"')
  expect(of('SELECT k.code AS l0, k.n AS l1 FROM k')).toBe('"l0" TEXT COLLATE "NOCASE", "l1" REAL COLLATE "BINARY"')
  expect(of('SELECT s.a AS l0 FROM s')).toBe('"l0" COLLATE "BINARY"')
})
