import { HoldallError } from '../errors/holdall-error.js'
import type { Profile } from './profile.js'
import { readKeyStore, type KeyStore } from './read-key-store.js'

/** The key store of an operation; null where none is named. @throws USAGE where the profile knows of no keys, CONFIG_INVALID */
export async function openKeyStore(path: string | undefined, profile: Profile): Promise<KeyStore | null> {
  if (path === undefined) return null
  if (profile.application === null) {
    const which = profile.name === null ? 'there is no profile that' : `profile ${profile.name} does not`
    throw new HoldallError('USAGE', { message: `a key store is named, and ${which} ${profile.name === null ? 'says' : 'say'} which columns refer to its keys`, hint: 'Name one that does: --profile loom.' })
  }
  return readKeyStore(path)
}
