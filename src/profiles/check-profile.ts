import { HoldallError } from '../errors/holdall-error.js'
import type { DeclaredReference } from '../schema/declared-reference.js'
import type { Schema, Table } from '../schema/schema.js'
import { entryOf, type Profile } from './profile.js'
import type { ProjectPath } from '../schema/project-path.js'
import { requireColumn } from './require-column.js'

/**
 * Refuses a profile that names columns which this database does not have, in identities, alike, references, labelColumns, project and secrets. A
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
    for (const column of entryOf(profile.alike, table.id) ?? []) requireColumn(table, column, 'alike')
    for (const path of entryOf(profile.project, table.id) ?? []) checkPath(table, path, tables)
    // A column of secrets may be one of later versions; what tells secret rows must be there, or they would be exported.
    for (const { column } of entryOf(profile.secrets, table.id)?.rows ?? []) requireColumn(table, column, 'rows of secrets')
  }
}

function checkPath(table: Table, path: ProjectPath, tables: ReadonlyMap<string, Table>): void {
  requireColumn(table, path.column, 'project')
  const target = path.kind === 'through' ? tables.get(path.table) : undefined
  if (path.kind === 'column' || target === undefined) return
  if (path.targetColumn !== null) requireColumn(target, path.targetColumn, `targetColumn of project of ${table.id}`)
  else if (target.primaryKey?.columns.length !== 1) {
    throw new HoldallError('CONFIG_INVALID', { message: `project leads from ${path.column} to ${target.id}, whose primary key is not one column`, table: table.id, hint: 'Name a targetColumn.' })
  }
  checkPath(target, path.then, tables)
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
