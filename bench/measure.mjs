import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Runs a shell command and measures it: wall seconds and the highest resident memory, in MiB, of the process that
 * `exec` leaves; null for a pipeline, where that would be the shell.
 */
export async function measure(command, env = {}) {
  const started = process.hrtime.bigint()
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  let peak = 0
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
    } catch {
      // The process is gone; its last reading stands.
    }
  }, 20)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearInterval(look)
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  if (code !== 0) throw new Error(`${command}\nended with ${code}:\n${errors}`)
  return { seconds, peak: command.includes(' | ') ? null : peak }
}
