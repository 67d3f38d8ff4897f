import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { storeKey } from './store-key.js'

test('one SQLite file has one key, however it is spelled', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-key-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'app.db'), '')
  symlinkSync('app.db', join(folder, 'link.db'))
  const key = await storeKey(join(folder, 'app.db'))
  for (const other of [`sqlite://${folder}/app.db`, join(folder, 'link.db'), `${folder}/./app.db`]) expect(await storeKey(other)).toBe(key)
  expect(await storeKey(join(folder, 'new.db'))).not.toBe(key)
})

test('one PostgreSQL database has one key, whoever asks', async () => {
  const key = await storeKey('postgres://ann:secret@db.example/app')
  for (const other of ['postgresql://bob@db.example:5432/app', 'postgres://db.example/app?sslmode=require']) expect(await storeKey(other)).toBe(key)
  expect(key).not.toContain('secret')
  for (const other of ['postgres://db.example/other', 'postgres://db.example:5433/app']) expect(await storeKey(other)).not.toBe(key)
})
