import { createReadStream } from 'node:fs'
import { HoldallError } from '../errors/holdall-error.js'

/** The bytes of a document in a file, as it is read. @throws ARCHIVE_NOT_FOUND, DOCUMENT_INVALID */
export async function* documentFile(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path) as AsyncIterable<Buffer>
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    throw new HoldallError(error.syscall === 'open' ? 'ARCHIVE_NOT_FOUND' : 'DOCUMENT_INVALID', { message: `the document cannot be read: ${error.message}`, archive: path, cause: error })
  }
}
