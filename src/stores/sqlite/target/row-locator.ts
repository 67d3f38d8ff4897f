import type { Table } from '../../../schema/schema.js'
import { HoldallError } from '../../../errors/holdall-error.js'

/** The columns that tell every row of a target table apart, with no NULL in them: the rowid, or the key of a WITHOUT ROWID table. */
export function rowLocator(table: Table): readonly string[] {
  if (table.traits.includes('without-rowid')) return table.primaryKey?.columns ?? []
  const own = table.columns.find((column) => column.identity?.kind === 'rowid')
  if (own !== undefined) return [own.name]
  const taken = new Set(table.columns.map(({ name }) => name.toLowerCase()))
  const free = ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name))
  if (free === undefined) {
    throw new HoldallError('SCHEMA_UNSUPPORTED', {
      message: 'the table has columns named rowid, _rowid_ and oid and no INTEGER PRIMARY KEY, so its rows cannot be told apart',
      hint: 'Empty the table first, or leave it out with --exclude.',
      table: table.id,
    })
  }
  return [free]
}
