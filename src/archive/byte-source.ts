import { open, stat } from 'node:fs/promises'
import { HoldallError } from '../errors/holdall-error.js'
import { messageOf } from '../errors/message-of.js'

/** Bytes that can be read at any place: a file today, a range of an object in the cloud just as well. */
export interface ByteSource {
  /** For messages. */
  readonly name: string
  readonly size: number
  /** Exactly these bytes. @throws ARCHIVE_TRUNCATED where they end before */
  read(offset: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

/** @throws ARCHIVE_NOT_FOUND, ARCHIVE_NOT_ARCHIVE */
export async function fileSource(path: string, name = path): Promise<ByteSource> {
  const unreadable = (error: unknown): never => {
    throw new HoldallError('ARCHIVE_NOT_FOUND', {
      message: `the archive cannot be opened: ${messageOf(error)}`, archive: name, cause: error,
    })
  }
  // Looked at before it is opened: opening a named pipe would wait for ever.
  const found = await stat(path).catch(unreadable)
  if (!found.isFile()) throw new HoldallError('ARCHIVE_NOT_ARCHIVE', { message: 'that is no regular file', archive: name })
  const file = await open(path, 'r').catch(unreadable)
  // Nothing is lost where what was only read does not close.
  const close = async (): Promise<void> => file.close().catch(() => undefined)
  const { size } = await file.stat().catch(async (error: unknown) => {
    await close()
    return unreadable(error)
  })
  return Object.freeze({
    name,
    size,
    read: async (offset: number, length: number): Promise<Buffer> => {
      const bytes = Buffer.allocUnsafe(length)
      for (let at = 0; at < length;) {
        const { bytesRead } = await file.read(bytes, at, length - at, offset + at).catch((error: unknown) => {
          throw new HoldallError('ARCHIVE_CORRUPT', { message: `the file cannot be read at byte ${offset + at}`, archive: name, cause: error })
        })
        if (bytesRead === 0) throw new HoldallError('ARCHIVE_TRUNCATED', { message: `the file ends at byte ${offset + at}`, archive: name })
        at += bytesRead
      }
      return bytes
    },
    close,
  })
}
