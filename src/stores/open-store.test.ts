import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { HoldallError } from '../errors/holdall-error.js'
import { openStore } from './open-store.js'

test.each([
  ['postgres://ada:s3cret@db/shop', 'postgresql', 'postgres://ada:***@db/shop'],
  ['postgresql://db/shop', 'postgresql', 'postgresql://db/shop'],
  ['POSTGRES://db/shop', 'postgresql', 'postgres://db/shop'],
  ['shop.db', 'sqlite', 'shop.db'],
  ['/var/lib/shop.db', 'sqlite', '/var/lib/shop.db'],
  ['sqlite:shop.db', 'sqlite', 'shop.db'],
  ['sqlite:/var/lib/shop.db', 'sqlite', '/var/lib/shop.db'],
  ['sqlite:///var/lib/my%20shop.db', 'sqlite', '/var/lib/my shop.db'],
  ['sqlite://shop.db', 'sqlite', 'shop.db'],
  ['file:///var/lib/shop.db', 'sqlite', '/var/lib/shop.db'],
  ['odd%20name.db', 'sqlite', 'odd%20name.db'],
  ['C:shop.db', 'sqlite', 'C:shop.db'],
])('%s is a store of %s, printed as %s', (location, engine, name) => {
  const store = openStore(location)
  expect([store.engine, store.name]).toEqual([engine, name])
})

test('a URL of PostgreSQL with a slash too few is no file name, and its password is not printed', () => {
  for (const location of ['postgres:/ada:s3cret@db/shop', 'postgresql:ada:s3cret@db']) {
    expect(() => openStore(location)).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.not.stringContaining('s3cret') as string, place: {} }))
  }
})

test('a SQLite file that must be there is looked for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-open-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'shop.db')
  expect(() => openStore(path, { mustExist: true })).toThrow(expect.objectContaining({ code: 'STORE_NOT_FOUND', place: { store: path } }))
  writeFileSync(path, '')
  expect(openStore(path, { mustExist: true }).name).toBe(path)
})

test.each(['', 'sqlite:', 'mysql://ada:s3cret@db/shop', 'sqlite:100%.db'])('%s is USAGE, and no password is shown', (location) => {
  try {
    openStore(location)
    expect.fail('it was opened')
  } catch (error) {
    expect(HoldallError.is(error) && error.code).toBe('USAGE')
    expect(JSON.stringify([error, (error as Error).message])).not.toContain('s3cret')
  }
})
