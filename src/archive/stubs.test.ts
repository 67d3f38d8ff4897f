import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { archiveBytes, batch, batches, file, memorySink, readAll, sampleRows, sampleSchema, sampleTable, scratch } from '../../test/archive/testing.js'
import { missingTools } from '../../test/missing-tools.js'
import type { ArchiveSchema } from './archive-schema.js'
import { createArchiveWriter } from './archive-writer.js'
import { checkArchive } from './check-archive.js'
import { openArchive } from './open-archive.js'
import { recoverArchive } from './recover-archive.js'
import { stubTable } from './stub-table.js'
import { tableFolders } from './table-folders.js'

const run = promisify(execFile)
const folder = await scratch()

/** Rows of `t` and `u`; stubs of `t`, of `gone`, which the archive has none of, and of `none`, of which there are none. */
const gone = { ...sampleTable('gone'), columns: sampleTable('gone').columns.slice(1), primaryKey: null, ddl: null }
const none = { ...gone, id: 'none', name: 'none' }
const schema: ArchiveSchema = {
  ...sampleSchema(['t', 'u']), folders: tableFolders(['t', 'u', 'gone', 'none']), stubs: { t: ['id'], gone: ['note'], none: ['note'] }, stubTables: [gone, none],
}
const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `{"id":${i + 100}}\n`)
const notes = sampleRows(30_000, 300).map((line) => line.replace(/"id":\d+,/, ''))
const bytes = await archiveBytes({ t: [batch(sampleRows(3))], u: [] }, { schema, stubs: { t: [batch(ids(2))], none: [], gone: [batch(notes)] } })
const path = await file(folder, 'stubs.tar.gz', bytes)
const content = { t: sampleRows(3).join(''), u: '', 'stubs of t': ids(2).join(''), 'stubs of gone': notes.join(''), 'stubs of none': '' }

it('gives stubs back as they were written, in chunks of bounded size', async () => {
  expect(await readAll(path)).toEqual(content)
  expect((await checkArchive(path)).findings).toEqual([])
  const archive = await openArchive(path)
  expect(['t', 'u', 'gone', 'none', 'nowhere', 'constructor'].map((table) => archive.stubColumns(table))).toEqual([['id'], [], ['note'], ['note'], [], []])
  expect(archive.manifest.rows).toBe(3)
  expect(archive.manifest.members.map(({ path: member }) => member.slice('sample/'.length))).toEqual([
    'schema.json', 'data/t/000001.ndjson', 'stubs/t/000001.ndjson', 'stubs/gone/000001.ndjson', 'stubs/gone/000002.ndjson', 'stubs/gone/000003.ndjson',
    'metadata/statistics.json', 'metadata/checksums.sha256',
  ])
  await archive.close()
})

it('describes what stubs stand for, with their columns alone', () => {
  expect(stubTable(schema, 't')?.columns.map(({ name }) => name)).toEqual(['id'])
  expect(stubTable(schema, 't')?.primaryKey?.columns).toEqual(['id'])
  expect(stubTable(schema, 'gone')).toEqual({ ...gone, indexes: [] })
  expect([stubTable(schema, 'u'), stubTable(schema, 'nowhere')]).toEqual([null, null])
})

it('takes stubs behind the rows, once a table, and of tables alone that the schema names', async () => {
  const begin = (): ReturnType<typeof createArchiveWriter> => createArchiveWriter(memorySink(), { name: 'x', level: 1, schema })
  await expect(begin().stubs('u', batches([]))).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' })
  await expect(begin().rows('gone', batches([]))).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' })
  const twice = begin()
  await twice.stubs('t', batches([]))
  await expect(twice.stubs('t', batches([]))).rejects.toMatchObject({ code: 'INTERNAL' })
  const late = begin()
  await late.stubs('t', batches([]))
  await expect(late.rows('t', batches([]))).rejects.toMatchObject({ code: 'INTERNAL' })
})

it('finds damage to stubs, and saves those that are whole', async () => {
  const archive = await openArchive(path)
  const second = archive.manifest.members.find((member) => member.path.endsWith('stubs/gone/000002.ndjson'))!
  await archive.close()
  const torn = await file(folder, 'torn.tar.gz', Buffer.from(bytes).fill(0, second.offset + 1000, second.offset + 1010))
  expect((await checkArchive(torn)).findings.map(({ member }) => member)).toContain(second.path)
  const saved = join(folder, 'saved.tar.gz')
  const lost = 'rows' in second ? second.rows : 0
  const loss = { table: 'gone', chunks: [2], rows: lost, endUnknown: false }
  const report = await recoverArchive(torn, saved)
  expect(report.tables.map((table) => table.loss)).toEqual([null, null])
  expect(report.stubs.map(({ table, rows, loss: part }) => [table, rows, part])).toEqual([['t', 2, null], ['gone', 30_000 - lost, loss], ['none', 0, null]])
  const back = await openArchive(saved)
  expect(back.schema).toMatchObject({ stubs: schema.stubs, recovered: { losses: [], stubLosses: [loss] } })
  await back.close()
  const rest = await readAll(saved)
  expect(notes.join('')).toContain(rest['stubs of gone']!.slice(0, 1000))
  expect(rest['stubs of t']).toBe(content['stubs of t'])
  const cut = await file(folder, 'cut.tar.gz', bytes.subarray(0, second.offset))
  const blind = await recoverArchive(cut, saved, { overwrite: true })
  expect(blind.tables.map((table) => table.loss?.endUnknown ?? false)).toEqual([false, true])
  expect(blind.stubs.map((table) => table.loss?.endUnknown ?? false)).toEqual([false, true, true])
})

it.skipIf(missingTools('the reader in Python', ['python3']).length > 0)('is what docs/FORMAT.md says, to a reader in another language', async () => {
  const reader = new URL('../../test/archive/read_archive.py', import.meta.url).pathname
  const { stdout } = await run('python3', [reader, path, 'gone', 'stubs'], { maxBuffer: 1 << 30 })
  expect(stdout === notes.join('')).toBe(true)
  expect((await run('python3', [reader, path, 't'])).stdout).toBe(content.t)
})
