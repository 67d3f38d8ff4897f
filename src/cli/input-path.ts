import { HoldallError } from '../errors/holdall-error.js'
import { fromFolder } from './from-folder.js'
import type { CliHost } from './host.js'

/** The file that is read, or `-`. @throws USAGE where standard input is a keyboard */
export function inputPath(typed: string, host: CliHost): string {
  if (typed === '-' && host.stdin.isTTY === true) {
    throw new HoldallError('USAGE', { message: 'nothing is piped into standard input', hint: 'Name a file, or redirect standard input.' })
  }
  return fromFolder(host.cwd, typed)
}
