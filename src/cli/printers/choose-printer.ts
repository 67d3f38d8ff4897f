import type { CliHost } from '../host.js'
import type { GlobalValues } from '../options/global-options.js'
import type { Style } from '../text/style.js'
import { jsonLinesPrinter } from './json-lines.js'
import { linesPrinter } from './lines.js'
import type { Clock } from '../../progress/clock.js'
import type { Printer } from './printer.js'
import { SILENT } from './silent.js'
import { terminalPrinter } from './terminal.js'

/** Quiet, JSON lines, a terminal's moving line, or plain lines: in this order of precedence. */
export function choosePrinter(globals: GlobalValues, host: CliHost, style: Style, clock: Clock): Printer {
  if (globals.quiet === true) return SILENT
  if (globals.json === true) return jsonLinesPrinter(host.stderr, clock)
  return host.stderr.isTTY === true ? terminalPrinter(host.stderr, style, clock) : linesPrinter(host.stderr, clock, globals.verbose === true)
}
