import type { Application } from '../archive/archive-schema.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { KeyStore } from './read-key-store.js'

const FINGERPRINT = /^sha256:[0-9a-f]{64}$/

/**
 * Whether the keys of an export lie in the key store that is there; where nothing can be compared, the sentence that says so.
 * @throws KEY_MISMATCH
 */
export function compareKeyStores(exported: Application | null, keys: KeyStore | null): readonly string[] {
  const id = exported?.encryptionKeyId ?? ''
  if (id === '') return []
  if (!FINGERPRINT.test(id)) return [`the export names the key ${JSON.stringify(id.slice(0, 80))}, which is the same in every export and tells no key stores apart`]
  if (keys === null) return [`encrypted values of the export need the key store ${id}; pass --key-store to compare it with the one here`]
  if (id === keys.fingerprint) return []
  throw new HoldallError('KEY_MISMATCH', { message: `the export was made with the key store ${id}, and ${keys.path} is ${keys.fingerprint}` })
}
