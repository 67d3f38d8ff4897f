import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

const running = new Set()

export const stopRunning = () => running.forEach((pid) => process.kill(-pid, 'SIGKILL'))

/**
 * Runs a shell command and measures it: wall seconds, user and system seconds of all its processes, and the highest
 * resident memory (VmHWM, in MB) that one of them reached. `output` is what it wrote to stdout.
 */
export async function measure(command) {
  const script = `exec 3>&2; TIMEFORMAT='%U %S'; { time { ${command}\n } 2>&3; } 2>&4`
  const started = process.hrtime.bigint()
  // A process group of its own: what a pipeline started ends with it.
  const child = spawn('bash', ['-o', 'pipefail', '-c', script], { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ignore', 'pipe'] })
  running.add(child.pid)
  const text = { output: '', errors: '', times: '' }
  const collect = (stream, name) => stream.setEncoding('utf8').on('data', (chunk) => (text[name] += chunk))
  collect(child.stdout, 'output')
  collect(child.stderr, 'errors')
  collect(child.stdio[4], 'times')
  const peaks = new Map()
  const look = setInterval(() => descendants(child.pid).forEach((pid) => readPeak(pid, peaks)), 20)
  const code = await new Promise((resolve) => child.once('close', (status, signal) => resolve(status ?? signal)))
  clearInterval(look)
  running.delete(child.pid)
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  if (code !== 0) throw new Error(`${command}\nended with ${code}:\n${text.errors || text.output}`)
  const cpu = text.times.match(/\d+[.,]\d+/g).reduce((sum, time) => sum + Number(time.replace(',', '.')), 0)
  return { seconds, cpu, peak: Math.max(0, ...peaks.values()), output: text.output }
}

/** As `measure`, where nothing but the doing counts. */
export const run = async (command) => void (await measure(command))

function descendants(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter((word) => word !== '').map(Number)
    return children.flatMap((child) => [child, ...descendants(child)])
  } catch {
    return []
  }
}

function readPeak(pid, peaks) {
  try {
    const kibibytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    // Of a process that is ending there is nothing to read.
    peaks.set(pid, Math.max(peaks.get(pid) ?? 0, (kibibytes * 1024) / 1e6))
  } catch {
    // The process is gone; its last reading stands.
  }
}
