import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { MAIN } from './holdall.mjs'
import { atEnd } from './workplace.mjs'

/** The built command as a server of SQLite files with a profile, each under its name; nothing holds it back but what it is itself. */
export async function serveHoldall({ at }, names, profile) {
  const config = at('serve.yaml')
  const stores = names.map((name) => `  ${name}: { url: ${at(`${name}.db`)}, profile: ${profile} }`)
  writeFileSync(config, ['stores:', ...stores, `server: { port: 0, stateFile: ${at('state.db')}, store: ${names[0]}, limits: { importBytes: 100GiB, exportsPerHour: 1000, importsPerHour: 1000 } }`].join('\n'))
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', config, '--quiet', '--json', '--log-level', 'error'], { stdio: ['ignore', 'pipe', 'ignore'] })
  atEnd(() => child.kill('SIGKILL'))
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit').then(() => Promise.reject(new Error('the server did not start')))])
  return {
    url: JSON.parse(line).url,
    /** The highest resident memory so far, in MB. */
    peak: () => (Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) * 1024) / 1e6,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
