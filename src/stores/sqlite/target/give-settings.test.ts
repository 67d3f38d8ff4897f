import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { importLines, schemaOf, storedRows } from '../../../../test/sqlite/importing.js'
import { databaseFile, scratchFolder } from '../../../../test/sqlite/scratch.js'

const DDL = 'CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT)'
const ROW = '{"id":1,"n":"zö𝄞"}'

/** The header of a file, by SQLite's own pragmas. */
function header(path: string): readonly unknown[] {
  const db = new Database(path)
  try {
    return ['user_version', 'application_id', 'encoding', 'page_size', 'auto_vacuum', 'journal_mode'].map((name) => db.pragma(name, { simple: true }))
  } finally {
    db.close()
  }
}

test.each([
  ['PRAGMA user_version = 42', [42, 0, 'UTF-8', 4096, 0, 'delete']],
  ['PRAGMA user_version = -2147483648; PRAGMA application_id = 2147483647', [-2147483648, 2147483647, 'UTF-8', 4096, 0, 'delete']],
  ["PRAGMA page_size = 512; PRAGMA encoding = 'UTF-16le'; PRAGMA auto_vacuum = FULL", [0, 0, 'UTF-16le', 512, 1, 'delete']],
  ["PRAGMA page_size = 65536; PRAGMA encoding = 'UTF-16be'; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL", [0, 0, 'UTF-16be', 65536, 2, 'wal']],
])('a new file has the header of the source: %s', async (pragmas, expected) => {
  const source = databaseFile(`${pragmas}; ${DDL}`)
  const schema = schemaOf(source)
  const path = join(scratchFolder(), 'new.db')
  await importLines(path, { t: [ROW] }, { create: schema, options: { file: schema.file } })
  expect(header(source)).toEqual(expected)
  expect(header(path)).toEqual(expected)
  expect(storedRows(path, 't')).toEqual([[1n, 'zö𝄞']])
})

test('a file that is there keeps its own, also where tables are made in it', async () => {
  const schema = schemaOf(databaseFile(`PRAGMA user_version = 42; PRAGMA application_id = 7; PRAGMA page_size = 512; PRAGMA encoding = 'UTF-16le'; ${DDL}`))
  const path = databaseFile('PRAGMA user_version = 3; CREATE TABLE other (x)')
  const before = header(path)
  await importLines(path, { t: [ROW] }, { create: schema, options: { file: schema.file, fresh: false } })
  expect(header(path)).toEqual(before)
  await importLines(path, { t: ['{"id":2,"n":null}'] }, { source: schema, options: { file: schema.file } })
  expect(header(path)).toEqual(before)
})
