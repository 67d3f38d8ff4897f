import type { Archive } from '../archive/open-archive.js'
import { compareKeyStores } from '../profiles/compare-key-stores.js'
import { openKeyStore } from '../profiles/open-key-store.js'
import { emptyProfile } from '../profiles/profile.js'
import { refuseOtherVersion } from '../profiles/refuse-other-version.js'
import type { ImportOptions } from './import-options.js'
import { refuseMissingKeys } from './refuse-missing-keys.js'
import { selectTables } from './select-tables.js'

/**
 * What the profile knows of the application is compared with what the archive says, before the target is touched. Gives what is worth
 * knowing. @throws SCHEMA_VERSION, KEY_MISMATCH, KEY_MISSING, CONFIG_INVALID, USAGE
 */
export async function checkApplication(archive: Archive, options: Pick<ImportOptions, 'profile' | 'keyStore' | 'include' | 'exclude'>): Promise<readonly string[]> {
  const profile = options.profile ?? emptyProfile
  const { application, schema } = archive.schema
  const keys = await openKeyStore(options.keyStore, profile)
  refuseOtherVersion(application, profile.application)
  const notes = compareKeyStores(application, keys)
  if (keys !== null && profile.application !== null) await refuseMissingKeys(archive, selectTables(schema.tables, options, profile), profile.application, keys)
  return notes
}
