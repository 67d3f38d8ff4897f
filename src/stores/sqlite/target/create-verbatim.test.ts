import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { createVerbatim } from './create-verbatim.js'

test('a disk that fills up under an index is no fault of its definition', () => {
  const db = new Database(':memory:')
  db.exec(`CREATE TABLE t (x); INSERT INTO t SELECT hex(randomblob(500)) FROM json_each('[1,2,3,4,5,6,7,8,9]')`)
  db.pragma(`max_page_count = ${String(db.pragma('page_count', { simple: true }))}`)
  const create = (): void => createVerbatim(db, { kind: 'index', name: 'i', ddl: 'CREATE INDEX i ON t (x)' })
  expect(create).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }) as Error)
  expect(() => createVerbatim(db, { kind: 'index', name: 'i', ddl: 'CREATE INDEX i ON t (y)' })).toThrow(expect.objectContaining({ code: 'SCHEMA_UNSUPPORTED' }) as Error)
  db.close()
})
