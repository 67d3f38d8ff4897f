import { HoldallError } from '../errors/holdall-error.js'

/** The address of a server: http or https, a path before its own where a proxy has one. @throws USAGE */
export function parseServerAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new HoldallError('USAGE', { message: 'the address of a server begins with http:// or https://', hint: 'Write it as http://127.0.0.1:8080, or name a server of holdall.yaml.' })
  }
  // What stands in an address is seen by everybody who sees the command, and by every proxy's log.
  if (url.username !== '' || url.password !== '') throw new HoldallError('USAGE', { message: 'the address of a server takes no user and password', hint: 'Put the key into a variable and name that with --token-env.' })
  if (url.search !== '' || url.hash !== '') throw new HoldallError('USAGE', { message: 'the address of a server takes no ? and no #' })
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}
