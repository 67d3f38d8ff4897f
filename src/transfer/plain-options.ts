import { HoldallError } from '../errors/holdall-error.js'
import { emptyProfile } from '../profiles/profile.js'
import type { Schema } from '../schema/schema.js'
import { openStore } from '../stores/open-store.js'
import type { ImportOptions } from './import-options.js'
import type { PlainOptions } from './plain-input.js'
import { takesTable } from './takes-table.js'

/** How an import reads a document that describes no tables: against those of its target. */
export function plainOptions(options: ImportOptions): PlainOptions {
  return { schema: async () => schemaOf(options), profile: options.profile ?? emptyProfile, conversions: options.conversions ?? [], takes: takesTable(options, options.profile ?? emptyProfile) }
}

/** @throws USAGE, STORE_* */
async function schemaOf({ store: location, create, signal }: ImportOptions): Promise<Schema> {
  if (create === true) {
    throw new HoldallError('USAGE', { message: 'the document describes no tables, so --create has nothing to make them from', hint: 'Let the application make its tables first, then import without --create.' })
  }
  const store = openStore(location, { mustExist: true })
  try {
    const snapshot = await store.snapshot({ signal })
    await snapshot.close()
    return snapshot.schema
  } finally {
    await store.close()
  }
}
