import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** What was built; another folder may be named where several builds are at work. */
export const DIST = process.env['HOLDALL_TEST_DIST'] ?? resolve(import.meta.dirname, '../../dist')
export const MAIN = join(DIST, 'cli/main.js')

export interface ServeProcess {
  readonly child: ChildProcess
  /** The first line on standard output. */
  readonly line: string
  readonly err: () => string
  readonly exit: Promise<number | null>
}

/** A process of its own; it has written its first line on standard output. */
export async function serveProcess(script: string, args: readonly string[], cwd: string): Promise<ServeProcess> {
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, XDG_STATE_HOME: cwd } })
  onTestFinished(() => void child.kill('SIGKILL'))
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece))
  const exit = once(child, 'close').then(([code]) => code as number | null)
  const line = await Promise.race([once(createInterface(child.stdout), 'line').then(([text]) => String(text)), exit.then((code) => Promise.reject(new Error(`it ended with ${code}: ${err}`)))])
  return { child, line, err: () => err, exit }
}
