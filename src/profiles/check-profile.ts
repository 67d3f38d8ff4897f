import { HoldallError } from '../errors/holdall-error.js'
import type { DeclaredReference } from '../schema/declared-reference.js'
import type { Schema, Table } from '../schema/schema.js'
import { entryOf, type Profile } from './profile.js'
import { requireColumn } from './require-column.js'

/**
 * Refuses a profile that names columns which this database does not have, in identities, references and labelColumns. A
 * table that is not there is passed over: a profile serves several versions of an application.
 * @throws COLUMN_NOT_FOUND, CONFIG_INVALID
 */
export function refuseUnknownNames(schema: Schema, profile: Profile): void {
  const tables = new Map(schema.tables.map((table) => [table.id, table]))
  for (const table of schema.tables) {
    for (const column of (entryOf(profile.identities, table.id) ?? []).flat()) requireColumn(table, column, 'identities')
    for (const reference of entryOf(profile.references, table.id) ?? []) checkReference(table, reference, tables.get(reference.table))
    const label = entryOf(profile.labelColumns, table.id)
    if (label !== undefined) requireColumn(table, label, 'labelColumns')
  }
}

function checkReference(table: Table, reference: DeclaredReference, target: Table | undefined): void {
  const { columns, targetColumns, place, when } = reference
  for (const column of columns) requireColumn(table, column, 'references')
  if (when !== null) requireColumn(table, when.column, 'when of references')
  const wrong = (problem: string, hint?: string): never => {
    const name = `the reference of ${columns.join(', ')} to ${reference.table}`
    throw new HoldallError('CONFIG_INVALID', { message: `${name} ${problem}`, table: table.id, ...(hint === undefined ? {} : { hint }) })
  }
  if (place.kind !== 'columns' && columns.length !== 1) wrong(`is ${place.kind === 'list' ? 'a list' : 'inside'} of ${columns.length} columns instead of one`)
  if (target === undefined) return
  for (const column of targetColumns) requireColumn(target, column, `targetColumns of references of ${table.id}`)
  const key = targetColumns.length > 0 ? targetColumns : (target.primaryKey?.columns ?? [])
  if (key.length === 0) wrong('needs targetColumns, for that table has no primary key')
  if (key.length !== columns.length) {
    const what = targetColumns.length > 0 ? 'targetColumns' : 'the primary key'
    wrong(`has ${count(columns)}, but ${what} (${key.join(', ')}) ${count(key)}`, 'Name as many columns on both sides, in the same order.')
  }
}

function count(columns: readonly string[]): string {
  return columns.length === 1 ? '1 column' : `${columns.length} columns`
}
