import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ident } from '../../sql.js'
import { keyTextSql } from './key-text-sql.js'
import { keyText } from './key-text.js'

test('SQLite writes keys as messages do', () => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE t (a, b)')
  const text = db.prepare<[], string>(`SELECT ${keyTextSql(['a', `b'"`], [ident('a'), ident('b')]).text} FROM t`).pluck()
  const value = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.integer({ min: -99_999, max: 99_999 }).map((whole) => whole / 8),
    fc.string({ maxLength: 100 }),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    fc.constant(null),
  )
  fc.assert(
    fc.property(value, value, (a, b) => {
      db.exec('DELETE FROM t')
      db.prepare('INSERT INTO t VALUES (?, ?)').run(a, b)
      expect(text.get()).toBe(keyText(['a', `b'"`], [a, b]))
    }),
    { numRuns: 500 },
  )
  expect(db.prepare(`SELECT ${keyTextSql([], []).text}`).pluck().get()).toBe('')
})
