import { HoldallError } from '../../errors/holdall-error.js'
import type { RemoteServer } from '../../client/remote-server.js'
import type { Config } from '../../profiles/config.js'
import { resolveStore, type ResolvedStore } from '../../profiles/resolve-store.js'
import type { Values } from '../command.js'
import type { CliHost } from '../host.js'
import { variableName } from '../options/option.js'
import { SERVER, type REMOTE_OPTIONS } from '../options/remote-options.js'
import { STORE, type PROFILE } from '../options/store-options.js'
import type { Typed } from '../read-values.js'
import { openRemote } from './open-remote.js'

/** Where a command works: on a store here, or on a server. */
export type Target = { readonly kind: 'store'; readonly setting: ResolvedStore } | { readonly kind: 'server'; readonly server: RemoteServer; readonly notes: readonly string[] }

type TargetOptions = typeof REMOTE_OPTIONS & { readonly store: typeof STORE; readonly profile: typeof PROFILE }

export interface TargetProps {
  readonly values: Values<TargetOptions>
  readonly typed: Typed
  readonly host: CliHost
  readonly loadConfig: () => Promise<Config>
}

/**
 * What --store and --server say, flags before variables, and else holdall.yaml: `store`, or the `store` of `server`. Null where nothing does.
 * @throws USAGE, CONFIG_INVALID, PROFILE_NOT_FOUND, STORE_NOT_FOUND
 */
export async function chooseTarget({ values, typed, host, loadConfig }: TargetProps): Promise<Target | null> {
  const { store, server } = named(values, typed)
  const config = await loadConfig()
  if (server !== undefined) return { kind: 'server', ...openRemote(config, server, values, host.env) }
  const serverSettings = config.server.kind === 'ready' ? config.server.settings : null
  const word = store ?? config.store ?? serverSettings?.store ?? null
  return word === null ? null : { kind: 'store', setting: resolveStore(config, word, values.profile) }
}

/** @throws USAGE where there is no target */
export function requireTarget(target: Target | null, command: string): Target {
  if (target !== null) return target
  throw new HoldallError('USAGE', {
    message: '--store is missing',
    hint: `Pass --store STORE or --server SERVER, set ${variableName(STORE)} or ${variableName(SERVER)}, or name a store in holdall.yaml; see \`holdall ${command} --help\`.`,
  })
}

function named({ store, server }: TargetProps['values'], typed: Typed): { readonly store?: string | undefined; readonly server?: string | undefined } {
  if (store === undefined || server === undefined) return { store, server }
  const [here, there] = [typed(STORE) !== null, typed(SERVER) !== null]
  if (here !== there) return here ? { store } : { server }
  const names = here ? '--store and --server' : `${variableName(STORE)} and ${variableName(SERVER)}`
  throw new HoldallError('USAGE', { message: `${names} exclude each other`, ...(here ? {} : { hint: 'Pass --store or --server, which count before variables.' }) })
}
