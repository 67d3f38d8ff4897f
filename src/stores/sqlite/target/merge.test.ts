import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { canonicalLine, identifiedBy, importLines, referencesOf, schemaFrom, schemaOf, storedRows, tableIn, type Outcome, type Run, type Stored } from '../../../../test/sqlite/importing.js'
import { databaseFile } from '../../../../test/sqlite/scratch.js'

type Rows = Readonly<Record<string, readonly (readonly Stored[])[]>>
type Identities = Readonly<Record<string, readonly [rules: readonly (readonly string[])[], surrogates: readonly string[]]>>

const lines = (ddl: string, rows: Rows): Record<string, string[]> => {
  const schema = schemaFrom(ddl)
  return Object.fromEntries(Object.entries(rows).map(([id, own]) => [id, own.map((row) => canonicalLine(tableIn(schema, id), row))]))
}

/** Imports rows with the references that the tables declare, and these identities. */
async function merge(path: string, ddl: string, rows: Rows, identities: Identities, run: Run = {}): Promise<Outcome> {
  const target = schemaOf(path)
  const tables = Object.fromEntries(
    Object.keys(rows).map((id) => {
      const [rules, surrogates] = identities[id] ?? [[], []]
      return [id, { references: referencesOf(tableIn(target, id)).filter(({ parent }) => parent in rows), identity: identifiedBy(rules, surrogates), ...run.tables?.[id] }]
    }),
  )
  return importLines(path, lines(ddl, rows), { ...run, tables })
}

const SHOP = `CREATE TABLE customers (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL UNIQUE COLLATE NOCASE, name);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, customer INTEGER NOT NULL REFERENCES customers (id), before INTEGER REFERENCES orders (id))`
const SHOP_BY: Identities = { customers: [[['email']], ['id']], orders: [[['number']], ['id']] }

test('rows that are there keep their ids, new rows keep theirs where they are free, and references follow', async () => {
  const path = databaseFile(`${SHOP}; INSERT INTO customers VALUES (1, 'ada@x', 'Ada'), (2, 'bob@x', 'Bob'), (90, 'gone@x', NULL); DELETE FROM customers WHERE id = 90; INSERT INTO orders VALUES (1, 'A1', 2, NULL)`)
  const rows: Rows = {
    customers: [[1n, 'BOB@x', 'Bob'], [2n, 'cyd@x', 'Cyd'], [7n, 'dan@x', 'Dan']],
    orders: [[5n, 'A1', 1n, null], [1n, 'A2', 2n, 5n], [6n, 'A3', 7n, 1n]],
  }
  const first = await merge(path, SHOP, rows, SHOP_BY)
  expect(first.verdicts.get('customers')).toMatchObject({ new: 2, changed: 1, unchanged: 0, examples: [{ key: 'email="BOB@x"', columns: ['email'] }, {}, {}] })
  expect(first.verdicts.get('orders')).toMatchObject({ new: 2, changed: 0, unchanged: 1 })
  expect(storedRows(path, 'customers')).toEqual([[1n, 'ada@x', 'Ada'], [2n, 'BOB@x', 'Bob'], [7n, 'dan@x', 'Dan'], [91n, 'cyd@x', 'Cyd']])
  expect(storedRows(path, 'orders')).toEqual([[1n, 'A1', 2n, null], [6n, 'A3', 7n, 7n], [7n, 'A2', 91n, 1n]])
  expect(storedRows(path, 'sqlite_sequence')).toEqual([['customers', 91n]])
  const bytes = readFileSync(path)
  const second = await merge(path, SHOP, rows, SHOP_BY)
  for (const id of ['customers', 'orders']) expect(second.verdicts.get(id)).toMatchObject({ new: 0, changed: 0, unchanged: 3 })
  expect(readFileSync(path).equals(bytes)).toBe(true)
})

