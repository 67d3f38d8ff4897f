import type { Archive } from '../archive/open-archive.js'
import { checkOptions } from '../errors/check-options.js'
import { emptyProfile } from '../profiles/profile.js'
import { openStore } from '../stores/open-store.js'
import { checkApplication } from './check-application.js'
import type { ImportOptions } from './import-options.js'
import { matchArchive } from './match-archive.js'
import { IMPORT_SHAPE } from './option-shapes.js'
import { plainOptions } from './plain-options.js'
import { selectTables } from './select-tables.js'
import { verifyInput } from './verify-archive.js'
import type { VerifyReport } from './verify-report.js'

/**
 * Proves that an input could be imported, as far as that is known without beginning: it is whole and every row parses, it is of the
 * application's version and keys, and the target has its tables and columns. The target is only looked at: nothing is
 * written, and no writer has to wait.
 * @throws USAGE, SCHEMA_VERSION, SCHEMA_DRIFT, KEY_MISMATCH, KEY_MISSING, CONFIG_INVALID, STORE_*, TABLE_NOT_FOUND, COLUMN_NOT_FOUND,
 *   OUTPUT_FAILED, INTERRUPTED; what is wrong with the archive itself is in the report
 */
export async function validateImport(options: ImportOptions): Promise<VerifyReport> {
  checkOptions('validateImport', options, IMPORT_SHAPE)
  return verifyInput(options, {
    plain: plainOptions(options),
    also: async (archive) => [...(await checkApplication(archive, options)), ...(await checkTables(archive, options))],
  })
}

async function checkTables({ schema }: Archive, options: ImportOptions): Promise<readonly string[]> {
  const sources = selectTables(schema.schema.tables, options, options.profile ?? emptyProfile)
  if (options.create === true) return []
  const store = openStore(options.store, { mustExist: true })
  try {
    const snapshot = await store.snapshot({ signal: options.signal })
    await snapshot.close()
    return matchArchive(schema, { sources, target: snapshot.schema, options }).notes
  } finally {
    await store.close()
  }
}
