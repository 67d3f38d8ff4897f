import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ident } from '../../sql.js'
import { columnValue } from './column-value.js'
import type { Holding } from './holding.js'

const TYPES: Readonly<Partial<Record<Holding, string>>> = { integer: 'INTEGER', numeric: 'NUMERIC', real: 'REAL', text: 'TEXT', blob: '' }

test('an expression gives what a column of that affinity would keep', () => {
  const db = new Database(':memory:')
  db.exec(`CREATE TABLE t (${Object.entries(TYPES).map(([name, type]) => `"${name}" ${type}`).join(', ')}); CREATE TABLE v (x)`)
  const value = fc.oneof(
    fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((real) => (Object.is(real, -0) ? 0 : real)),
    fc.constantFrom<unknown>(0, 5, 1e300, '5', ' 5 ', '05', '5.0', '1e3', '0x1', '', 'abc', '-7', null, Buffer.from('5'), '9223372036854775807', '9223372036854775808'),
    fc.string(),
  )
  fc.assert(
    fc.property(value, fc.constantFrom<Holding>('integer', 'numeric', 'real', 'text', 'blob'), (x, holding) => {
      db.exec('DELETE FROM t; DELETE FROM v')
      db.prepare(`INSERT INTO t ("${holding}") VALUES (?)`).run(x)
      db.prepare('INSERT INTO v VALUES (?)').run(x)
      const kept = db.prepare(`SELECT typeof("${holding}"), "${holding}" FROM t`).safeIntegers().raw().get()
      const given = db.prepare(`SELECT typeof(y), y FROM (SELECT ${columnValue(holding, ident('x')).text} AS y FROM v)`).safeIntegers().raw().get()
      expect(given).toEqual(kept)
    }),
    { numRuns: 2000 },
  )
})
