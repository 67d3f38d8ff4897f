import { DEFAULT_IDLE, type RemoteServer } from '../../client/remote-server.js'
import { parseServerAddress } from '../../client/server-address.js'
import { HoldallError } from '../../errors/holdall-error.js'
import type { Config } from '../../profiles/config.js'
import { nearNames } from '../../schema/near-names.js'
import { isLoopback } from '../../server/auth/require-protection.js'
import type { Values } from '../command.js'
import { REMOTE_OPTIONS } from '../options/remote-options.js'

/** The server of a name in holdall.yaml, or at an address, with what the flags say beyond that. @throws USAGE, CONFIG_INVALID */
export function openRemote(config: Config, word: string, values: Values<typeof REMOTE_OPTIONS>, env: Readonly<Record<string, string | undefined>>): { readonly server: RemoteServer; readonly notes: readonly string[] } {
  const known = config.servers[word]
  if (known?.kind === 'unusable') throw new HoldallError('CONFIG_INVALID', { message: known.problem })
  if (known === undefined && !word.includes(':')) throw unknown(word, Object.keys(config.servers))
  const url = parseServerAddress(known?.url ?? word)
  const variable = values.tokenEnv ?? known?.tokenEnv ?? null
  const token = variable === null ? null : readToken(variable, env)
  const open = token !== null && url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
  return {
    server: { url, token, store: values.serverStore ?? known?.store ?? null, idle: values.idleTimeout ?? DEFAULT_IDLE },
    notes: open ? [`the key goes to ${url.host} by plain HTTP, for everybody on the way to read`] : [],
  }
}

function readToken(variable: string, env: Readonly<Record<string, string | undefined>>): string {
  // The name itself is not printed: it may be the key, by mistake.
  const token = env[variable]?.trim() ?? ''
  if (token === '') throw new HoldallError('USAGE', { message: 'the variable that --token-env names is not set', hint: 'Give the name of a variable, not the key itself.' })
  if (!/^[\x21-\x7e]+$/.test(token)) throw new HoldallError('USAGE', { message: 'what the variable that --token-env names holds is no key' })
  return token
}

function unknown(word: string, names: readonly string[]): HoldallError {
  const near = nearNames(word, names)
  return new HoldallError('USAGE', {
    message: `no server is named ${word}`,
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Name it under servers in holdall.yaml, or give its address, http://127.0.0.1:8080.',
  })
}
