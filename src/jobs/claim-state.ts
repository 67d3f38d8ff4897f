import { hostname } from 'node:os'
import Database from 'better-sqlite3'
import { HoldallError } from '../errors/holdall-error.js'
import { stateUnusable, type State } from './open-state.js'

/**
 * Makes this process the one server of a state file until `release`. A lock of the operating system on a file beside it
 * says so: unlike a pid in a row it is gone with the process, however that ended.
 * @throws STATE_IN_USE
 */
export function claimState({ file, db }: State): { readonly release: () => void } {
  const lock = new Database(`${file}.server`, { timeout: 0 })
  try {
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    db.prepare('INSERT OR REPLACE INTO server VALUES (1, ?, ?, ?)').run(process.pid, hostname(), new Date().toISOString())
  } catch (error) {
    lock.close()
    const busy = error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
    throw busy ? inUse(file, db) : stateUnusable(file, error)
  }
  return { release: () => void lock.close() }
}

function inUse(file: string, db: Database.Database): HoldallError {
  const holder = db.prepare<[], { pid: number; host: string; started: string }>('SELECT pid, host, started FROM server').get()
  const who = holder === undefined ? 'another server' : `the server with pid ${holder.pid} on ${holder.host}, since ${holder.started}`
  return new HoldallError('STATE_IN_USE', { message: `${file} is in use by ${who}` })
}
