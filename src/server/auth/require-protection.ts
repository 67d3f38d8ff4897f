import { isIPv4 } from 'node:net'
import { HoldallError } from '../../errors/holdall-error.js'
import type { ServerSettings } from '../../profiles/server-settings.js'
import type { ApiKeys } from './api-keys.js'

/** Whether only this machine reaches that address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

/**
 * Whether requests must say who makes them: on any address but loopback always.
 * @throws CONFIG_INVALID where others could reach a server that asks nobody, or that nobody could ever use
 */
export function requireProtection({ host, auth }: ServerSettings, keys: ApiKeys): boolean {
  if (isLoopback(host)) return auth.enabled === true
  if (auth.enabled === false) {
    throw new HoldallError('CONFIG_INVALID', { message: `without authentication everybody who reaches ${host} could read and change every store`, hint: 'Leave --no-auth out, or listen on 127.0.0.1.' })
  }
  if (auth.jwt === null && !keys.any()) {
    throw new HoldallError('CONFIG_INVALID', {
      message: `on ${host} requests need a key, and there is none yet`,
      hint: 'Make one with `holdall keys create --name NAME --role admin`, or set server.auth.jwt in holdall.yaml.',
    })
  }
  return true
}
