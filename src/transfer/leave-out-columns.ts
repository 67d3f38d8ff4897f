import { HoldallError } from '../errors/holdall-error.js'
import type { Profile } from '../profiles/profile.js'
import { narrowTable } from '../schema/narrow-table.js'
import { nearNames } from '../schema/near-names.js'
import type { LeftOut, Table } from '../schema/schema.js'

/**
 * Applies the profile's columns left out. Keys, indexes and references that need such a column go with it; a column of the
 * primary key cannot be left out, since rows could not be told apart.
 * @throws COLUMN_NOT_FOUND, CONFIG_INVALID
 */
export function leaveOutColumns(table: Table, profile: Profile, leftOut: LeftOut[]): Table {
  const names = profile.leaveOut[table.id] ?? []
  if (names.length === 0) return table
  for (const name of names) {
    const column = table.columns.find((candidate) => candidate.name === name)
    if (column === undefined) {
      const near = nearNames(name, table.columns.map((candidate) => candidate.name))
      throw new HoldallError('COLUMN_NOT_FOUND', {
        message: `leaveOut names the column ${name}, which is not there`,
        table: table.id,
        ...(near.length > 0 ? { hint: `Did you mean ${near.join(' or ')}?` } : {}),
      })
    }
    if (table.primaryKey?.columns.includes(name) === true) {
      throw new HoldallError('CONFIG_INVALID', { message: 'a column of the primary key cannot be left out', table: table.id, column: name })
    }
    leftOut.push({ kind: 'column', name: `${table.id}.${name}`, reason: 'the profile leaves it out' })
  }
  return narrowTable(table, (column) => !names.includes(column))
}
