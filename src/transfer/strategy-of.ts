import { entryOf } from '../profiles/profile.js'
import type { Table } from '../schema/schema.js'
import type { Strategy } from '../stores/import-table.js'
import type { ImportOptions } from './import-options.js'

/** The strategy for a table of the target. */
export function strategyOf(target: Pick<Table, 'id'>, { strategy, onConflict }: Pick<ImportOptions, 'strategy' | 'onConflict'>): Strategy {
  return entryOf(onConflict ?? {}, target.id) ?? strategy ?? 'merge'
}
