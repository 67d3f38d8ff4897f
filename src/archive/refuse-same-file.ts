import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HoldallError } from '../errors/holdall-error.js'

/**
 * Refuses an output that is one of the files read, under whatever name or link: publishing would replace what was only
 * to be read. A file that is not there yet is told by its path, for a database may make it at any time.
 * @throws USAGE
 */
export async function refuseSameFile(output: string, read: readonly string[], what: string): Promise<void> {
  const place = await placeOf(output)
  for (const path of read) {
    const other = await placeOf(path)
    if (place.path === other.path || (place.file !== null && place.file === other.file)) {
      throw new HoldallError('USAGE', { message: `the output ${output} is ${what}, which is only read`, hint: 'Choose another name for the output.' })
    }
  }
}

interface FilePlace {
  readonly path: string
  /** Device and number of the file; null where there is none. */
  readonly file: string | null
}

async function placeOf(path: string): Promise<FilePlace> {
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    return { path: await realpath(path), file: `${dev}:${ino}` }
  } catch {
    // Not there, or not to be looked at: opening it will say which.
    const folder = await realpath(dirname(resolve(path))).catch(() => dirname(resolve(path)))
    return { path: join(folder, basename(path)), file: null }
  }
}
