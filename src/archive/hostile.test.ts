import { deflateRawSync, crc32 } from 'node:zlib'
import { expect, it } from 'vitest'
import { file, forge, type ForgedMember, type Forgery, readAll, sampleSchema, scratch, sign, tar } from '../../test/archive/testing.js'
import { HoldallError } from '../errors/holdall-error.js'
import { checkArchive } from './check-archive.js'
import { MEMBER_HEADER, memberHeader, memberTrailer, packMember } from './gzip-member.js'

const folder = await scratch()

/** Reads everything and checks everything; both must refuse, and the codes are given: of reading, then of the check. */
async function refusal(forgery: Forgery): Promise<{ read: string; check: string; message: string }> {
  const path = await file(folder, 'forged', await forge(forgery))
  const read = await readAll(path).then(() => null, (error: unknown) => error)
  const check = await checkArchive(path).catch((error: unknown) => error)
  if (!HoldallError.is(read)) throw read instanceof Error ? read : new Error('the forged archive was read')
  if (HoldallError.is(check)) return { read: read.code, check: check.code, message: read.message }
  const { findings } = check as Awaited<ReturnType<typeof checkArchive>>
  return { read: read.code, check: findings[0]?.code ?? 'nothing found', message: read.message }
}

const onFirstChunk = (change: (member: ForgedMember) => ForgedMember) => (all: ForgedMember[]): ForgedMember[] =>
  all.map((member, i) => (i === 1 ? change(member) : member))

it.each([
  ['../../etc/passwd'], ['/etc/passwd'], ['sample/data/t/../../../x'], ['sample/../schema.json'], ['sample/data/t/000001.ndjson/x'],
  ['sample/data/t/1.ndjson'], ['sample/data/t/000000.ndjson'], ['sample/data/.t/000001.ndjson'], ['sample/data//000001.ndjson'],
  ['sample/install.sh'], ['sample\\data\\t\\000001.ndjson'], ['C:/sample/schema.json'], ['sample/stubs/t.ndjson'], ['sample/stubs/000001.ndjson'], ['sample/stub/t/000001.ndjson'], ['sample/stubs/../000001.ndjson'], ['sample/stubs/t/000000.ndjson'], [''], ['sample/data/t/'],
])('refuses the member name %j as hostile', async (path) => {
  const { read, check } = await refusal({ members: onFirstChunk((member) => ({ ...member, path })) })
  expect([read, check]).toEqual(['ARCHIVE_HOSTILE', 'ARCHIVE_HOSTILE'])
})

it.each([
  ['../../etc/passwd'], ['/etc/passwd'], ['sample/x\u0001y'],
])('refuses the tar name %j where the manifest looks honest', async (path) => {
  const { read, check } = await refusal({
    members: onFirstChunk((member) => ({ ...member, header: (header) => void header.fill(0, 0, 100).write(path, 'latin1') })),
  })
  expect([read, check]).toEqual(['ARCHIVE_HOSTILE', 'ARCHIVE_HOSTILE'])
})

it.each([
  ['1', 'a hard link'], ['2', 'a symbolic link'], ['3', 'a character device'], ['4', 'a block device'], ['5', 'a directory'], ['6', 'a named pipe'],
  ['x', 'a PAX header'], ['g', 'a global PAX header'], ['L', 'a GNU long name'], ['S', 'no regular file'], ['\0', 'no regular file'],
])('refuses type %j: %s', async (type, what) => {
  const { read, check, message } = await refusal({
    members: onFirstChunk((member) => ({ ...member, header: (header) => void (header.write(type, 156, 'latin1'), header.write('/etc/passwd', 157, 'latin1')) })),
  })
  expect([read, check]).toEqual(['ARCHIVE_HOSTILE', 'ARCHIVE_HOSTILE'])
  expect(message).toContain(what)
})

