import { HoldallError } from '../errors/holdall-error.js'
import { refuseUnknownMatches } from '../profiles/check-matches.js'
import { nearHint } from '../schema/near-hint.js'
import type { Schema } from '../schema/schema.js'
import type { ImportOptions } from './import-options.js'

/** Refuses --match and --on-conflict of names that the target does not have. @throws TABLE_NOT_FOUND, COLUMN_NOT_FOUND, USAGE */
export function refuseUnknownTables(target: Schema, { match, onConflict }: Pick<ImportOptions, 'match' | 'onConflict'>): void {
  refuseUnknownMatches(target, match ?? {})
  const ids = target.tables.map(({ id }) => id)
  for (const id of Object.keys(onConflict ?? {})) {
    if (ids.includes(id)) continue
    throw new HoldallError('TABLE_NOT_FOUND', {
      message: `--on-conflict names the table ${id}, which is not there`,
      ...nearHint(id, ids),
    })
  }
}
