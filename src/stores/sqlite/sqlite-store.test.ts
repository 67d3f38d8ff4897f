import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inOtherProcess } from '../../../test/sqlite/other-process.js'
import { databaseFile, scratchFolder } from '../../../test/sqlite/scratch.js'
import { openSqliteStore } from './sqlite-store.js'

test('opening a store touches nothing; a missing file is found by the first snapshot and not made', async () => {
  const folder = scratchFolder()
  const store = openSqliteStore(join(folder, 'new.db'))
  expect(store).toMatchObject({ engine: 'sqlite', name: join(folder, 'new.db') })
  await expect(store.snapshot()).rejects.toMatchObject({ code: 'STORE_NOT_FOUND', place: { store: join(folder, 'new.db') } })
  expect(readdirSync(folder)).toEqual([])
})

test('closing the store closes its snapshots', async () => {
  const path = databaseFile('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
  const store = openSqliteStore(path)
  const first = await store.snapshot()
  const second = await store.snapshot()
  expect(first.schema).toEqual(second.schema)
  await first.close()
  const write = `db.exec('DELETE FROM t'); console.log('written')`
  expect(inOtherProcess(path, write)).toBe('SQLITE_BUSY')
  await store.close()
  expect(inOtherProcess(path, write)).toBe('written')
})

test('what is no file of SQLite is refused by its own words', async () => {
  const folder = scratchFolder()
  const trailing = join(folder, 'shop.db ')
  writeFileSync(trailing, '')
  for (const [path, message] of [[folder, 'folder'], ['/dev/null', 'not a regular file'], [trailing, 'white space']] as const) {
    await expect(openSqliteStore(path).snapshot()).rejects.toMatchObject({ code: 'STORE_UNREADABLE', message: expect.stringContaining(message) as string, place: { store: path } })
  }
})
