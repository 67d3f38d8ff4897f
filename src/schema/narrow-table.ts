import type { Table } from './schema.js'

/** A table with some of its columns; keys, references and indexes that need another go with it. Checks stay: they are text. */
export function narrowTable(table: Table, stays: (column: string) => boolean): Table {
  return {
    ...table,
    columns: table.columns.filter(({ name }) => stays(name)),
    primaryKey: table.primaryKey?.columns.every(stays) === true ? table.primaryKey : null,
    uniques: table.uniques.filter(({ columns }) => columns.every(stays)),
    references: table.references.filter(({ columns }) => columns.every(stays)),
    indexes: table.indexes.filter(({ parts }) => parts.every((part) => !('column' in part) || stays(part.column))),
    ddl: null,
  }
}
