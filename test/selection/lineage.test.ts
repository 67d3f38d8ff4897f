import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inspectArchive } from '../../src/transfer/inspect-archive.js'
import { exported, sqliteStore } from './exported.js'

const ID = '9F5D2A52-36b6-4a8c-9d0f-0d6f2b2f4f11'

test('an export names what it descends from, the nearest first, each once', async () => {
  const { folder, store } = sqliteStore('CREATE TABLE t (id INTEGER PRIMARY KEY)')
  const first = await exported(folder, { store, output: 'first.tar.gz', derivedFrom: [ID] })
  const second = await exported(folder, { store, output: 'second.json', format: 'json', derivedFrom: [first.path] })
  const other = await exported(folder, { store, output: 'other.tar.gz' })
  const third = await exported(folder, { store, output: 'third.tar.gz', derivedFrom: [second.path, other.path, first.path] })
  const { derivedFrom } = await inspectArchive({ input: third.path })
  expect(derivedFrom).toEqual([second.report.exportId, other.report.exportId, first.report.exportId, ID.toLowerCase()])
  expect((await inspectArchive({ input: other.path })).derivedFrom).toEqual([])
})

test('what is no archive is refused before anything is written, and an archive may be replaced by its successor', async () => {
  const { folder, store } = sqliteStore('CREATE TABLE t (id INTEGER PRIMARY KEY)')
  await expect(exported(folder, { store, derivedFrom: [join(folder, 'none.tar.gz')] })).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' })
  await expect(exported(folder, { store, derivedFrom: [store] })).rejects.toMatchObject({ code: 'ARCHIVE_NOT_ARCHIVE' })
  const before = await exported(folder, { store })
  await exported(folder, { store, derivedFrom: [before.path] })
  expect((await inspectArchive({ input: before.path })).derivedFrom).toEqual([before.report.exportId])
})
