import type { ErrorCode } from '../errors/catalogue.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { Table } from '../schema/schema.js'
import { columnNotFound } from './column-not-found.js'

/**
 * Refuses a name that `who` gives for a column whose values an import compares or rewrites.
 * @throws COLUMN_NOT_FOUND; `generated` where the values are computed, and so not in archives
 */
export function requireColumn(table: Table, name: string, who: string, generated: ErrorCode = 'CONFIG_INVALID'): void {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column === undefined) throw columnNotFound(table, name, who)
  if (column.generated === null) return
  throw new HoldallError(generated, {
    message: `${who} names the column ${name}, whose values the database computes: archives do not carry them`,
    table: table.id,
    column: name,
    hint: 'Name the columns that it is computed from.',
  })
}
