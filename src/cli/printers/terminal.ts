import cliProgress from 'cli-progress'
import type { ProgressEvent } from '../../progress/progress.js'
import type { TerminalLike } from '../host.js'
import { printable } from '../text/printable.js'
import type { Style } from '../text/style.js'
import type { Clock } from '../../progress/clock.js'
import type { Printer } from './printer.js'
import { progressLine } from './progress-line.js'
import { stopwatch } from '../../progress/stopwatch.js'

/** On a terminal: one line that moves, and is gone at the end. */
export function terminalPrinter(stderr: TerminalLike, style: Style, clock: Clock): Printer {
  const elapsed = stopwatch(clock)
  let latest: { readonly event: ProgressEvent; readonly seconds: number } | null = null
  const bar = new cliProgress.SingleBar({
    stream: stderr,
    barsize: 20,
    clearOnComplete: true,
    // The command answers signals itself, and an exit at once must leave the terminal as it was.
    gracefulExit: false,
    hideCursor: false,
    linewrap: true,
    format: (options) => (latest === null ? '' : progressLine(latest.event, latest.seconds, options)),
  })
  const clear = (): void => {
    if (bar.isActive) bar.stop()
  }
  return Object.freeze({
    progress: (event) => {
      latest = { event, seconds: elapsed(event) }
      if (bar.isActive) bar.update(event.rows)
      else bar.start(event.expected ?? 0, event.rows)
    },
    note: (text) => {
      clear()
      stderr.write(`${style.yellow('note:')} ${printable(text)}\n`)
    },
    clear,
  } satisfies Printer)
}
