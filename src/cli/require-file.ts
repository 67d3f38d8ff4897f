import { HoldallError } from '../errors/holdall-error.js'

/** A file that is read or written out of order, so that it cannot be a stream. @throws USAGE */
export function requireFile(what: string, path: string): string {
  if (path !== '-') return path
  throw new HoldallError('USAGE', { message: `${what} must be a file, not a stream`, hint: 'Name a file.' })
}
