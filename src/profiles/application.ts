import type { Application } from '../archive/archive-schema.js'
import { isRecord, text, textByName, textsByName, yesOrNo, type OptionCheck } from '../errors/option-check.js'
import type { Engine } from '../schema/schema.js'
import type { KeyStore } from './read-key-store.js'

/** What a profile knows of the application itself. */
export interface ProfileApplication {
  /** Version of the layout of its own exports. */
  readonly version: string
  /** The one version of its tables that an import takes. */
  readonly schemaVersion: string
  readonly serverVersion: string
  /** What it calls the engines. */
  readonly databaseTypes: Readonly<Record<Engine, string>>
  /**
   * Its driver stores times in SQLite with a blank and an offset (`2026-02-16 10:00:00.5+00:00`), while its exports spell them as RFC 3339:
   * they are brought back, for it compares them as text.
   */
  readonly spacedTimes: boolean
  /** Table id to columns that name a key of its key store; '' and NULL name none. */
  readonly keyColumns: Readonly<Record<string, readonly string[]>>
}

/** What an export says of the application. Null where the profile knows none. */
export function describeApplication(known: ProfileApplication | null, engine: Engine, keys: KeyStore | null): Application | null {
  if (known === null) return null
  const { version, schemaVersion, serverVersion, databaseTypes } = known
  return Object.freeze({ version, schemaVersion, serverVersion, databaseType: databaseTypes[engine], encryptionKeyId: keys?.fingerprint ?? '' })
}

/** As the option of a profile made by hand. */
export const applicationOption: OptionCheck = (value) => {
  if (value === null) return null
  const texts = ['version', 'schemaVersion', 'serverVersion'] as const
  const right =
    isRecord(value) &&
    Object.keys(value).length === 6 &&
    yesOrNo(value['spacedTimes']) === null &&
    texts.every((key) => text(value[key]) === null) &&
    textByName(value['databaseTypes']) === null &&
    textsByName(value['keyColumns']) === null
  return right ? null : 'null or an object with version, schemaVersion, serverVersion, databaseTypes, spacedTimes and keyColumns'
}
