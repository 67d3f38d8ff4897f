import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { missingTools } from '../../test/missing-tools.js'
import { archiveBytes, batch, file, readAll, readTable, sampleRows, sampleSchema, scratch } from '../../test/archive/testing.js'
import { checkArchive } from './check-archive.js'
import { isChunk } from './manifest.js'
import { openArchive, openArchiveFrom } from './open-archive.js'

const run = promisify(execFile)
const folder = await scratch()

it('gives back any rows of any tables, in order, and finds nothing wrong', async () => {
  const line = fc.json({ maxDepth: 1 }).map((json) => `{"id":1,"note":${JSON.stringify(json)}}\n`)
  const rows = fc.array(fc.array(line, { maxLength: 5 }), { maxLength: 6 })
  await fc.assert(fc.asyncProperty(fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), rows, { maxKeys: 5 }), async (tables) => {
    const path = await file(folder, 'random.tar.gz', await archiveBytes(Object.fromEntries(Object.entries(tables).map(([id, all]) => [id, all.map(batch)]))))
    expect(await readAll(path)).toEqual(Object.fromEntries(Object.entries(tables).map(([id, all]) => [id, all.flat().join('')])))
    expect((await checkArchive(path)).findings).toEqual([])
  }), { numRuns: 60 })
})

it('cuts rows into chunks of at most 4 MiB, a longer row alone, and numbers their rows', async () => {
  const small = sampleRows(90_000, 100)
  const long = `{"id":7,"note":"${'x'.repeat(5 << 20)}"}\n`
  const parts = [...Array.from({ length: 9 }, (_, i) => batch(small.slice(i * 10_000, (i + 1) * 10_000))), batch([long]), batch(small)]
  const path = await file(folder, 'large.tar.gz', await archiveBytes({ big: parts, none: [] }))
  const archive = await openArchive(path)
  const chunks = archive.manifest.members.filter(isChunk)
  expect(chunks.length).toBeGreaterThan(6)
  for (const { size, rows } of chunks) expect(size <= 4 << 20 || rows === 1).toBe(true)
  expect(archive.manifest.tables).toEqual([
    { table: 'big', rows: 180_001, chunks: chunks.length, bytes: small.join('').length * 2 + long.length },
    { table: 'none', rows: 0, chunks: 0, bytes: 0 },
  ])
  let next = 1
  let all = ''
  for await (const { bytes, rows, firstRow, member } of archive.rows('big')) {
    expect(firstRow).toBe(next)
    expect(member).toMatch(/^sample\/data\/big\/\d{6}\.ndjson$/)
    next += rows
    all += bytes.toString()
  }
  expect(all === small.join('') + long + small.join('')).toBe(true)
  await archive.close()
  expect((await checkArchive(path)).findings).toEqual([])
})

it.skipIf(missingTools('opening an archive with ordinary tools', ['tar', 'gzip', 'sha256sum', 'jq', 'python3']).length > 0)('opens with tar, gzip, sha256sum and jq', async () => {
  const rows = sampleRows(30_000, 300)
  const tables = { users: [batch(rows)], 'audit."Log Entries"': [batch(sampleRows(3))], empty: [] }
  const path = await file(folder, 'ordinary.tar.gz', await archiveBytes(tables, { name: 'my shop', level: 6 }))
  await run('gzip', ['-t', path])
  const out = join(folder, 'ordinary')
  await mkdir(out)
  const { stderr } = await run('tar', ['xzf', path, '-C', out])
  expect(stderr).toBe('')
  const root = join(out, 'my%20shop')
  const sums = await run('sha256sum', ['-c', '--strict', 'metadata/checksums.sha256'], { cwd: root })
  expect(sums.stdout.split('\n').filter((line) => line.endsWith(': OK')).length).toBe((await readFile(join(root, 'metadata/checksums.sha256'), 'utf8')).split('\n').length - 1)
  const listed = await run('tar', ['tzf', path])
  const paths = listed.stdout.trim().split('\n')
  expect(paths[0]).toBe('my%20shop/schema.json')
  expect(paths.at(-1)).toBe('my%20shop/manifest.json')
  const counted = await run('bash', ['-c', 'cat data/users/*.ndjson | jq -s length'], { cwd: root })
  expect(counted.stdout.trim()).toBe('30000')
  const manifest = await run('jq', ['-r', '.rows, .tables[1].table', 'manifest.json'], { cwd: root })
  expect(manifest.stdout).toBe('30003\naudit."Log Entries"\n')
  const python = await run('python3', ['-c', 'import tarfile,sys; print(len(tarfile.open(sys.argv[1]).getmembers()))', path])
  expect(python.stdout.trim()).toBe(String(paths.length))
})

