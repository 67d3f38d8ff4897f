import { promisify } from 'node:util'
import { constants, crc32, deflateRaw, type ZlibOptions } from 'node:zlib'
import type { ArchiveSink } from './archive-sink.js'

/** Deflate, no name, no time, unknown system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
/** An empty block that says it is the last. */
const LAST_BLOCK = Buffer.from([3, 0])
/** Large enough that the dictionary, which starts anew with each, is not missed. */
const BLOCK = 1 << 20
/** Blocks that are compressed at once: what the thread pool takes by default. */
const AT_ONCE = 4

const deflate: (bytes: Buffer, options: ZlibOptions) => Promise<Buffer> = promisify(deflateRaw)

export interface GzipSink extends ArchiveSink {
  /** Writes what is left and the trailer. The sink below is not closed. */
  end(): Promise<void>
}

/**
 * Compresses into one gzip member (RFC 1952), in blocks on the thread pool: each ends on a whole byte, so that they make one stream
 * when put together.
 */
export function gzipSink(sink: ArchiveSink, level: number): GzipSink {
  const packing: Promise<Buffer>[] = []
  let waiting: Buffer[] = []
  let length = 0
  let size = 0
  let checksum = 0
  let begun = false
  const put = async (): Promise<void> => {
    if (!begun) await sink.write(HEADER)
    begun = true
    await sink.write((await packing.shift()) ?? Buffer.alloc(0))
  }
  const pack = async (): Promise<void> => {
    const block = Buffer.concat(waiting)
    waiting = []
    length = 0
    checksum = crc32(block, checksum)
    size += block.length
    const packed = deflate(block, { level, memLevel: 9, finishFlush: constants.Z_SYNC_FLUSH })
    // Whoever awaits it later hears of a failure; nobody may do so, when another failed first.
    packed.catch(() => undefined)
    packing.push(packed)
    if (packing.length >= AT_ONCE) await put()
  }
  return Object.freeze({
    write: async (bytes: Buffer) => {
      waiting.push(Buffer.from(bytes))
      length += bytes.length
      if (length >= BLOCK) await pack()
    },
    end: async () => {
      await pack()
      while (packing.length > 0) await put()
      const trailer = Buffer.alloc(8)
      trailer.writeUInt32LE(checksum, 0)
      trailer.writeUInt32LE(size % 2 ** 32, 4)
      await sink.write(Buffer.concat([LAST_BLOCK, trailer]))
    },
  })
}
