import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { HoldallError } from '../errors/holdall-error.js'
import { openPostgresqlStore } from './postgresql/postgresql-store.js'
import { redactUrl } from './redact-url.js'
import { openSqliteStore } from './sqlite/sqlite-store.js'
import type { Store } from './store.js'

export interface OpenStoreOptions {
  /** A SQLite file must be there already: what is read, or imported into without making it new. */
  readonly mustExist?: boolean | undefined
}

/**
 * The store at a location: `postgres://…`, `postgresql://…`, `sqlite:relative.db`, `sqlite:///absolute.db`, or the path
 * of a SQLite file. A PostgreSQL server is asked only when the store is used.
 * @throws STORE_NOT_FOUND the file is not there and must be
 * @throws USAGE another scheme, an empty location
 */
export function openStore(location: string, options: OpenStoreOptions = {}): Store {
  if (/^postgres(?:ql)?:\/\//i.test(location)) return openPostgresqlStore(location)
  // Taken for a path it would be printed, password and all.
  if (/^postgres(?:ql)?:/i.test(location)) throw new HoldallError('USAGE', { message: 'the URL of a PostgreSQL database begins with postgres://' })
  const path = sqlitePath(location)
  if (options.mustExist === true && !existsSync(path)) throw new HoldallError('STORE_NOT_FOUND', { store: path, message: 'there is no such file' })
  return openSqliteStore(path)
}

function sqlitePath(location: string): string {
  const path = withoutScheme(location)
  if (path === '') throw new HoldallError('USAGE', { message: 'the store is empty', hint: 'Give the path of a SQLite file, or postgres://user@host:5432/database.' })
  return path
}

function withoutScheme(location: string): string {
  if (/^sqlite:/i.test(location)) {
    const rest = location.slice('sqlite:'.length).replace(/^\/\/(?:localhost(?=\/))?/, '')
    try {
      return decodeURIComponent(rest)
    } catch (error) {
      throw new HoldallError('USAGE', { store: location, message: 'the URL holds a % that escapes nothing', hint: 'Write it %25, or give the plain path.', cause: error })
    }
  }
  if (/^file:\/\//i.test(location)) return fileURLToPath(location)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(location)) {
    throw new HoldallError('USAGE', { store: redactUrl(location), message: 'no kind of store has this scheme', hint: 'Use postgres://…, sqlite:… or the path of a SQLite file.' })
  }
  return location
}
