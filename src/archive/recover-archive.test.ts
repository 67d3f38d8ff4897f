import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { archiveBytes, batch, file, forge, manifestOf, readAll, sampleRows, scratch } from '../../test/archive/testing.js'
import { HoldallError } from '../errors/holdall-error.js'
import { checkArchive } from './check-archive.js'
import { END_LENGTH } from './end-member.js'
import type { Member } from './manifest.js'
import { openArchive } from './open-archive.js'
import { recoverArchive, type RecoverReport } from './recover-archive.js'

const folder = await scratch()
const output = join(folder, 'good.tar.gz')
const COUNT = 6
const lines = Array.from({ length: COUNT }, (_, i) => [`{"id":${i * 2},"note":"x"}\n`, `{"id":${i * 2 + 1},"note":"y"}\n`])
const whole = await forge({ chunks: lines })
const { members, exportId } = await manifestOf(await file(folder, 'whole', whole))
const manifestAt = members.at(-1)!.offset + members.at(-1)!.length

function member(index: number): Member {
  return members[index]!
}

function damaged(index: number, at: (member: Member) => [number, number] = ({ offset, length }) => [offset + 30, offset + length]): (bytes: Buffer) => Buffer {
  return (bytes) => Buffer.from(bytes).fill(0xaa, ...at(member(index)))
}

const without = (index: number) => (bytes: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, member(index).offset), bytes.subarray(member(index).offset + member(index).length)])

async function recover(...damages: ((bytes: Buffer) => Buffer)[]): Promise<RecoverReport & { loss: unknown; read: string }> {
  const broken = await file(folder, 'broken.tar.gz', damages.reduce((bytes, damage) => damage(bytes), whole))
  const report = await recoverArchive(broken, output, { overwrite: true })
  expect((await checkArchive(output)).findings).toEqual([])
  const archive = await openArchive(output)
  expect(archive.schema.lineage.derivedFrom).toEqual([exportId])
  expect(archive.manifest.exportId).toBe(report.exportId)
  expect(report.exportId).not.toBe(exportId)
  expect(archive.schema.recovered).toEqual({ from: exportId, losses: report.tables.flatMap(({ loss }) => (loss === null ? [] : [loss])), stubLosses: [] })
  expect(archive.manifest.rows).toBe(report.rows)
  await archive.close()
  return { ...report, loss: report.tables[0]?.loss, read: (await readAll(output))['t']! }
}

const kept = (...lost: number[]): string => lines.filter((_, i) => !lost.includes(i + 1)).flat().join('')
const cut = (at: number) => (bytes: Buffer): Buffer => bytes.subarray(0, at)

it('saves all but a damaged chunk, and knows which it is and how many rows it held', async () => {
  const { loss, read, manifestFound } = await recover(damaged(3))
  expect(read).toBe(kept(3))
  expect(loss).toEqual({ table: 't', chunks: [3], rows: 2, endUnknown: false })
  expect(manifestFound).toBe(true)
})

it.each([0, 1, 11, 13, 16, 20, 24])('loses nothing where byte %i of a gzip header is damaged, for the content is whole', async (byte) => {
  const { loss, read } = await recover(damaged(3, ({ offset }) => [offset + byte, offset + byte + 1]))
  expect(read).toBe(kept())
  expect(loss).toBeNull()
})

it('loses nothing where only manifest and end are gone', async () => {
  const { loss, read, manifestFound } = await recover(cut(manifestAt + 20))
  expect(read).toBe(kept())
  expect(loss).toBeNull()
  expect(manifestFound).toBe(false)
})

it('says that the end is unknown where a file is cut among the rows', async () => {
  for (const at of [member(4).offset, member(4).offset + 1, member(4).offset + member(4).length - 1]) {
    const { loss, read } = await recover(cut(at))
    expect(read).toBe(kept(4, 5, 6))
    expect(loss).toEqual({ table: 't', chunks: [], rows: null, endUnknown: true })
  }
})

it('knows that a table is whole where the next member follows, even without manifest and checksums', async () => {
  const { loss, read } = await recover(cut(member(COUNT + 2).offset))
  expect(read).toBe(kept())
  expect(loss).toBeNull()
})

it('notices a chunk that was taken out, with and without a manifest', async () => {
  expect(await recover(without(2))).toMatchObject({ read: kept(2), loss: { chunks: [2], rows: 2, endUnknown: false } })
  expect(await recover(cut(member(COUNT + 2).offset), without(2))).toMatchObject({ read: kept(2), loss: { chunks: [2], rows: null, endUnknown: false } })
  expect(await recover(cut(member(COUNT + 2).offset), without(COUNT))).toMatchObject({ read: kept(COUNT), loss: { chunks: [], rows: null, endUnknown: true } })
  expect(await recover(cut(manifestAt), without(COUNT))).toMatchObject({ read: kept(COUNT), loss: { chunks: [COUNT], rows: null, endUnknown: false } })
})

it('saves what stands on both sides of a hole', async () => {
  const hole = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(0, member(2).offset + 40), bytes.subarray(member(4).offset + 47)])
  expect(await recover(hole)).toMatchObject({ read: kept(2, 3, 4), loss: { chunks: [2, 3, 4], rows: 6 } })
})

