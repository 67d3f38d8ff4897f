import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from './load-config.js'
import { emptyProfile } from './profile.js'
import { resolveStore } from './resolve-store.js'

async function configured(text = ''): ReturnType<typeof loadConfig> {
  const cwd = await realpath(await mkdtemp(join(tmpdir(), 'holdall-store-')))
  onTestFinished(async () => rm(cwd, { recursive: true, force: true }))
  await writeFile(join(cwd, 'holdall.yaml'), text)
  return loadConfig({ cwd, env: { HOME: cwd } })
}

test('a name in the configuration wins over a file of that name', async () => {
  const config = await configured('stores: {app: other.db}')
  await writeFile(join(config.cwd, 'app'), '')
  expect(resolveStore(config, 'app')).toEqual({ location: join(config.cwd, 'other.db'), profile: emptyProfile, name: 'app' })
  expect(resolveStore(config, './app')).toEqual({ location: join(config.cwd, 'app'), profile: emptyProfile, name: null })
})

test('a bare word that is a file is that file', async () => {
  const config = await configured()
  await writeFile(join(config.cwd, 'database'), '')
  expect(resolveStore(config, 'database').location).toBe(join(config.cwd, 'database'))
})

test('a bare word that is neither names what is near', async () => {
  const config = await configured('stores: {production: a.db, staging: b.db}')
  expect(() => resolveStore(config, 'prodution')).toThrow(expect.objectContaining({ code: 'STORE_NOT_FOUND', message: 'no store is named prodution, and there is no such file', hint: 'Did you mean production?' }) as Error)
  expect(() => resolveStore(config, 'x')).toThrow(expect.objectContaining({ code: 'STORE_NOT_FOUND', hint: expect.stringContaining('./x') as string }) as Error)
  expect(() => resolveStore(config, 'constructor')).toThrow(expect.objectContaining({ code: 'STORE_NOT_FOUND' }) as Error)
})

test.each(['new.db', './new', 'sub/new'])('%s may be a file that is not there yet', async (path) => {
  const config = await configured()
  expect(resolveStore(config, path)).toEqual({ location: join(config.cwd, path), profile: emptyProfile, name: null })
})

test.each(['postgres://u:p@h/d', 'postgresql://h/d', 'sqlite:///a.db', '/abs/a.db'])('%s stays as it is', async (location) => {
  expect(resolveStore(await configured(), location)).toEqual({ location, profile: emptyProfile, name: null })
})
