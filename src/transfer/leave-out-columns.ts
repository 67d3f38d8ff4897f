import { HoldallError } from '../errors/holdall-error.js'
import type { Profile } from '../profiles/profile.js'
import { narrowTable } from '../schema/narrow-table.js'
import { nearHint } from '../schema/near-hint.js'
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
      throw new HoldallError('COLUMN_NOT_FOUND', {
        message: `leaveOut names the column ${name}, which is not there`,
        table: table.id,
        ...nearHint(name, table.columns.map((candidate) => candidate.name)),
      })
    }
    if (table.primaryKey?.columns.includes(name) === true) {
      throw new HoldallError('CONFIG_INVALID', { message: 'a column of the primary key cannot be left out', table: table.id, column: name })
    }
    leftOut.push({ kind: 'column', name: `${table.id}.${name}`, reason: 'the profile leaves it out' })
  }
  return narrowTable(table, (column) => !names.includes(column))
}
