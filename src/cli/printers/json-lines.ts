import type { Writable } from 'node:stream'
import type { Clock } from '../../progress/clock.js'
import type { Printer } from './printer.js'
import { sparse } from '../../progress/sparse.js'
import { stopwatch } from '../../progress/stopwatch.js'

/** --json: `status` and `note` lines on stderr, documented in docs/CLI.md. */
export function jsonLinesPrinter(stderr: Writable, clock: Clock): Printer {
  const elapsed = stopwatch(clock)
  const worthTelling = sparse(clock)
  return Object.freeze({
    progress: (event) => {
      const seconds = elapsed(event)
      if (!worthTelling(event)) return
      const { phase, table, rows, expected, done } = event
      stderr.write(`${JSON.stringify({ message_type: 'status', phase, table, rows, expected, done, seconds })}\n`)
    },
    note: (message) => void stderr.write(`${JSON.stringify({ message_type: 'note', message })}\n`),
    clear: () => undefined,
  } satisfies Printer)
}
