import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Keeps the most memory that the process ever had, as the kernel counts it, once it ends. */
const PEAK = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync, writeFileSync } from 'node:fs'
  process.on('exit', () => writeFileSync(process.env.HOLDALL_TEST_PEAK, /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]))`)}`

export interface CommandProps {
  /** TMPDIR of the process. */
  readonly tmp: string
  readonly cwd?: string
  /** Where it may leave its peak of memory. */
  readonly peak?: string
  /** KiB that no file of the process may outgrow. */
  readonly fileLimit?: number
}

export interface Ended {
  /** As a shell has it: 128 and the number of the signal where one ended the process. */
  readonly code: number
  readonly err: string
  readonly out: string
}

export interface Running {
  readonly child: ChildProcess
  err(): string
  readonly ended: Promise<Ended>
}

const NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 }

/** Starts the built command. Whoever wants its output as it comes pauses `child.stdout` before anything else. */
export function start(args: readonly string[], { tmp, cwd, peak, fileLimit }: CommandProps): Running {
  if (!existsSync(MAIN)) throw new Error('run `npm run build` first: these tests need the built command')
  const node = [process.execPath, ...(peak === undefined ? [] : ['--import', PEAK]), MAIN, ...args]
  const [program = '', ...rest] = fileLimit === undefined ? node : ['bash', '-c', `trap "" XFSZ; ulimit -f ${fileLimit}; exec "$@"`, 'bash', ...node]
  const env = { ...process.env, TMPDIR: tmp, ...(peak === undefined ? {} : { HOLDALL_TEST_PEAK: peak }) }
  const child = spawn(program, rest, { cwd: cwd ?? tmp, env, stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [err, out] = ['', '']
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece))
  child.stdout.on('data', (piece: Buffer) => (out.length < 100_000 ? (out += piece.toString('latin1')) : undefined))
  // A process that ends does not read what is left for it.
  child.stdin.on('error', () => undefined)
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => ({ code: typeof code === 'number' ? code : 128 + (NUMBERS[String(signal)] ?? 0), err, out }))
  return { child, err: () => err, ended }
}

/** Runs it to its end, with nothing on standard input. */
export async function run(args: readonly string[], props: CommandProps): Promise<Ended> {
  const { child, ended } = start(args, props)
  child.stdin?.end()
  return ended
}

/** As `run`, and a failure that is not asked for is told in its own words. */
export async function succeed(args: readonly string[], props: CommandProps): Promise<Ended> {
  const ran = await run(args, props)
  if (ran.code !== 0) throw new Error(`holdall ${args.join(' ')} ended with ${ran.code}: ${ran.err}`)
  return ran
}

/** A file for `peak`, and the MiB in it once the process has ended. */
export function peakIn(folder: string): { readonly path: string; readonly read: () => number } {
  const path = join(folder, 'peak')
  return { path, read: () => Number(readFileSync(path, 'utf8')) / 1024 }
}
