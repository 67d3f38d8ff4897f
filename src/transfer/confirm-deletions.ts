import type { Archive } from '../archive/open-archive.js'
import { HoldallError } from '../errors/holdall-error.js'
import { emptyProfile } from '../profiles/profile.js'
import type { Table } from '../schema/schema.js'
import type { Store } from '../stores/store.js'
import type { DeletionQuestion, ImportOptions } from './import-options.js'
import { isLeftAlone } from './left-alone.js'
import { targetTable } from './target-table.js'
import { selectTables } from './select-tables.js'
import { strategyOf } from './strategy-of.js'

/**
 * Asks before `replace` or `prune` may delete rows; before anything is locked, since people take their time. So it can tell
 * how many rows the tables hold, not how many of them go: a dry run tells that.
 * @throws CONFIRMATION_NEEDED
 */
export async function confirmDeletions(store: Store, archive: Archive, options: ImportOptions): Promise<void> {
  const deletes = (table: Table): 'replace' | 'prune' | null => (strategyOf(table, options) === 'replace' ? 'replace' : options.prune === true ? 'prune' : null)
  const replaces = [options.strategy, ...Object.values(options.onConflict ?? {})].includes('replace')
  if (options.confirm === undefined || (!replaces && options.prune !== true)) return
  const { schema } = archive.schema
  const snapshot = await store.snapshot({ signal: options.signal })
  const tables: DeletionQuestion['tables'][number][] = []
  try {
    for (const source of selectTables(schema.tables, options, options.profile ?? emptyProfile)) {
      const target = targetTable(source, schema.engine, snapshot.schema)
      const by = target === undefined || isLeftAlone(source, options) ? null : deletes(target)
      if (target === undefined || by === null) continue
      const rows = await snapshot.count(target)
      if (rows > 0) tables.push({ table: target.id, rows, by })
    }
  } finally {
    await snapshot.close()
  }
  if (tables.length > 0 && !(await options.confirm({ store: store.name, tables }))) {
    throw new HoldallError('CONFIRMATION_NEEDED', { message: 'that rows may be deleted was not confirmed; nothing was touched' })
  }
}
