import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The server's folder, which stays while what a group left is cleared away. */
export const SERVER = 'postgresql'

const endings = []

/** What has to be undone, the latest first, however the bench ends; it must not wait for anything. */
export function atEnd(undo) {
  endings.push(undo)
}

process.on('exit', () => {
  for (const undo of endings.reverse()) {
    try {
      undo()
    } catch (error) {
      console.error(`left behind: ${error.message}`)
    }
  }
})
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.on(signal, () => process.exit(code))

export function makeWorkplace() {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-bench-'))
  // Again and again: what was just killed may still be writing.
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
  // The server runs as another user and must get to its folder in here.
  chmodSync(folder, 0o755)
  return {
    at: (name) => join(folder, name),
    remove: (...names) => names.forEach((name) => ['', '-journal', '-wal', '-shm'].forEach((tail) => rmSync(join(folder, name + tail), { force: true }))),
    clear: () => readdirSync(folder).filter((name) => name !== SERVER).forEach((name) => rmSync(join(folder, name), { force: true })),
  }
}
