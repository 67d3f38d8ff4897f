import type { Writable } from 'node:stream'
import { DEFAULT_SERVER, type AuthSettings, type ServerLimits, type ServerSettings, type ServerTimeouts } from '../profiles/server-settings.js'
import type { ServedStore } from './served-store.js'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Settings, of which any may be left out. */
export type GivenSettings = Partial<Omit<ServerSettings, 'auth' | 'limits' | 'timeouts'>> & {
  readonly auth?: Partial<AuthSettings> | undefined
  readonly limits?: Partial<ServerLimits> | undefined
  readonly timeouts?: Partial<ServerTimeouts> | undefined
}

export interface ServerOptions {
  readonly stores: readonly ServedStore[]
  readonly settings?: GivenSettings | undefined
  /** JSON lines; without it nothing is logged. */
  readonly log?: { readonly level: LogLevel; readonly stream: Writable } | undefined
  /** For `$XDG_STATE_HOME`; the process's own when absent. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

export function serverSettings({ auth, limits, timeouts, ...rest }: GivenSettings = {}): ServerSettings {
  return Object.freeze({
    ...DEFAULT_SERVER,
    ...rest,
    auth: Object.freeze({ ...DEFAULT_SERVER.auth, ...auth }),
    limits: Object.freeze({ ...DEFAULT_SERVER.limits, ...limits }),
    timeouts: Object.freeze({ ...DEFAULT_SERVER.timeouts, ...timeouts }),
  })
}
