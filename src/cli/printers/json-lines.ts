import type { Writable } from 'node:stream'
import type { Clock, Printer } from './printer.js'
import { stopwatch } from './stopwatch.js'

/** Between two lines about the same table, in milliseconds. */
const PAUSE = 500

/** --json: `status` and `note` lines on stderr, documented in docs/CLI.md. */
export function jsonLinesPrinter(stderr: Writable, clock: Clock): Printer {
  const elapsed = stopwatch(clock)
  let last = { key: '', at: 0 }
  return Object.freeze({
    progress: (event) => {
      const seconds = elapsed(event)
      const key = JSON.stringify([event.phase, event.table])
      const now = clock()
      if (!event.done && key === last.key && now - last.at < PAUSE) return
      last = { key, at: now }
      const { phase, table, rows, expected, done } = event
      stderr.write(`${JSON.stringify({ message_type: 'status', phase, table, rows, expected, done, seconds })}\n`)
    },
    note: (message) => void stderr.write(`${JSON.stringify({ message_type: 'note', message })}\n`),
    clear: () => undefined,
  } satisfies Printer)
}
