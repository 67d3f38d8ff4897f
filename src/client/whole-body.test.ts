import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { wholeBody } from './whole-body.js'

const END = `"export_end":{"complete":true,"record_counts":{"users":2},"sha256":"${'0a'.repeat(32)}"}`
const DOCUMENT = Buffer.from(`{"export_metadata":{},"tables":{"users":[\n{"id":1},\n{"id":2}\n]},\n${END}\n}\n`)

async function isWhole(bytes: Buffer, piece: number, format: 'archive' | 'json' = 'json'): Promise<boolean> {
  const body = wholeBody(format)
  for (let at = 0; at < bytes.length; at += piece) await body.see(bytes.subarray(at, at + piece))
  return body.isWhole()
}

test.each([1, 7, 1_000_000])('a document is whole with its end and not a byte before, in pieces of %i', async (piece) => {
  expect(await isWhole(DOCUMENT, piece)).toBe(true)
  for (const cut of [2, 3, 10, 80, 200]) expect(await isWhole(DOCUMENT.subarray(0, -cut), piece), `${cut} bytes less`).toBe(false)
  expect(await isWhole(Buffer.alloc(0), piece)).toBe(false)
})

test.each([5, 1_000_000])('a compressed one too, in pieces of %i, also of several members', async (piece) => {
  const members = Buffer.concat([gzipSync(DOCUMENT.subarray(0, 40)), gzipSync(DOCUMENT.subarray(40))])
  expect(await isWhole(gzipSync(DOCUMENT), piece)).toBe(true)
  expect(await isWhole(members, piece)).toBe(true)
  for (const cut of [1, 8, 30]) expect(await isWhole(members.subarray(0, -cut), piece), `${cut} bytes less`).toBe(false)
  expect(await isWhole(gzipSync(DOCUMENT.subarray(0, -20)), piece)).toBe(false)
})

test('a text that only says so is none', async () => {
  expect(await isWhole(Buffer.from('{"sha256":"00"}}'), 100)).toBe(false)
  expect(await isWhole(DOCUMENT, 100, 'archive')).toBe(false)
})
