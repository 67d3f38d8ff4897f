import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { publishFile, removeFile, temporaryName, temporaryNames } from './new-file.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdall-new-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a finished file takes its name, and nothing else is left', () => {
  const path = join(folder, 'shop.db')
  const temporary = temporaryName(path)
  writeFileSync(temporary, 'whole')
  expect(temporary).toMatch(temporaryNames('shop.db'))
  publishFile(temporary, path, 'shop')
  expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['shop.db'], 'whole'])
})

test('a file that appeared meanwhile stays', () => {
  const path = join(folder, 'shop.db')
  const temporary = temporaryName(path)
  writeFileSync(temporary, 'ours')
  writeFileSync(path, 'theirs')
  expect(() => publishFile(temporary, path, 'shop')).toThrow(expect.objectContaining({ code: 'TARGET_NOT_EMPTY' }))
  expect(readFileSync(path, 'utf8')).toBe('theirs')
})

test('a folder that is not there is said as the file system says it', () => {
  const temporary = join(folder, 'x')
  writeFileSync(temporary, 'ours')
  expect(() => publishFile(temporary, join(folder, 'gone', 'shop.db'), 'shop')).toThrow(/ENOENT/)
})

test('what was never published goes with all that SQLite puts beside it', () => {
  const path = join(folder, 'x')
  for (const suffix of ['', '-journal', '-wal', '-shm']) writeFileSync(path + suffix, '')
  mkdirSync(join(folder, 'other'))
  removeFile(path)
  expect(readdirSync(folder)).toEqual(['other'])
})
