import { spawn } from 'node:child_process'
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { streamSink } from './stream-sink.js'

it('waits until the stream took each piece', async () => {
  const stream = new PassThrough({ highWaterMark: 10 })
  const sink = streamSink(stream)
  let done = false
  const second = sink.write(Buffer.alloc(100, 'a')).then(() => sink.write(Buffer.alloc(100, 'b'))).then(() => (done = true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(done).toBe(false)
  const pieces: Buffer[] = []
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  await second
  expect(Buffer.concat(pieces).toString()).toBe('a'.repeat(100) + 'b'.repeat(100))
})

it('says that the reader went away, each time, and does not end the process', async () => {
  const child = spawn('true', [], { stdio: ['pipe', 'ignore', 'ignore'] })
  await new Promise((resolve) => child.on('exit', resolve))
  const sink = streamSink(child.stdin)
  for (let i = 0; i < 3; i += 1) await expect(sink.write(Buffer.alloc(1 << 20))).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
})

it('passes on why a stream broke', async () => {
  const stream = new PassThrough()
  const sink = streamSink(stream)
  stream.destroy(new Error('no space left on device'))
  await expect(sink.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
})
