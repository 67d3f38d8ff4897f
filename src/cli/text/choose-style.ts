import type { CliHost, TerminalLike } from '../host.js'
import type { GlobalValues } from '../options/global-options.js'
import { COLORED, PLAIN, type Style } from './style.js'

/** Colors on a terminal only, and not where NO_COLOR (https://no-color.org), TERM=dumb or --no-color says so. */
export function chooseStyle(stream: TerminalLike, env: CliHost['env'], globals: GlobalValues): Style {
  const refused = globals.noColor === true || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return stream.isTTY === true && !refused ? COLORED : PLAIN
}
