import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { HoldallError } from '../errors/holdall-error.js'
import { nearNames } from '../schema/near-names.js'
import type { Config } from './config.js'
import { findProfile } from './find-profile.js'
import { emptyProfile, type Profile } from './profile.js'

export interface ResolvedStore {
  /** A URL or a path; it may hold a password. */
  readonly location: string
  readonly profile: Profile
  /** Path of the application's key store, where holdall.yaml names one. */
  readonly keyStore?: string
  /** Its name in holdall.yaml, or null for a location given directly. */
  readonly name: string | null
}

/**
 * The store that a user means by a word: a name in holdall.yaml before anything else, then a URL or a path.
 * `profile`: the name of one in holdall.yaml, or of a built-in one; it goes before the store's own.
 * @throws CONFIG_INVALID when the named store needs a variable that is not set
 * @throws PROFILE_NOT_FOUND
 * @throws STORE_NOT_FOUND for a bare word that is neither a name nor a file
 */
export function resolveStore(config: Config, nameOrLocation: string, profile?: string): ResolvedStore {
  const found = locate(config, nameOrLocation)
  return profile === undefined ? found : Object.freeze({ ...found, profile: findProfile(config, profile) })
}

function locate(config: Config, nameOrLocation: string): ResolvedStore {
  const store = config.stores[nameOrLocation]
  if (store?.kind === 'unusable') throw new HoldallError('CONFIG_INVALID', { message: store.problem })
  if (store !== undefined) return Object.freeze({ location: store.location, profile: store.profile, name: nameOrLocation, ...(store.keyStore === undefined ? {} : { keyStore: store.keyStore }) })
  if (/^[^/\\.:]+$/.test(nameOrLocation) && !existsSync(resolve(config.cwd, nameOrLocation))) throw notFound(config, nameOrLocation)
  return Object.freeze({ location: fromFolder(nameOrLocation, config.cwd), profile: emptyProfile, name: null })
}

function notFound(config: Config, word: string): HoldallError {
  const near = nearNames(word, Object.keys(config.stores))
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Name it under stores in holdall.yaml; a new file is written ./${word}.`
  return new HoldallError('STORE_NOT_FOUND', { message: `no store is named ${word}, and there is no such file`, hint })
}

/** Paths as typed stay as typed where the process stands in that folder. */
function fromFolder(location: string, cwd: string): string {
  const url = /^(?:[a-z][a-z0-9+.-]*:\/\/|sqlite:)/i.test(location)
  return url || location === '' || cwd === process.cwd() ? location : resolve(cwd, location)
}
