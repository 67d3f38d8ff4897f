import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const PACKAGES = { pg_dump: 'postgresql', pg_restore: 'postgresql', psql: 'postgresql', sqlite3: 'sqlite3', gzip: 'gzip' }

/** Where a program is: in one of these folders, else on the PATH; null if it is not there. */
export function findTool(name, folders = []) {
  const paths = [...folders, ...(process.env.PATH ?? '').split(delimiter)].map((folder) => join(folder, name))
  return paths.find(isExecutable) ?? null
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export const missing = (name) => `${name} was not found (Debian: apt install ${PACKAGES[name]})`

export const versionOf = (path) => /\d+(\.\d+)*/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[0] ?? 'unknown'

export const majorOf = (path) => Number.parseInt(versionOf(path), 10)
