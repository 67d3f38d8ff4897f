import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonLines, type JsonLine } from './json-lines.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdall-lines-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function lines(content: string | Buffer, signal?: AbortSignal): Promise<readonly JsonLine[]> {
  const path = join(folder, 'lines')
  await writeFile(path, content)
  const found: JsonLine[] = []
  for await (const line of jsonLines(path, signal)) found.push(line)
  return found
}

test('lines are numbered as an editor does; blank ones are left out, and what is no JSON has no value', async () => {
  expect(await lines('{"a":1}\n\n  \r\n[2]\r\nnothing\n"\u2028"')).toEqual([
    { number: 1, value: { a: 1 } },
    { number: 4, value: [2] },
    { number: 5, value: undefined },
    { number: 6, value: '\u2028' },
  ])
})

test('bytes that are no text are no JSON, and an empty file has no lines', async () => {
  expect(await lines(Buffer.from([0x22, 0xff, 0x22]))).toEqual([{ number: 1, value: undefined }])
  expect(await lines('')).toEqual([])
})

test('a line of many pieces comes whole, and reading stops when it is told to', async () => {
  const long = JSON.stringify('x'.repeat(300_000))
  expect(await lines(`${long}\n1`)).toEqual([{ number: 1, value: JSON.parse(long) as string }, { number: 2, value: 1 }])
  await expect(lines(`${long}\n`, AbortSignal.abort())).rejects.toThrow(/abort/i)
})
