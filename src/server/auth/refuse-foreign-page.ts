import type { IncomingHttpHeaders } from 'node:http'
import { HoldallError } from '../../errors/holdall-error.js'
import { isLoopback } from './require-protection.js'

/**
 * Where nobody is asked who they are, any page in a browser on this machine could otherwise use the server: by its address, or by a
 * name that leads here (DNS rebinding).
 * @throws FORBIDDEN
 */
export function refuseForeignPage({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): void {
  const name = hostName(`http://${host ?? ''}`)
  if (name === null || !isLoopback(name)) throw refused(`the request is for the host ${host ?? '(none)'}, and the server is for this machine only`)
  if (origin !== undefined && origin !== `http://${host ?? ''}`) throw refused('the request comes from a page of another site')
  if (origin === undefined && site === 'cross-site') throw refused('the request comes from a page of another site')
}

function hostName(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : null
}

function refused(message: string): HoldallError {
  return new HoldallError('FORBIDDEN', { message, hint: 'Turn authentication on (--auth) to use the server from elsewhere.' })
}
