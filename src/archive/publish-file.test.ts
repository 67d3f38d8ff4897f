import { execFile } from 'node:child_process'
import { readdir, readFile, stat, symlink, lstat, mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createHash } from 'node:crypto'
import { beforeEach, expect, it } from 'vitest'
import { missingTools } from '../../test/missing-tools.js'
import { batch, batches, sampleRows, sampleSchema, scratch } from '../../test/archive/testing.js'
import type { ArchiveSink } from './archive-sink.js'
import { createArchiveWriter } from './archive-writer.js'
import { checkArchive } from './check-archive.js'
import { publishFile } from './publish-file.js'

const run = promisify(execFile)
const base = await scratch()
let folder = ''
let count = 0
beforeEach(async () => {
  folder = join(base, String(count += 1))
  await mkdir(folder)
})

const hello = (sink: ArchiveSink): Promise<void> => sink.write(Buffer.from('hello'))

it('publishes the bytes with mode 0600, their size and their checksum', async () => {
  const path = join(folder, 'out')
  const sha256 = createHash('sha256').update('hello').digest('hex')
  expect(await publishFile(path, hello, { overwrite: false })).toEqual({ bytes: 5, sha256 })
  expect(await readFile(path, 'utf8')).toBe('hello')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['out'])
})

it('publishes nothing that reads back otherwise than it was written', async () => {
  const path = join(folder, 'out')
  const damage = async (sink: ArchiveSink): Promise<void> => {
    await hello(sink)
    const [temporary = ''] = await readdir(folder)
    await writeFile(join(folder, temporary), 'jello', { flag: 'r+' })
  }
  await expect(publishFile(path, damage, { overwrite: false })).rejects.toMatchObject({ code: 'VERIFICATION_FAILED', exitCode: 5 })
  expect(await readdir(folder)).toEqual([])
  const shorten = async (sink: ArchiveSink): Promise<void> => {
    await hello(sink)
    const [temporary = ''] = await readdir(folder)
    await truncate(join(folder, temporary), 3)
  }
  await expect(publishFile(path, shorten, { overwrite: false })).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' })
  expect(await readdir(folder)).toEqual([])
})

it('refuses an existing file, also one that appears meanwhile, and leaves it as it is', async () => {
  const path = join(folder, 'out')
  const meanwhile = async (sink: ArchiveSink): Promise<void> => {
    await hello(sink)
    await writeFile(path, 'mine')
  }
  await expect(publishFile(path, meanwhile, { overwrite: false })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
  await expect(publishFile(path, hello, { overwrite: false })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
  expect(await readFile(path, 'utf8')).toBe('mine')
  expect(await readdir(folder)).toEqual(['out'])
  await publishFile(path, hello, { overwrite: true })
  expect(await readFile(path, 'utf8')).toBe('hello')
})

it('follows a link when it overwrites, and refuses what is no regular file', async () => {
  await writeFile(join(folder, 'real'), 'old')
  await symlink('real', join(folder, 'link'))
  await publishFile(join(folder, 'link'), hello, { overwrite: true })
  expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true)
  expect(await readFile(join(folder, 'real'), 'utf8')).toBe('hello')
  await expect(publishFile('/dev/null', hello, { overwrite: true })).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
  await expect(publishFile(folder, hello, { overwrite: true })).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
  await expect(publishFile(join(folder, 'no', 'where'), hello, { overwrite: false })).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
})

it('leaves nothing behind when it is stopped', async () => {
  for (const stopAt of [0, 1, 2, 3]) {
    const abort = new AbortController()
    let step = 0
    const pass = (): void => {
      if (step === stopAt) abort.abort()
      step += 1
    }
    pass()
    const done = publishFile(join(folder, 'out'), async (sink) => {
      pass()
      await hello(sink)
      pass()
      await hello(sink)
    }, { overwrite: false, signal: abort.signal, onWritten: pass })
    await expect(done).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(await readdir(folder)).toEqual([])
  }
})

it.skipIf(missingTools('a file that may not grow', ['prlimit']).length > 0)('says that the disk is full, and leaves nothing behind', async () => {
  const limit = (bytes: string): Promise<unknown> => run('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`])
  await limit('100000')
  try {
    const much = async (sink: ArchiveSink): Promise<void> => {
      for (let i = 0; i < 20; i += 1) await sink.write(Buffer.alloc(10_000))
    }
    await expect(publishFile(join(folder, 'out'), much, { overwrite: false })).rejects.toMatchObject({ code: 'OUTPUT_FAILED', exitCode: 14 })
  } finally {
    await limit('unlimited')
  }
  expect(await readdir(folder)).toEqual([])
})

it('publishes an archive whole or not at all, whichever write fails', async () => {
  const path = join(folder, 'archive.tar.gz')
  const write = (failAt: number) => async (sink: ArchiveSink): Promise<void> => {
    let writes = 0
    const writer = createArchiveWriter({
      write: async (bytes) => {
        writes += 1
        if (writes === failAt) throw new Error(`write ${failAt}`)
        await sink.write(bytes)
      },
    }, { name: 'x', level: 1, schema: sampleSchema(['a', 'b']) })
    await writer.rows('a', batches([batch(sampleRows(5))]))
    await writer.rows('b', batches([batch(sampleRows(20_000, 600))]))
    await writer.finish({})
  }
  let failAt = 1
  for (; ; failAt += 1) {
    const failed = await publishFile(path, write(failAt), { overwrite: false }).then(() => false, (error: unknown) => {
      expect(error).toEqual(new Error(`write ${failAt}`))
      return true
    })
    if (!failed) break
    expect(await readdir(folder)).toEqual([])
  }
  expect(failAt).toBeGreaterThan(9)
  expect((await checkArchive(path)).findings).toEqual([])
})
