import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { keyOf, referenceOf, sqliteColumn, tableOf } from '../../../../test/schema/tables.js'
import type { Index } from '../../../schema/schema.js'
import { createIndexStatement } from './create-index-statement.js'
import { createTableStatement } from './create-table-statement.js'

const index = (more: Partial<Index>): Index => ({ name: 'i', unique: false, method: 'btree', parts: [{ column: 'b', descending: false }], condition: null, ddl: '', ...more })

const table = tableOf(
  't',
  [
    sqliteColumn('id', 'INTEGER', { identity: { kind: 'rowid', autoincrement: true } }),
    sqliteColumn('any', ''),
    sqliteColumn('b', 'TEXT', { nullable: false, default: "'x'", collation: 'NOCASE' }),
    sqliteColumn('stored', 'INT', { generated: { expression: 'id + 1', stored: true } }),
    sqliteColumn('made', 'INT', { generated: { expression: 'id + 2', stored: false } }),
  ],
  {
    primaryKey: keyOf('id'),
    uniques: [{ ...keyOf('b'), name: 'i' }, keyOf('any')],
    checks: [{ name: 'short', expression: 'length(b) < 9', validated: true }],
    references: [referenceOf(['any'], 'p', [], { name: 'parent', onDelete: 'set-null', deferrability: 'initially-deferred' }), referenceOf(['b'], 'q', ['k'], { onUpdate: 'cascade', deferrability: 'initially-immediate' })],
    indexes: [index({ unique: true })],
  },
)

test('a table is written with all that its model says', () => {
  expect(createTableStatement(table, (id) => `${id}!`).text).toBe(
    'CREATE TABLE "t" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "any", "b" TEXT COLLATE "NOCASE" NOT NULL DEFAULT (\'x\'), "stored" INT GENERATED ALWAYS AS (id + 1) STORED, "made" INT GENERATED ALWAYS AS (id + 2) VIRTUAL, ' +
      'UNIQUE ("any"), CONSTRAINT "short" CHECK (length(b) < 9), CONSTRAINT "parent" FOREIGN KEY ("any") REFERENCES "p!" ON UPDATE NO ACTION ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, ' +
      'FOREIGN KEY ("b") REFERENCES "q!" ("k") ON UPDATE CASCADE ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE)',
  )
  const plain = tableOf('w', [sqliteColumn('k', 'TEXT', { nullable: false })], { primaryKey: { ...keyOf('k'), name: 'w_key' }, traits: ['without-rowid', 'strict'] })
  expect(createTableStatement(plain, (id) => id).text).toBe('CREATE TABLE "w" ("k" TEXT NOT NULL, CONSTRAINT "w_key" PRIMARY KEY ("k")) WITHOUT ROWID, STRICT')
})

test('SQLite takes what is written, and the indexes too', () => {
  const db = new Database(':memory:')
  db.exec(createTableStatement(table, (id) => id).text)
  const parts = [{ column: 'b', descending: true }, { expression: 'length(b)', descending: false }]
  expect(createIndexStatement(table, index({ unique: true, parts, condition: 'id > 5' })).text).toBe('CREATE UNIQUE INDEX "i" ON "t" ("b" DESC, length(b)) WHERE id > 5')
  db.exec(createIndexStatement(table, index({ unique: true, parts, condition: 'id > 5' })).text)
  db.exec(createIndexStatement(table, index({ name: 'j' })).text)
  expect(db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`).pluck().all()).toEqual(['i', 'j'])
  db.close()
})