it.each<[string, (header: Buffer) => void]>([
  ['a NUL in the name', (header) => void header.write('\0', 3, 'latin1')],
  ['a link name', (header) => void header.write('x', 157, 'latin1')],
  ['an executable mode', (header) => void header.write('0000755\0', 100, 'latin1')],
  ['a setuid mode', (header) => void header.write('0004755\0', 100, 'latin1')],
  ['an owner', (header) => void header.write('root', 265, 'latin1')],
  ['a GNU magic', (header) => void header.write('ustar  \0', 257, 'latin1')],
  ['a size in base 256', (header) => void header.fill(0, 124, 136).writeUInt32BE(0x80000000, 124)],
  ['a negative size', (header) => void header.write('-0000000001\0', 124, 'latin1')],
  ['a size of 8 GiB', (header) => void header.write('77777777777\0', 124, 'latin1')],
  ['text behind the fields', (header) => void header.write('x', 505, 'latin1')],
])('refuses a tar header with %s', async (_what, header) => {
  const { read, check } = await refusal({ members: onFirstChunk((member) => ({ ...member, header })) })
  expect([read, check]).toEqual(['ARCHIVE_HOSTILE', 'ARCHIVE_HOSTILE'])
})

it('refuses a schema under a name that no archive has, or of a size that none has', async () => {
  const onSchema = (change: (member: ForgedMember) => ForgedMember) => (all: ForgedMember[]): ForgedMember[] => all.map((member, i) => (i === 0 ? change(member) : member))
  for (const members of [onSchema((member) => ({ ...member, path: '../schema.json' })), onSchema((member) => ({ ...member, claims: { size: (64 << 20) + 1 } })), onSchema((member) => ({ ...member, claims: { length: 1 << 30 } }))]) {
    expect((await refusal({ members })).read).toBe('ARCHIVE_HOSTILE')
  }
})

it('refuses links and foreign headers in the place of the manifest too', async () => {
  const { read, check } = await refusal({ manifestHeader: (header) => void header.write('2', 156, 'latin1') })
  expect([read, check]).toEqual(['ARCHIVE_HOSTILE', 'ARCHIVE_HOSTILE'])
})

it('refuses a gzip bomb without inflating it', async () => {
  const zeros = deflateRawSync(Buffer.alloc(256 << 20), { level: 9 })
  const bomb = (claims: number) => async (index: number): Promise<Buffer> =>
    Buffer.concat([memberHeader({ length: MEMBER_HEADER + zeros.length + 8, index }), zeros, memberTrailer(0, claims)])
  const before = process.memoryUsage().rss
  const lying = await refusal({ members: onFirstChunk((member) => ({ ...member, packed: bomb(1024) })) })
  expect([lying.read, lying.check]).toEqual(['ARCHIVE_HOSTILE', 'ARCHIVE_HOSTILE'])
  const huge = await refusal({ members: onFirstChunk((member) => ({ ...member, packed: bomb(0xfffffe00) })) })
  expect([huge.read, huge.check]).toEqual(['ARCHIVE_HOSTILE', 'ARCHIVE_HOSTILE'])
  expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20)
})

it('refuses a document longer than any archive has, and a chunk of several rows that is too long', async () => {
  for (const claims of [{ size: (16 << 20) + 1, rows: 2 }, { size: (1 << 30) + 1, rows: 1 }]) {
    expect((await refusal({ members: onFirstChunk((member) => ({ ...member, claims })) })).read).toBe('ARCHIVE_HOSTILE')
  }
  const statistics = (all: ForgedMember[]): ForgedMember[] => all.map((member) => (member.kind === 'statistics' ? { ...member, claims: { size: (64 << 20) + 1 } } : member))
  expect((await refusal({ members: statistics })).read).toBe('ARCHIVE_HOSTILE')
})

it('refuses a second file behind the first in one gzip member', async () => {
  const path = 'sample/data/t/000001.ndjson'
  const content = Buffer.from('{"id":1,"note":"a"}\n')
  const two = Buffer.concat([tar(path, content, 1771236000), tar('../x', content, 1771236000)])
  const { read, check } = await refusal({ members: onFirstChunk((member) => ({ ...member, packed: (index) => packMember(two, index, 6) })) })
  expect([read, check]).toEqual(['ARCHIVE_HOSTILE', 'ARCHIVE_CORRUPT'])
})

