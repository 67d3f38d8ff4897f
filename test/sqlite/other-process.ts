import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const DRIVER = JSON.stringify(resolve(ROOT, 'node_modules/better-sqlite3'))

/** Runs JavaScript over `db`, an open database, in a process of its own; gives what it printed, or SQLite's error code. */
export function inOtherProcess(path: string, script: string): string {
  const program = `const Database = require(${DRIVER})
    try {
      const db = new Database(${JSON.stringify(path)}, { timeout: 0 })
      ${script}
    } catch (error) { console.log(error.code ?? error.message) }`
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' })
  return stdout.trim() + stderr.trim()
}

/** Leaves files as a crash would: the process dies without closing. */
export const CRASH = `process.kill(process.pid, 'SIGKILL')`
