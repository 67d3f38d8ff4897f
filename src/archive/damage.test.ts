import { expect, it } from 'vitest'
import { archiveBytes, batch, file, forge, manifestOf, readAll, sampleRows, scratch } from '../../test/archive/testing.js'
import { HoldallError } from '../errors/holdall-error.js'
import { checkArchive } from './check-archive.js'
import { END_LENGTH } from './end-member.js'
import { MEMBER_HEADER } from './gzip-member.js'
import { openArchive } from './open-archive.js'

const folder = await scratch()
const whole = await forge()
const rows = { t: '{"id":1,"note":"a"}\n{"id":2,"note":"b"}\n{"id":3,"note":"c"}\n' }

/** The code of the failure, or what was read; anything but a HoldallError fails the test. */
async function outcome<T>(work: Promise<T>): Promise<T | string> {
  return work.catch((error: unknown) => {
    if (HoldallError.is(error)) return error.code
    throw error
  })
}

async function checked(path: string): Promise<readonly string[]> {
  const result = await outcome(checkArchive(path))
  return typeof result === 'string' ? [result] : result.findings.map(({ code }) => code)
}

it('finds nothing wrong with what the tests build by hand', async () => {
  const path = await file(folder, 'whole', whole)
  expect(await checkArchive(path)).toEqual({ findings: [], members: 6, bytes: whole.length })
  expect(await readAll(path)).toEqual(rows)
})

it('finds one flipped bit in any byte of the file, and never reads other rows than were written', async () => {
  const manifest = await manifestOf(await file(folder, 'whole', whole))
  const chunk = manifest.members[1]!
  // Every byte of one chunk and of the end, which hold every class of byte there is, and every 29th of the others.
  const fully = (at: number): boolean => at < MEMBER_HEADER || (at >= chunk.offset && at < chunk.offset + chunk.length) || at >= whole.length - END_LENGTH
  for (let at = 0; at < whole.length; at += 1) {
    if (!fully(at) && at % 29 !== 0) continue
    const broken = Buffer.from(whole)
    broken[at] = (broken[at] ?? 0) ^ (1 << ((at * 5) % 8))
    const path = await file(folder, 'flipped', broken)
    const codes = await checked(path)
    expect(codes.length, `byte ${at}`).toBeGreaterThan(0)
    expect(['ARCHIVE_CORRUPT', 'ARCHIVE_HOSTILE', 'ARCHIVE_NOT_ARCHIVE', 'ARCHIVE_TRUNCATED'], `byte ${at}: ${codes.join()}`).toContain(codes[0])
    const read = await outcome(readAll(path))
    if (typeof read !== 'string') expect(read, `byte ${at}`).toEqual(rows)
  }
})

it('never opens a file that was cut anywhere', async () => {
  for (let length = 0; length < whole.length; length += length < 60 || length > whole.length - 150 ? 1 : 13) {
    const path = await file(folder, 'cut', whole.subarray(0, length))
    const code = await outcome(openArchive(path))
    expect(code, `cut at ${length}`).toBe(length < MEMBER_HEADER ? 'ARCHIVE_NOT_ARCHIVE' : 'ARCHIVE_TRUNCATED')
    if (length % 20 === 0) expect((await checked(path))[0]).toBe(code)
  }
})

it('refuses a file with a piece cut out, doubled or zeroed', async () => {
  for (let at = 0; at < whole.length - 100; at += 83) {
    const length = 1 + ((at * 37) % 99)
    const cut = Buffer.concat([whole.subarray(0, at), whole.subarray(at + length)])
    const doubled = Buffer.concat([whole.subarray(0, at + length), whole.subarray(at)])
    const zeroed = Buffer.from(whole).fill(0, at, at + length)
    for (const broken of [cut, doubled, zeroed].filter((each) => !each.equals(whole))) {
      const path = await file(folder, 'piece', broken)
      expect((await checked(path)).length, `${length} at ${at}`).toBeGreaterThan(0)
      const read = await outcome(readAll(path))
      if (typeof read !== 'string') expect(read).toEqual(rows)
    }
  }
})

it('refuses bytes after the end', async () => {
  for (const tail of [Buffer.from('x'), Buffer.alloc(10_240), whole, whole.subarray(0, 50)]) {
    const path = await file(folder, 'followed', Buffer.concat([whole, tail]))
    expect(await outcome(openArchive(path))).toMatch(/ARCHIVE_(CORRUPT|TRUNCATED)/)
    expect(await checked(path)).toContain('ARCHIVE_CORRUPT')
  }
})

it('says which member is broken and where, and goes on after it', async () => {
  const archive = await forge({ chunks: Array.from({ length: 5 }, (_, i) => [`{"id":${i},"note":"x"}\n`]) })
  const manifest = await manifestOf(await file(folder, 'five', archive))
  const [second, fourth] = [manifest.members[2]!, manifest.members[4]!]
  const broken = Buffer.from(archive)
  for (const { offset, length } of [second, fourth]) broken.fill(0xff, offset + 40, offset + length - 12)
  const { findings, members } = await checkArchive(await file(folder, 'two', broken))
  expect(members).toBe(7)
  for (const { offset, path } of [second, fourth]) {
    expect(findings).toContainEqual(expect.objectContaining({ code: 'ARCHIVE_CORRUPT', offset, member: path }))
  }
  expect(findings.every(({ offset }) => offset === second.offset || offset === fourth.offset)).toBe(true)
})

it('does not take what is no archive for one', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('SQLite format 3\0'.repeat(20)), Buffer.from('1f8b0800000000000003', 'hex')]) {
    const path = await file(folder, 'other', bytes)
    expect(await outcome(openArchive(path))).toBe('ARCHIVE_NOT_ARCHIVE')
    expect(await checked(path)).toEqual(['ARCHIVE_NOT_ARCHIVE'])
  }
  expect(await outcome(openArchive(folder))).toBe('ARCHIVE_NOT_ARCHIVE')
  expect(await outcome(openArchive(`${folder}/nowhere`))).toBe('ARCHIVE_NOT_FOUND')
})

it('refuses the end of one archive under the beginning of another', async () => {
  const other = await archiveBytes({ t: [batch(sampleRows(3))] })
  const path = await file(folder, 'grafted', Buffer.concat([other.subarray(0, -END_LENGTH), whole.subarray(-END_LENGTH)]))
  expect(await outcome(readAll(path))).toMatch(/^ARCHIVE_/)
  expect((await checked(path)).length).toBeGreaterThan(0)
})