it('refuses bytes hidden between compressed bytes and checksum, and in the padding', async () => {
  const entry = tar('sample/data/t/000001.ndjson', Buffer.from('{"id":1,"note":"a"}\n'), 1771236000)
  const body = Buffer.concat([deflateRawSync(entry), Buffer.from('hidden')])
  const hidden = async (index: number): Promise<Buffer> => Buffer.concat([memberHeader({ length: MEMBER_HEADER + body.length + 8, index }), body, memberTrailer(crc32(entry), entry.length)])
  const padded = Buffer.from(entry)
  padded.write('hidden', 1000)
  for (const packed of [hidden, (index: number) => packMember(padded, index, 6)]) {
    const { read, check } = await refusal({ members: onFirstChunk((member) => ({ ...member, packed })) })
    expect([read, check]).toEqual(['ARCHIVE_CORRUPT', 'ARCHIVE_CORRUPT'])
  }
})

const stubbed = { ...sampleSchema(['t']), stubs: { t: ['id'] } }
const stubs = (chunk: number): ForgedMember[] => [{ kind: 'stubs', path: `sample/stubs/t/${String(chunk).padStart(6, '0')}.ndjson`, content: Buffer.from('{"id":9}\n'), table: 't', rows: 1 }]

const swap = (all: ForgedMember[]): ForgedMember[] => [all[0]!, all[2]!, all[1]!, ...all.slice(3)]

const older = (header: Buffer): void => (header.write('00000000001\0', 136, 'latin1'), sign(header))

