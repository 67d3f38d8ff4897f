import { frozenRecord, type Profile } from './profile.js'
import { DEFAULT_SERVER, type ServerSettings } from './server-settings.js'

/** What holdall.yaml says. Frozen plain data. Locations may hold passwords: never print them. */
export interface Config {
  /** Absolute path of the file; null when there is none. */
  readonly file: string | null
  /** The folder that the search began in, and that paths on the command line are relative to. */
  readonly cwd: string
  readonly stores: Readonly<Record<string, ConfiguredStore>>
  readonly profiles: Readonly<Record<string, Profile>>
  /** The store that is meant where a command names neither a store nor a server; null where none is. */
  readonly store: string | null
  /** What `holdall serve` is. */
  readonly server: ConfiguredServer
  /** Servers elsewhere. */
  readonly servers: Readonly<Record<string, ConfiguredRemote>>
}

export type ConfiguredRemote =
  | { readonly kind: 'ready'; readonly url: string; readonly tokenEnv: string | null; readonly store: string | null }
  /** Its address needs a variable that is not set. */
  | { readonly kind: 'unusable'; readonly problem: string }

export type ConfiguredStore =
  | { readonly kind: 'ready'; readonly location: string; readonly profile: Profile; readonly keyStore?: string }
  /** It cannot be used, because of what the environment holds; other stores can. */
  | { readonly kind: 'unusable'; readonly problem: string }

export type ConfiguredServer =
  | { readonly kind: 'ready'; readonly settings: ServerSettings }
  /** It needs a variable that is not set; commands that are no server do not. */
  | { readonly kind: 'unusable'; readonly problem: string }

export function emptyConfig(cwd: string): Config {
  return Object.freeze({ file: null, cwd, stores: frozenRecord<ConfiguredStore>([]), profiles: frozenRecord<Profile>([]), store: null, servers: frozenRecord<ConfiguredRemote>([]), server: Object.freeze({ kind: 'ready', settings: DEFAULT_SERVER }) })
}