it('takes a doubled chunk once, and reordered chunks in their order', async () => {
  const doubled = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(0, member(3).offset), bytes.subarray(member(2).offset)])
  expect(await recover(doubled)).toMatchObject({ read: kept(), loss: null })
  const part = (index: number): Buffer => whole.subarray(member(index).offset, member(index).offset + member(index).length)
  const reordered = (bytes: Buffer): Buffer => Buffer.concat([
    bytes.subarray(0, member(2).offset), part(3), part(2), bytes.subarray(member(4).offset),
  ])
  expect(await recover(reordered)).toMatchObject({ read: kept(), loss: null })
})

it('keeps neither of two different chunks of one number where nothing tells which is true', async () => {
  const other = await forge({ chunks: [['{"id":99,"note":"z"}\n']] })
  const first = (await manifestOf(await file(folder, 'other', other))).members[1]!
  const mixed = (bytes: Buffer): Buffer => Buffer.concat([
    bytes.subarray(0, member(2).offset), other.subarray(first.offset, first.offset + first.length), bytes.subarray(member(2).offset),
  ])
  expect(await recover(cut(member(COUNT + 2).offset), mixed)).toMatchObject({ read: kept(1), loss: { chunks: [1], endUnknown: false } })
  expect(await recover(mixed)).toMatchObject({ read: kept(), loss: null })
})

it('refuses to save rows without schema.json, and says so', async () => {
  const broken = await file(folder, 'headless', damaged(0)(whole))
  await expect(recoverArchive(broken, join(folder, 'none'))).rejects.toMatchObject({ code: 'NOTHING_TO_RECOVER', message: expect.stringContaining('schema.json') as string })
  const empty = await file(folder, 'rowless', whole.subarray(0, member(1).offset + 10))
  await expect(recoverArchive(empty, join(folder, 'none'))).rejects.toMatchObject({ code: 'NOTHING_TO_RECOVER' })
  const foreign = await file(folder, 'foreign', Buffer.alloc(100_000, 'x'))
  await expect(recoverArchive(foreign, join(folder, 'none'))).rejects.toMatchObject({ code: 'NOTHING_TO_RECOVER' })
  await expect(stat(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
})

it('does not overwrite unless told', async () => {
  const broken = await file(folder, 'broken', damaged(3)(whole))
  await file(folder, 'there', Buffer.from('mine'))
  await expect(recoverArchive(broken, join(folder, 'there'))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
})

it('tells tables apart: whole, broken, empty', async () => {
  const bytes = await archiveBytes({ a: [batch(sampleRows(3))], b: [batch(sampleRows(20_000, 300))], empty: [], c: [batch(sampleRows(5))] })
  const manifest = await manifestOf(await file(folder, 'tables', bytes))
  const second = manifest.members.find(({ path }) => path.endsWith('b/000002.ndjson'))!
  const torn = await file(folder, 'torn', Buffer.from(bytes).fill(0, second.offset + 1000, second.offset + 1010))
  const report = await recoverArchive(torn, output, { overwrite: true })
  expect(report.tables.map(({ table, loss }) => [table, loss?.chunks ?? null])).toEqual([['a', null], ['b', [2]], ['empty', null], ['c', null]])
  const short = await file(folder, 'short', bytes.subarray(0, second.offset + 1000))
  const rest = await recoverArchive(short, output, { overwrite: true })
  expect(rest.tables.map(({ table, loss }) => [table, loss?.endUnknown ?? false])).toEqual([['a', false], ['b', true], ['empty', true], ['c', true]])
})

it('whatever is broken: a valid archive of rows that were there, or a clear refusal', async () => {
  const damage = fc.record({ kind: fc.constantFrom('flip', 'cut', 'hole', 'double', 'zero'), at: fc.nat(whole.length - 2), length: fc.integer({ min: 1, max: 400 }), bit: fc.nat(7) })
  await fc.assert(fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
    const broken = damages.reduce((bytes, { kind, at, length, bit }) => {
      if (kind === 'cut') return bytes.subarray(0, Math.max(1, at))
      if (kind === 'hole') return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
      if (kind === 'double') return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])
      const copy = Buffer.from(bytes)
      if (kind === 'zero') return copy.fill(0, Math.min(at, copy.length), Math.min(at + length, copy.length))
      if (at < copy.length) copy[at] = copy[at]! ^ (1 << bit)
      return copy
    }, whole)
    const path = await file(folder, 'random', broken)
    const report = await recoverArchive(path, output, { overwrite: true }).catch((error: unknown) => {
      if (HoldallError.is(error) && error.code === 'NOTHING_TO_RECOVER') return null
      throw error
    })
    if (report === null) return
    expect((await checkArchive(output)).findings).toEqual([])
    const read = (await readAll(output))['t']!
    const have = lines.flatMap((chunk, i) => (read.includes(chunk.join('')) ? [i + 1] : []))
    expect(read).toBe(have.map((number) => lines[number - 1]!.join('')).join(''))
    const loss = report.tables[0]!.loss
    const missing = lines.map((_, i) => i + 1).filter((number) => !have.includes(number))
    // Every missing chunk is either named, or stands after the last one known where the end is said to be unknown.
    const last = Math.max(0, ...have, ...(loss?.chunks ?? []))
    expect(loss?.chunks ?? []).toEqual(missing.filter((number) => number <= last))
    expect(loss?.endUnknown === true || missing.every((number) => number <= last)).toBe(true)
    if (loss !== null && loss.rows !== null) expect(loss.rows).toBe(loss.chunks.length * 2)
  }), { numRuns: 150 })
})

it('does not need the end of the file to be whole', async () => {
  expect(await recover((bytes) => bytes.subarray(0, -END_LENGTH))).toMatchObject({ read: kept(), loss: null, manifestFound: true })
})
