import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, lstat, open, realpath, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HoldallError } from '../errors/holdall-error.js'
import type { ArchiveSink } from './archive-sink.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { messageOf } from '../errors/message-of.js'

export interface PublishOptions {
  readonly overwrite: boolean
  /** Hears that all is written and is now read back. */
  readonly onWritten?: (() => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Published {
  readonly bytes: number
  /** Of the whole file, hex. */
  readonly sha256: string
}

/**
 * Writes a file whole or not at all: under a temporary name in the same folder (mode 0600), synced to disk, read back and
 * compared by checksum with what was written, then given its name in one step. On any failure the temporary file goes and nothing was published.
 * @throws OUTPUT_EXISTS (also where the file appeared meanwhile), OUTPUT_FAILED, VERIFICATION_FAILED, INTERRUPTED, and what `write` throws
 */
export async function publishFile(
  path: string,
  write: (sink: ArchiveSink) => Promise<void>,
  { overwrite, onWritten, signal }: PublishOptions,
): Promise<Published> {
  throwIfInterrupted(signal)
  const target = await finalPath(path, overwrite)
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.partial`)
  try {
    const written = await writeSynced(path, temporary, write, signal)
    onWritten?.()
    await readBack(path, temporary, written, signal)
    throwIfInterrupted(signal)
    await attempt(path, () => (overwrite ? rename(temporary, target) : takeName(temporary, target)))
    await attempt(path, () => syncFolder(dirname(target)))
    return written
  } catch (error) {
    await unlink(temporary).catch((failure: unknown) => {
      // It may never have been made, or be in place already; anything else leaves a file behind, which must be said.
      if (!isErrno(failure, 'ENOENT')) throw outputFailed(path, failure, `the unfinished ${temporary} is left behind`)
    })
    throw error
  }
}

/** Where the file will really be; a link is followed, so that it stays one. */
async function finalPath(path: string, overwrite: boolean): Promise<string> {
  const found = await lstat(path).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null
    throw outputFailed(path, error)
  })
  if (found === null) return resolve(path)
  if (!overwrite) throw outputExists(path)
  const target = await attempt(path, () => realpath(path))
  if (!(await attempt(path, () => lstat(target))).isFile()) throw new HoldallError('OUTPUT_FAILED', { message: `${path} is no regular file` })
  return target
}

async function writeSynced(path: string, temporary: string, write: (sink: ArchiveSink) => Promise<void>, signal: AbortSignal | undefined): Promise<Published> {
  const file = await attempt(path, () => open(temporary, 'wx', 0o600))
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await write({
      write: async (piece) => {
        throwIfInterrupted(signal)
        await attempt(path, () => writeAll(file, piece))
        hash.update(piece)
        bytes += piece.length
      },
    })
    await attempt(path, () => file.sync())
  } finally {
    await attempt(path, () => file.close())
  }
  return { bytes, sha256: hash.digest('hex') }
}

const WINDOW = 1 << 20

/** Whether the bytes that lie there are those written; docs/adr/0006 says why nothing more is looked at. */
async function readBack(path: string, temporary: string, written: Published, signal: AbortSignal | undefined): Promise<void> {
  const file = await attempt(path, () => open(temporary, 'r'))
  const hash = createHash('sha256')
  const window = Buffer.allocUnsafe(WINDOW)
  try {
    for (let at = 0; at < written.bytes;) {
      throwIfInterrupted(signal)
      const { bytesRead } = await attempt(path, () => file.read(window, 0, WINDOW, at))
      if (bytesRead === 0) break
      hash.update(window.subarray(0, bytesRead))
      at += bytesRead
    }
  } finally {
    await attempt(path, () => file.close())
  }
  if (hash.digest('hex') !== written.sha256) throw new HoldallError('VERIFICATION_FAILED', { message: `${path} does not read back as it was written` })
}

async function writeAll(file: FileHandle, piece: Buffer): Promise<void> {
  for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten
}

/** Gives the file its name only where nothing has that name, in one step. */
async function takeName(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target)
  } catch (error) {
    if (!isErrno(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error
    // A file system without hard links: the name is taken by an empty file first, which only this process replaces.
    await (await open(target, 'wx', 0o600)).close()
    await rename(temporary, target).catch(async (failure: unknown) => {
      await unlink(target)
      throw failure
    })
    return
  }
  await unlink(temporary).catch(async (failure: unknown) => {
    await unlink(target)
    throw failure
  })
}

async function syncFolder(folder: string): Promise<void> {
  // Windows has no way to open a folder for this, and its rename does not need it.
  if (process.platform === 'win32') return
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function attempt<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    throw isErrno(error, 'EEXIST') ? outputExists(path) : outputFailed(path, error)
  }
}

function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}

function outputExists(path: string): HoldallError {
  return new HoldallError('OUTPUT_EXISTS', { message: `${path} exists` })
}

function outputFailed(path: string, error: unknown, more?: string): HoldallError {
  const reason = isErrno(error, 'ENOENT') ? 'its folder is not there' : messageOf(error)
  return new HoldallError('OUTPUT_FAILED', { message: `${path} could not be written: ${reason}${more === undefined ? '' : `; ${more}`}`, cause: error })
}
