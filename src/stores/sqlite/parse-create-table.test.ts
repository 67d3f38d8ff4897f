import { expect, test } from 'vitest'
import { parseCreateTable } from './parse-create-table.js'

const NOTHING = { columns: [], primaryKey: null, uniques: [], checks: [], references: [] }
const plain = (name: string): { name: string; collation: null; generated: null } => ({ name, collation: null, generated: null })

test('constraint names, checks, generated columns and collations are found', () => {
  expect(
    parseCreateTable(`CREATE TABLE t (
      id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT ROLLBACK AUTOINCREMENT,
      name TEXT NOT NULL ON CONFLICT FAIL COLLATE nocase CONSTRAINT long CHECK (length(name) > 1) CHECK(name <> ')') DEFAULT 'a,b)',
      total REAL GENERATED ALWAYS AS (price * (1 + tax)) STORED UNIQUE,
      short AS (substr(name, 1, 2)),
      price DEFAULT -1.5e3, tax DEFAULT (1 + 2),
      CONSTRAINT u UNIQUE (name COLLATE rtrim DESC, tax) ON CONFLICT REPLACE
      CHECK (price >= 0)
    ) STRICT`),
  ).toEqual({
    columns: [plain('id'), { name: 'name', collation: 'nocase', generated: null }, { name: 'total', collation: null, generated: 'price * (1 + tax)' }, { name: 'short', collation: null, generated: 'substr(name, 1, 2)' }, plain('price'), plain('tax')],
    primaryKey: { name: 'pk', autoincrement: true },
    uniques: [{ name: null, columns: ['total'] }, { name: 'u', columns: ['name', 'tax'] }],
    checks: [{ name: 'long', expression: 'length(name) > 1' }, { name: null, expression: "name <> ')'" }, { name: null, expression: 'price >= 0' }],
    references: [],
  })
})

test('names are read in every kind of quotes', () => {
  const { columns } = parseCreateTable('CREATE TABLE "a ""(b" ("x""y" TEXT, `p``q` INT, [r s] "odd type"(1, 2), \'t\'\'u\' , ключ, "" )')
  expect(columns.map(({ name }) => name)).toEqual(['x"y', 'p`q', 'r s', "t'u", 'ключ', ''])
})

test('comments hold nothing, and none is left at the ends of an expression', () => {
  const text = `CREATE TABLE t ( -- a, CHECK (1)
    a /* b, ) */ INT /* AS (1) */ CHECK ( /* first */ a > 0 -- must be positive
    ), b DEFAULT 'x -- y' /* open end`
  expect(parseCreateTable(`${text}*/)`)).toEqual({ ...NOTHING, columns: [plain('a'), plain('b')], checks: [{ name: null, expression: 'a > 0' }] })
})

test('references come in the order of the text, deferrability by their last word', () => {
  const { references } = parseCreateTable(`CREATE TABLE t (
    a REFERENCES p, b CONSTRAINT fb REFERENCES p(x) ON DELETE SET NULL ON UPDATE NO ACTION MATCH FULL NOT NULL,
    c REFERENCES p DEFERRABLE INITIALLY DEFERRED UNIQUE, d REFERENCES p NOT DEFERRABLE INITIALLY DEFERRED,
    e REFERENCES p ON DELETE SET DEFAULT CHECK (e > 0) DEFERRABLE,
    CONSTRAINT two FOREIGN KEY (a, b) REFERENCES "q r" (x, y) ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE)`)
  expect(references).toEqual([
    { name: null, deferrability: 'not-deferrable' },
    { name: 'fb', deferrability: 'not-deferrable' },
    { name: null, deferrability: 'initially-deferred' },
    { name: null, deferrability: 'not-deferrable' },
    { name: null, deferrability: 'initially-immediate' },
    { name: 'two', deferrability: 'initially-immediate' },
  ])
})

test('a primary key of the table may be AUTOINCREMENT, and a constraint name may stand alone', () => {
  expect(parseCreateTable('CREATE TABLE t (a INTEGER CONSTRAINT lonely, CONSTRAINT k PRIMARY KEY (a AUTOINCREMENT) CONSTRAINT alone)').primaryKey).toEqual({ name: 'k', autoincrement: true })
})

test('text that is no table is refused', () => {
  for (const text of ['CREATE TABLE t', 'CREATE TABLE t (a', 'CREATE TABLE t (a CHECK (b)', 'CREATE TABLE t (a NOT b)']) {
    expect(() => parseCreateTable(text), text).toThrow('missing')
  }
})
