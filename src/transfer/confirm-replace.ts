import type { Archive } from '../archive/open-archive.js'
import { HoldallError } from '../errors/holdall-error.js'
import { emptyProfile } from '../profiles/profile.js'
import type { Store } from '../stores/store.js'
import type { ImportOptions } from './import-options.js'
import { targetTable } from './match-tables.js'
import { selectTables } from './select-tables.js'

/**
 * Asks before `replace` touches tables that hold rows; before anything is locked, since people take their time.
 * @throws CONFIRMATION_NEEDED
 */
export async function confirmReplace(store: Store, archive: Archive, options: ImportOptions): Promise<void> {
  if (options.strategy !== 'replace' || options.confirm === undefined) return
  const { schema } = archive.schema
  const snapshot = await store.snapshot({ signal: options.signal })
  const tables: { table: string; rows: number }[] = []
  try {
    for (const source of selectTables(schema.tables, options, options.profile ?? emptyProfile)) {
      const target = targetTable(source, schema.engine, snapshot.schema)
      const rows = target === undefined ? 0 : await snapshot.count(target)
      if (target !== undefined && rows > 0) tables.push({ table: target.id, rows })
    }
  } finally {
    await snapshot.close()
  }
  if (tables.length > 0 && !(await options.confirm({ store: store.name, tables }))) {
    throw new HoldallError('CONFIRMATION_NEEDED', { message: 'replace was not confirmed; nothing was touched' })
  }
}
