import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { linesOf } from '../rows/split-row.js'
import { rowSpool, type RowSpool } from './row-spool.js'

async function lines(spool: RowSpool, table: string): Promise<string[]> {
  const found: string[] = []
  let rows = 0
  for await (const batch of spool.rows(table)) {
    found.push(...Array.from(linesOf(batch.bytes), (line) => line.toString('utf8')))
    rows += batch.rows
  }
  expect(rows).toBe(found.length)
  return found
}

test('rows come back table by table, in their order, however they were mixed and however large they are', async () => {
  const spool = rowSpool()
  const row = (n: number): string => `{"id":${n},"x":"${'é'.repeat((n * 7919) % 9000)}"}`
  const tables = ['a', 'b', '../c']
  for (let n = 0; n < 912; n += 1) await spool.add(tables[(n >> 3) % 3]!, Buffer.from(row(n)))
  await spool.add('b', Buffer.from(`"${'y'.repeat(3 << 20)}"`))
  for (const [at, table] of tables.entries()) {
    const expected = Array.from({ length: 912 }, (_, n) => n).filter((n) => (n >> 3) % 3 === at).map(row)
    expect(await lines(spool, table)).toEqual(table === 'b' ? [...expected, `"${'y'.repeat(3 << 20)}"`] : expected)
    expect(spool.count(table)).toBe(table === 'b' ? 305 : 304)
  }
  expect(await lines(spool, 'none')).toEqual([])
  expect(spool.count('none')).toBe(0)
  await spool.close()
})

test('a reader that stops early, and closing, leave nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-spool-'))
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  onTestFinished(() => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    rmSync(folder, { recursive: true })
  })
  const spool = rowSpool()
  for (let n = 0; n < 10; n += 1) await spool.add(`t${n % 2}`, Buffer.from(`"${'z'.repeat(1 << 20)}"`))
  for await (const _batch of spool.rows('t0')) break
  expect(await lines(spool, 't0')).toHaveLength(5)
  await spool.close()
  expect(readdirSync(folder)).toEqual([])
})
