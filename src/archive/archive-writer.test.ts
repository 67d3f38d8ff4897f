import { expect, it } from 'vitest'
import { archiveBytes, batch, batches, file, memorySink, readTable, sampleRows, sampleSchema, scratch } from '../../test/archive/testing.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { RowBatch } from '../rows/row-batch.js'
import { createArchiveWriter } from './archive-writer.js'
import { openArchive } from './open-archive.js'

const folder = await scratch()

/** Raw bytes of a gzip member, from its trailer. */
function inflated(member: Buffer): number {
  return member.readUInt32LE(member.length - 4)
}

it('holds back the rows while the sink is slow', async () => {
  const one = batch(sampleRows(1700, 600))
  let made = 0
  let written = 0
  let most = 0
  async function* rows(): AsyncGenerator<RowBatch> {
    for (let i = 0; i < 60; i += 1) {
      made += one.bytes.length
      most = Math.max(most, made - written)
      yield one
    }
  }
  const writer = createArchiveWriter({
    // Takes so long that whatever can go on meanwhile does.
    write: async (bytes) => {
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      written += inflated(bytes)
    },
  }, { name: 'slow', level: 1, schema: sampleSchema(['t']) })
  await writer.rows('t', rows())
  expect(made).toBe(60 * one.bytes.length)
  expect(most).toBeLessThan(26 << 20)
  expect(written).toBeGreaterThan(made - (26 << 20))
})

it('keeps no batch for itself: whoever made it may write the next one over it', async () => {
  const memory = Buffer.alloc(1 << 20)
  const made: string[] = []
  async function* rows(): AsyncGenerator<RowBatch> {
    for (let i = 0; i < 12; i += 1) {
      const line = `{"id":${i},"v":"${String(i % 10).repeat(900_000)}"}\n`
      made.push(line)
      memory.fill(0)
      yield { bytes: memory.subarray(0, memory.write(line)), rows: 1 }
    }
  }
  const sink = memorySink()
  const writer = createArchiveWriter(sink, { name: 'x', level: 1, schema: sampleSchema(['t']) })
  await writer.rows('t', rows())
  await writer.finish({})
  const archive = await openArchive(await file(folder, 'lent', sink.bytes()))
  expect(await readTable(archive, 't')).toBe(made.join(''))
  await archive.close()
})

it('passes on what the rows throw, and then refuses to go on', async () => {
  const writer = createArchiveWriter(memorySink(), { name: 'x', level: 1, schema: sampleSchema(['t']) })
  async function* failing(): AsyncGenerator<RowBatch> {
    yield batch(sampleRows(1))
    throw new HoldallError('STORE_FAILED', { message: 'gone' })
  }
  await expect(writer.rows('t', failing())).rejects.toMatchObject({ code: 'STORE_FAILED' })
  await expect(writer.finish({})).rejects.toMatchObject({ code: 'INTERNAL' })
})

it('does not finish an archive that lacks a table, and takes each table of the schema once', async () => {
  const begin = (): ReturnType<typeof createArchiveWriter> => createArchiveWriter(memorySink(), { name: 'x', level: 1, schema: sampleSchema(['t', 'u']) })
  const lacking = begin()
  await lacking.rows('t', batches([]))
  await expect(lacking.finish({})).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('u') as string })
  const twice = begin()
  await twice.rows('t', batches([]))
  await expect(twice.rows('t', batches([]))).rejects.toMatchObject({ code: 'INTERNAL' })
  await expect(begin().rows('toString', batches([]))).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' })
  await expect(begin().rows('t', batches([{ bytes: Buffer.from('{}'), rows: 1 }]))).rejects.toMatchObject({ code: 'INTERNAL' })
})

it('stops at the next batch once it is told to', async () => {
  const abort = new AbortController()
  const writer = createArchiveWriter(memorySink(), { name: 'x', level: 1, schema: sampleSchema(['t']), signal: abort.signal })
  const heard: number[] = []
  const rows = writer.rows('t', batches(Array.from({ length: 5 }, () => batch(sampleRows(2)))), (rows) => {
    heard.push(rows)
    if (rows === 6) abort.abort()
  })
  await expect(rows).rejects.toMatchObject({ code: 'INTERRUPTED' })
  expect(heard).toEqual([2, 4, 6])
})

it('never writes a schema.json that it could not read', async () => {
  const writer = createArchiveWriter(memorySink(), { name: 'x', level: 1, schema: { ...sampleSchema(['t']), folders: {} } })
  await expect(writer.rows('t', batches([]))).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('schema.json.folders') as string })
  const other = createArchiveWriter(memorySink(), { name: 'x', level: 1, schema: { ...sampleSchema(['t']), exportId: 'X' } })
  await expect(other.rows('t', batches([]))).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('schema.json.exportId') as string })
  expect(() => createArchiveWriter(memorySink(), { name: 'x', level: 10, schema: sampleSchema([]) })).toThrow(/1 to 9/)
})

it('lets a reader stop early, and stops a reader that is told to', async () => {
  const path = await file(folder, 'early', await archiveBytes({ t: Array.from({ length: 8 }, () => batch(sampleRows(5000, 700))) }))
  const abort = new AbortController()
  const archive = await openArchive(path, { signal: abort.signal })
  for await (const { firstRow } of archive.rows('t')) {
    expect(firstRow).toBe(1)
    break
  }
  const read = async (): Promise<void> => {
    for await (const { rows } of archive.rows('t')) {
      expect(rows).toBeGreaterThan(0)
      abort.abort()
    }
  }
  await expect(read()).rejects.toMatchObject({ code: 'INTERRUPTED' })
  await expect((async () => { for await (const _ of archive.rows('u')) expect.unreachable() })()).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' })
  await archive.close()
})
