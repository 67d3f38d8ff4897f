import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HoldallError } from '../../../errors/holdall-error.js'

/** A hidden name beside the file, so that publishing it is a rename within one file system. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.holdall-${randomBytes(4).toString('hex')}`)
}

/** Matches the temporary names of this file name. */
export function temporaryNames(name: string): RegExp {
  return new RegExp(`\\.${name.replace(/[^A-Za-z0-9_]/g, '\\$&')}\\.holdall-[0-9a-f]{8}`)
}

/**
 * Puts a finished database in its place: whole and on the disk, or not at all. A file that has appeared there meanwhile
 * stays. @throws TARGET_NOT_EMPTY; errors of the file system as they are
 */
export function publishFile(temporary: string, path: string, name: string): void {
  sync(temporary)
  try {
    linkSync(temporary, path)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST') throw appeared(name, error)
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error
    renameWithoutLinks(temporary, path, name)
  }
  try {
    rmSync(temporary, { force: true })
    sync(dirname(path))
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
}

/** Where the file system has no hard links: the name is taken by an empty file first, then that is replaced. */
function renameWithoutLinks(temporary: string, path: string, name: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    throw errorCode(error) === 'EEXIST' ? appeared(name, error) : error
  }
  try {
    renameSync(temporary, path)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
}

/** Removes a database that was never published, with all that SQLite puts beside it. */
export function removeFile(temporary: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(temporary + suffix, { force: true })
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function appeared(name: string, cause: unknown): HoldallError {
  return new HoldallError('TARGET_NOT_EMPTY', { message: 'a file has appeared there meanwhile; it was left alone', store: name, cause })
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
