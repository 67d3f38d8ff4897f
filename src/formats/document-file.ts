import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { HoldallError } from '../errors/holdall-error.js'

/** The bytes of a document in a file, as it is read; inflated where gzip has compressed it. @throws ARCHIVE_NOT_FOUND, DOCUMENT_INVALID */
export async function* documentFile(path: string): AsyncGenerator<Buffer> {
  try {
    const compressed = await isGzip(path)
    // Nothing may be waited for between making it and reading it: an error that nobody hears yet would end the process.
    const file = createReadStream(path)
    // What fails in the one ends the other, whose reading then throws it.
    yield* (compressed ? pipeline(file, createGunzip({ chunkSize: 1 << 18 }), () => undefined) : file) as AsyncIterable<Buffer>
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error || isZlib(error))) throw error
    if ('syscall' in error) {
      throw new HoldallError(error.syscall === 'open' ? 'ARCHIVE_NOT_FOUND' : 'DOCUMENT_INVALID', { message: `the document cannot be read: ${error.message}`, archive: path, cause: error })
    }
    throw new HoldallError('DOCUMENT_INVALID', { message: `the compressed document is damaged or cut: ${error.message}`, archive: path, cause: error })
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

function isZlib(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_')
}