test('a stub says which row a reference means, and is not itself written', async () => {
  const path = databaseFile(`${SHOP}; INSERT INTO customers VALUES (40, 'ada@x', 'Ada'), (41, 'bob@x', 'Bob')`)
  const stubs = { customers: { columns: ['id', 'email'], lines: ['{"id":1,"email":"bob@x"}', '{"id":2,"email":"ada@x"}'] } }
  const outcome = await merge(path, SHOP, { customers: [[3n, 'cyd@x', 'Cyd']], orders: [[1n, 'A1', 1n, null], [2n, 'A2', 2n, 1n], [3n, 'A3', 3n, null]] }, SHOP_BY, { stubs })
  expect(outcome.verdicts.get('customers')).toMatchObject({ new: 1, changed: 0, unchanged: 0 })
  expect(storedRows(path, 'customers')).toEqual([[3n, 'cyd@x', 'Cyd'], [40n, 'ada@x', 'Ada'], [41n, 'bob@x', 'Bob']])
  expect(storedRows(path, 'orders')).toEqual([[1n, 'A1', 41n, null], [2n, 'A2', 40n, 1n], [3n, 'A3', 3n, null]])
})

test('a table that is only referred to is not written, and its counter stays', async () => {
  const path = databaseFile(`${SHOP}; INSERT INTO customers VALUES (40, 'ada@x', 'Ada')`)
  const outcome = await merge(path, SHOP, { customers: [[99n, 'ada@x', 'Another name']], orders: [[1n, 'A1', 99n, null]] }, SHOP_BY, { tables: { customers: { role: 'referred' } } })
  expect([...outcome.verdicts.keys()]).toEqual(['orders'])
  expect(storedRows(path, 'customers')).toEqual([[40n, 'ada@x', 'Ada']])
  expect(storedRows(path, 'sqlite_sequence')).toEqual([['customers', 40n]])
  expect(storedRows(path, 'orders')).toEqual([[1n, 'A1', 40n, null]])
})

test('a stub that is not in the archive\'s columns, and a broken one, are refused with their place', async () => {
  const path = databaseFile(SHOP)
  const stubs = { customers: { columns: ['id', 'email'], lines: ['{"id":1,"email":"bob@x"}', '{"id":"x","email":"ada@x"}'] } }
  await expect(merge(path, SHOP, { customers: [] }, SHOP_BY, { stubs })).rejects.toMatchObject({ code: 'ROW_INVALID', place: { table: 'customers', row: 2, column: 'id' } })
})

test('references compare as foreign keys do: by the affinity and the collation of the column referred to', async () => {
  const ddl = `CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE NOT NULL UNIQUE);
    CREATE TABLE c (n INTEGER PRIMARY KEY, p_text TEXT REFERENCES p (id), p_any REFERENCES p (id))`
  const path = databaseFile(`${ddl}; INSERT INTO p VALUES (70, 'a')`)
  await merge(path, ddl, { p: [[5n, 'A']], c: [[1n, '5', 5n], [2n, null, null]] }, { p: [[['code']], ['id']], c: [[['n']], []] })
  expect(storedRows(path, 'c')).toEqual([[1n, '70', 70n], [2n, null, null]])
})

test('a key without case tells the rows of a table without rowid apart', async () => {
  const ddl = 'CREATE TABLE t (k TEXT COLLATE NOCASE, n, u UNIQUE, PRIMARY KEY (k)) WITHOUT ROWID'
  const path = databaseFile(`${ddl}; INSERT INTO t VALUES ('Ada', 1, 'x'), ('bob', 2, 'y'), ('cyd', 3, 'z')`)
  const outcome = await merge(path, ddl, { t: [['ADA', 1n, 'y'], ['bob', 2n, 'x'], ['dan', 4n, 'w']] }, { t: [[['k']], []] }, { strategy: 'replace' })
  expect(outcome.verdicts.get('t')).toMatchObject({ new: 1, changed: 2, unchanged: 0, deleted: 1 })
  expect(storedRows(path, 't')).toEqual([['ADA', 1n, 'y'], ['bob', 2n, 'x'], ['dan', 4n, 'w']])
})
