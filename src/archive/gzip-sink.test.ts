import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gzipSink } from './gzip-sink.js'

async function packed(pieces: readonly Buffer[]): Promise<Buffer> {
  const out: Buffer[] = []
  const sink = gzipSink({ write: async (bytes) => void out.push(bytes) }, 6)
  for (const piece of pieces) {
    const own = Buffer.from(piece)
    await sink.write(own)
    // The bytes are the writer's again.
    own.fill(0)
  }
  await sink.end()
  return Buffer.concat(out)
}

test('pieces of any size come back, as one gzip member', async () => {
  const piece = fc.oneof(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1 << 19, max: 3 << 20 }).map((size) => randomBytes(size)))
  await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
    const whole = Buffer.concat(pieces)
    const gzip = await packed(pieces.map((bytes) => Buffer.from(bytes)))
    expect(gunzipSync(gzip).equals(whole)).toBe(true)
    // Bytes behind the only member would be refused by readers that take one.
    expect(gzip.readUInt32LE(gzip.length - 4)).toBe(whole.length)
  }), { numRuns: 20 })
})

test('a failure of the sink below is passed on', async () => {
  const sink = gzipSink({ write: () => Promise.reject(new Error('full')) }, 1)
  await sink.write(Buffer.from('a'))
  await expect(sink.end()).rejects.toThrow('full')
})