it.each<[string, Forgery]>([
  ['reordered chunks', { members: swap }],
  ['a chunk twice', { members: (all) => [...all.slice(0, 3), all[2]!, ...all.slice(3)] }],
  ['a chunk left out', { members: (all) => [all[0]!, ...all.slice(2)] }],
  ['a chunk of no table', { members: onFirstChunk((member) => ({ ...member, path: 'sample/data/other/000001.ndjson', table: 'other' })) }],
  ['a chunk of a table named like a method of objects', { members: onFirstChunk((member) => ({ ...member, table: 'constructor' })) }],
  ['a chunk in another folder', { members: onFirstChunk((member) => ({ ...member, path: 'sample/data/T/000001.ndjson' })) }],
  ['a chunk under another root', { members: onFirstChunk((member) => ({ ...member, path: 'sampel/data/t/000001.ndjson' })) }],
  ['a renamed chunk', { members: (all) => all.map((member, i) => (i === 2 ? { ...member, path: 'sample/data/t/000003.ndjson' } : member)) }],
  ['rows after the metadata', { members: (all) => [all[0]!, all[1]!, ...all.slice(3), all[2]!] }],
  ['stubs of a table that has none', { members: onFirstChunk((member) => ({ ...member, kind: 'stubs', path: 'sample/stubs/t/000001.ndjson' })) }],
  ['rows behind stubs', { schema: stubbed, members: (all) => [all[0]!, ...stubs(1), ...all.slice(1)] }],
  ['stubs that leave a number out', { schema: stubbed, members: (all) => [...all.slice(0, 3), ...stubs(2), ...all.slice(3)] }],
  ['stubs behind the metadata', { schema: stubbed, members: (all) => [...all, ...stubs(1)] }],
  ['stubs that are counted wrong', { schema: stubbed, members: (all) => [...all.slice(0, 3), ...stubs(1).map((member) => ({ ...member, rows: 2 })), ...all.slice(3)] }],
  ['stubs in the folder of rows', { schema: stubbed, members: (all) => [...all.slice(0, 3), ...stubs(1).map((member) => ({ ...member, path: 'sample/data/t/000003.ndjson' })), ...all.slice(3)] }],
  ['no schema', { members: (all) => all.slice(1) }],
  ['two schemas', { members: (all) => [all[0]!, ...all] }],
  ['no statistics', { members: (all) => all.filter(({ kind }) => kind !== 'statistics') }],
  ['no checksums', { members: (all) => all.filter(({ kind }) => kind !== 'checksums') }],
  ['a chunk without rows', { members: onFirstChunk((member) => ({ ...member, content: Buffer.alloc(0), rows: 0 })) }],
  ['a wrong row count', { members: onFirstChunk((member) => ({ ...member, rows: 2 })) }],
  ['a row that does not end', { members: onFirstChunk((member) => ({ ...member, content: Buffer.from('{"id":1,"note":"a"}\n{"id"') })) }],
  ['a size that is too small', { members: onFirstChunk((member) => ({ ...member, claims: { size: 19 } })) }],
  ['a size that is too large', { members: onFirstChunk((member) => ({ ...member, claims: { size: 21 } })) }],
  ['an offset elsewhere', { members: onFirstChunk((member) => ({ ...member, claims: { offset: 3 } })) }],
  ['an offset beyond the file', { members: onFirstChunk((member) => ({ ...member, claims: { offset: Number.MAX_SAFE_INTEGER } })) }],
  ['another checksum', { members: onFirstChunk((member) => ({ ...member, claims: { sha256: '0'.repeat(64) } })) }],
  ['a total that is wrong', { manifest: (honest) => ({ ...honest, rows: 4 }) }],
  ['a table not counted', { manifest: (honest) => ({ ...honest, tables: [] }) }],
  ['a table counted twice', { manifest: (honest) => ({ ...honest, tables: [...honest.tables, ...honest.tables] }) }],
  ['another export\'s schema', { manifest: (honest) => ({ ...honest, exportId: '9f5d2a52-36b6-4a8c-9d0f-0d6f2b2f4f11' }) }],
  ['a manifest under another root', { manifest: (honest) => ({ ...honest, name: 'other' }) }],
  ['a manifest that is no JSON', { manifest: () => Buffer.from('{"format":') }],
  ['a manifest that is no UTF-8', { manifest: () => Buffer.from('ff', 'hex') }],
  ['a manifest that is null', { manifest: () => null }],
  ['a manifest of nothing', { manifest: () => ({}) }],
  ['an older time in the header of the manifest', { manifestHeader: older }],
  ['an older time in the header of the schema', { members: (all) => all.map((member, i) => (i === 0 ? { ...member, header: older } : member)) }],
  ['another time in the manifest than in the schema', { manifest: (honest) => ({ ...honest, createdAt: '2026-02-16T10:00:01.000Z' }) }],
  ['chunks counted wrong', { manifest: (honest) => ({ ...honest, tables: honest.tables.map((table) => ({ ...table, chunks: 3 })) }) }],
  ['chunks of two tables in turn', { schema: sampleSchema(['t', 'u']), members: (all) => [all[0]!, all[1]!, { ...all[2]!, path: 'sample/data/u/000001.ndjson', table: 'u' }, { ...all[2]! }, ...all.slice(3)] }],
  ['a chunk with the number of another member', { members: onFirstChunk((member) => ({ ...member, packed: (index) => packMember(tar(member.path, member.content, 1771236000), index + 1, 6) })) }],
  ['a chunk in the place of another', { members: onFirstChunk((member) => ({ ...member, packed: (index) => packMember(tar('sample/data/t/000002.ndjson', member.content, 1771236000), index, 6) })) }],
  ['a schema that is too short', { members: (all) => all.map((member, i) => (i === 0 ? { ...member, claims: { length: 5 } } : member)) }],
  ['an older time in a header', { members: onFirstChunk((member) => ({ ...member, header: older })) }],
])('refuses an archive with %s as corrupt', async (_what, forgery) => {
  const { read, check } = await refusal(forgery)
  expect([read, check]).toEqual(['ARCHIVE_CORRUPT', 'ARCHIVE_CORRUPT'])
})

it('refuses checksums.sha256 that disagrees with the manifest', async () => {
  const path = await file(folder, 'sums', await forge({ members: (all) => all.map((member) => (member.kind === 'checksums' ? { ...member, content: Buffer.from('x') } : member)) }))
  expect((await checkArchive(path)).findings).toEqual([expect.objectContaining({ code: 'ARCHIVE_CORRUPT', member: 'sample/metadata/checksums.sha256' })])
})

it('names a newer format before it believes anything else', async () => {
  for (const forgery of [
    { manifest: () => ({ format: { name: 'holdall-archive', version: 2 }, anything: 'else' }) },
    { schema: { ...sampleSchema(['t']), format: { name: 'holdall-archive', version: 2 }, folders: 7 } },
  ]) {
    const { read, check } = await refusal(forgery)
    expect([read, check]).toEqual(['ARCHIVE_NEWER', 'ARCHIVE_NEWER'])
  }
})
