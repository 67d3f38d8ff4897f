import { HoldallError } from '../errors/holdall-error.js'
import { nearNames } from '../schema/near-names.js'
import type { Schema } from '../schema/schema.js'
import type { Matches } from './identify-table.js'
import { requireColumn } from './require-column.js'

/** Refuses --match of tables and columns that are not there. @throws TABLE_NOT_FOUND, COLUMN_NOT_FOUND, USAGE */
export function refuseUnknownMatches(schema: Schema, match: Matches): void {
  const tables = new Map(schema.tables.map((table) => [table.id, table]))
  for (const [id, rules] of Object.entries(match)) {
    const table = tables.get(id)
    if (table === undefined) {
      const near = nearNames(id, tables.keys())
      throw new HoldallError('TABLE_NOT_FOUND', {
        message: `--match names the table ${id}, which is not there`,
        ...(near.length > 0 ? { hint: `Did you mean ${near.join(' or ')}?` } : {}),
      })
    }
    for (const column of rules.flat()) requireColumn(table, column, '--match', 'USAGE')
  }
}
