import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const DRIVER = JSON.stringify(fileURLToPath(new URL('../../node_modules/better-sqlite3', import.meta.url)))

/** Runs JavaScript over `db`, an open database, in a process of its own, as an application would; it goes with the test at the latest. */
export function otherProcess(path: string, script: string): ChildProcess {
  const program = `const db = new (require(${DRIVER}))(${JSON.stringify(path)}, { timeout: 0 })\n${script}`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}
