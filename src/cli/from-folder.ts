import { resolve } from 'node:path'

/** A path as typed in `folder`, for a process that may stand elsewhere. `-` stays what it is. */
export function fromFolder(folder: string, path: string): string {
  return path === '-' || folder === process.cwd() ? path : resolve(folder, path)
}
