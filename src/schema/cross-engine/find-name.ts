import type { Column, Engine, Schema, Table } from '../schema.js'
import { fold } from './table-names.js'

/** The column of that name, as the engine looks names up: SQLite without regard to case. */
export function findColumn(table: Table, name: string, engine: Engine): Column | undefined {
  const exact = table.columns.find((column) => column.name === name)
  return exact ?? (engine === 'sqlite' ? table.columns.find((column) => fold(column.name) === fold(name)) : undefined)
}

/** Finds tables by the id a reference names, as the engine looks names up. */
export function tableFinder(schema: Schema): (id: string) => Table | undefined {
  const exact = new Map(schema.tables.map((table) => [table.id, table]))
  const folded = schema.engine === 'sqlite' ? new Map(schema.tables.map((table) => [fold(table.id), table])) : null
  return (id) => exact.get(id) ?? folded?.get(fold(id))
}