it.skipIf(missingTools('the reader in Python', ['python3']).length > 0)('is what docs/FORMAT.md says, to a reader in another language', async () => {
  const rows = sampleRows(20_000, 300)
  const path = await file(folder, 'foreign.tar.gz', await archiveBytes({ other: [batch(sampleRows(2))], ['long '.repeat(30)]: [batch(rows)] }, { name: 'n'.repeat(64) }))
  const reader = new URL('../../test/archive/read_archive.py', import.meta.url).pathname
  const { stdout } = await run('python3', [reader, path, 'long '.repeat(30)], { maxBuffer: 1 << 30 })
  expect(stdout === rows.join('')).toBe(true)
})

it('reads only the end, the manifest and the schema to open, and only a table\'s chunks to read it', async () => {
  const bytes = await archiveBytes({ a: [batch(sampleRows(40_000, 400))], b: [batch(sampleRows(10))], c: [batch(sampleRows(40_000, 400))] })
  const reads: number[] = []
  const archive = await openArchiveFrom({
    name: 'counted', size: bytes.length, close: async () => undefined,
    read: async (offset, length) => {
      reads.push(length)
      return bytes.subarray(offset, offset + length)
    },
  })
  expect(reads.length).toBeLessThanOrEqual(4)
  expect(reads.reduce((a, b) => a + b)).toBeLessThan(bytes.length / 500)
  await readTable(archive, 'b')
  expect(reads.length).toBeLessThanOrEqual(5)
  expect(reads.reduce((a, b) => a + b)).toBeLessThan(bytes.length / 500)
})

it('keeps what schema.json says, frozen, and the statistics', async () => {
  const schema = { ...sampleSchema(['t']), profile: 'shop', selection: { include: ['t'], where: { t: 'id > 1' }, since: null }, lineage: { derivedFrom: ['9f5d2a52-36b6-4a8c-9d0f-0d6f2b2f4f11'] } }
  const path = await file(folder, 'schema.tar.gz', await archiveBytes({ t: [] }, { schema }))
  const archive = await openArchive(path)
  expect(archive.schema).toEqual(schema)
  expect(Object.isFrozen(archive.schema.schema.tables[0]?.columns[0]?.type)).toBe(true)
  expect(Object.isFrozen(archive.schema.selection['where'])).toBe(true)
  expect(await archive.statistics()).toEqual({ note: 'sample' })
  await archive.close()
})

it('holds tables whose ids are hard names for objects and file systems', async () => {
  const ids = ['__proto__', 'constructor', 'toString', '..', '.', '/etc/passwd', 'Users', 'users', 'USERS', 'con', 'a'.repeat(300), `${'a'.repeat(300)}b`, 'naïve', '表', '🙂'.repeat(40)]
  const tables = Object.fromEntries(ids.map((id, i) => [id, [batch(sampleRows(i + 1))]]))
  const path = await file(folder, 'names.tar.gz', await archiveBytes(tables))
  const archive = await openArchive(path)
  for (const [i, id] of ids.entries()) expect((await readTable(archive, id)).split('\n').length - 1).toBe(i + 1)
  await archive.close()
  expect((await checkArchive(path)).findings).toEqual([])
  await run('tar', ['tzf', path])
})
