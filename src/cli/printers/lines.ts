import type { Writable } from 'node:stream'
import { printable } from '../text/printable.js'
import { countsBytes } from '../../progress/progress.js'
import { formatDuration, formatRows, formatSize } from '../text/quantities.js'
import { DONE, GOING_ON } from './phases.js'
import type { Clock } from '../../progress/clock.js'
import type { Printer } from './printer.js'
import { stopwatch } from '../../progress/stopwatch.js'

/** Where stderr is no terminal: a line for each table when it is finished; with --verbose, one for each step as it begins. */
export function linesPrinter(stderr: Writable, clock: Clock, verbose: boolean): Printer {
  const elapsed = stopwatch(clock)
  return Object.freeze({
    progress: (event) => {
      const seconds = elapsed(event)
      const name = event.table === null ? '' : printable(event.table)
      if (!event.done) {
        if (verbose && event.rows === 0) stderr.write(`${[GOING_ON[event.phase], name].join(' ').trimEnd()}\n`)
        return
      }
      const what = countsBytes(event.phase) ? ` ${formatSize(event.rows)}` : event.table === null ? '' : ` ${formatRows(event.rows)}`
      stderr.write(`${name === '' ? '' : `${name}: `}${DONE[event.phase]}${what} in ${formatDuration(seconds)}\n`)
    },
    note: (text) => void stderr.write(`note: ${printable(text)}\n`),
    clear: () => undefined,
  } satisfies Printer)
}
