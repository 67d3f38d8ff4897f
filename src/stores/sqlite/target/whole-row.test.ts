import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importTable, tableIn } from '../../../../test/sqlite/importing.js'
import { ident, join, verbatim } from '../../sql.js'
import { introspect } from '../introspect.js'
import { wholeRow } from './whole-row.js'

const VALUES = [null, 0n, 1n, 0, -0, 1, 1.5, 1e300, '', '0', '1', 'a', 'A', 'a ', ':', ';', 'a\0b', Buffer.from(''), Buffer.from('1'), Buffer.from('a')]

test.each([3, 700])('of %i columns the expressions are equal just when all values are the very same', (count) => {
  const db = new Database(':memory:')
  const names = Array.from({ length: count }, (_, index) => `c${index}`)
  db.exec(`CREATE TABLE t (${names.map((name) => `${name} COLLATE NOCASE`).join(', ')})`)
  const table = tableIn(introspect(db), 't')
  const whole = wholeRow(table, importTable(table, table).columns, (column) => verbatim(`t."${column.target.name}"`))
  expect(whole.length).toBeLessThanOrEqual(500)
  db.exec(`CREATE TABLE w (${whole.map((_, index) => `w${index}`).join(', ')})`)
  const insert = db.prepare(`INSERT INTO t (${names.slice(-3).join(', ')}) VALUES (?, ?, ?)`)
  const equal = db.prepare<[], number>(`SELECT count(*) FROM w AS x JOIN w AS y ON x.rowid = 1 AND y.rowid = 2 WHERE ${whole.map((_, index) => `x.w${index} IS y.w${index}`).join(' AND ')}`).pluck()
  const fill = db.prepare(`INSERT INTO w SELECT ${join(whole).text} FROM t ORDER BY ${ident('t', 'rowid').text}`)
  const row = fc.tuple(fc.constantFrom(...VALUES), fc.constantFrom(...VALUES), fc.constantFrom(...VALUES))
  fc.assert(
    fc.property(row, row, fc.boolean(), (one, other, alike) => {
      const second = alike ? one : other
      db.exec('DELETE FROM t; DELETE FROM w')
      insert.run(one)
      insert.run(second)
      fill.run()
      const same = one.every((value, index) => Object.is(value, second[index]) || (Buffer.isBuffer(value) && Buffer.isBuffer(second[index]) && value.equals(second[index])))
      expect(equal.get()).toBe(same ? 1 : 0)
    }),
    { numRuns: 150 },
  )
})
