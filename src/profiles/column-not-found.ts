import { HoldallError } from '../errors/holdall-error.js'
import { nearNames } from '../schema/near-names.js'
import type { Table } from '../schema/schema.js'

/** The failure that `who` (`timeColumns`, `--match`) names a column which the table does not have. */
export function columnNotFound(table: Table, name: string, who: string): HoldallError {
  const near = nearNames(name, table.columns.map((column) => column.name))
  return new HoldallError('COLUMN_NOT_FOUND', {
    message: `${who} names the column ${name}, which is not there`,
    table: table.id,
    column: name,
    ...(near.length > 0 ? { hint: `Did you mean ${near.join(' or ')}?` } : {}),
  })
}
