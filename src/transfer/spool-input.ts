import { createWriteStream } from 'node:fs'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { HoldallError } from '../errors/holdall-error.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { HEAD_BYTES, inputKind } from './input-kind.js'

interface SpoolProps {
  readonly format: 'auto' | 'archive' | 'json'
  readonly signal: AbortSignal | undefined
}

/**
 * Keeps a stream in a file, since an archive is read from its end. What cannot be an archive is refused at its first
 * bytes, however long it may be.
 * @throws ARCHIVE_NOT_ARCHIVE, DOCUMENT_INVALID, OUTPUT_FAILED, INTERRUPTED
 */
export async function spoolInput(stdin: Readable, path: string, { format, signal }: SpoolProps): Promise<void> {
  const looked = async function* (source: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
    let head: Buffer | null = Buffer.alloc(0)
    for await (const piece of source) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
      if (head === null) {
        yield bytes
        continue
      }
      head = Buffer.concat([head, bytes])
      if (head.length < HEAD_BYTES) continue
      checkHead(head, format)
      yield head
      head = null
    }
    if (head === null) return
    checkHead(head, format)
    yield head
  }
  try {
    await pipeline(stdin, looked, createWriteStream(path, { mode: 0o600 }), signal === undefined ? {} : { signal })
  } catch (error) {
    throwIfInterrupted(signal)
    throw spoolError(error, dirname(path))
  }
}

function checkHead(head: Buffer, format: SpoolProps['format']): void {
  const archive = 'standard input'
  if (head.length === 0) throw new HoldallError('ARCHIVE_NOT_ARCHIVE', { message: 'nothing came in', archive, hint: 'See what the program before the pipe says.' })
  const kind = inputKind(head.subarray(0, HEAD_BYTES))
  if (format === 'json' && kind !== 'json') throw new HoldallError('DOCUMENT_INVALID', { message: 'it does not begin with {', archive })
  if (kind === null) throw new HoldallError('ARCHIVE_NOT_ARCHIVE', { message: 'it begins neither as an archive nor as a JSON document does', archive })
}

function spoolError(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || HoldallError.is(error) || !('syscall' in error)) return error
  if (error.syscall === 'read') return new HoldallError('ARCHIVE_NOT_ARCHIVE', { message: `it cannot be read: ${error.message}`, archive: 'standard input', cause: error })
  return new HoldallError('OUTPUT_FAILED', {
    message: `standard input could not be kept in ${folder}: ${error.message}`,
    hint: 'Make room, name another folder in TMPDIR, or import from a file.',
    cause: error,
  })
}
