import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { archiveBytes, sampleSchema } from '../../test/archive/testing.js'
import { openArchive } from '../archive/open-archive.js'
import { findBase } from './find-base.js'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdall-base-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

const id = (digit: number): string => `0000000${digit}-0000-4000-8000-000000000000`

/** An archive whose own id ends in `digit`, made from those. */
async function put(name: string, digit: number, ...from: readonly number[]): Promise<string> {
  const path = join(folder, name)
  writeFileSync(path, await archiveBytes({ t: [] }, { schema: { ...sampleSchema(['t']), exportId: id(digit), lineage: { derivedFrom: from.map(id) } } }))
  return path
}

async function base(input: string): Promise<string> {
  const archive = await openArchive(input)
  try {
    return await findBase(input, archive)
  } finally {
    await archive.close()
  }
}

test('the nearest ancestor in the folder of the archive is its base, whatever else lies there', async () => {
  const grandparent = await put('a.tar.gz', 1)
  await put('z-stranger.tar.gz', 9)
  writeFileSync(join(folder, 'broken.tar.gz'), 'no archive')
  const input = await put('input.tar.gz', 3, 2, 1)
  expect(await base(input)).toBe(grandparent)
  const parent = await put('z.tar.gz', 2, 1)
  expect(await base(input)).toBe(parent)
})

test('without one, what is missing is told', async () => {
  const orphan = await put('orphan.tar.gz', 1)
  await expect(base(orphan)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('the archive says of no other that it descends from it') as string, hint: expect.stringContaining('--base') as string })
  const input = await put('input.tar.gz', 3, 2)
  await expect(base(input)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(`none of the archives that it descends from is in ${folder}`) as string, details: [id(2)] })
  const archive = await openArchive(input)
  onTestFinished(() => archive.close())
  await expect(findBase('-', archive)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('standard input') as string })
})
