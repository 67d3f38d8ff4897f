import type { Column, Engine, Reference, Schema, Table } from '../../src/schema/schema.js'
import { sqliteColumnType } from '../../src/schema/affinity.js'
import type { ColumnType, Encoding } from '../../src/schema/column-type.js'
import { tableId } from '../../src/schema/table-id.js'

/** Schemas for tests, with everything that a test does not speak of left empty. */
export function schemaOf(engine: Engine, tables: readonly Table[], more: Partial<Schema> = {}): Schema {
  return { engine, engineVersion: 'test', extensions: [], types: [], sequences: [], tables, statements: [], leftOut: [], file: null, ...more }
}

export function tableOf(name: string, columns: readonly Column[], more: Partial<Table> = {}): Table {
  const namespace = more.namespace ?? null
  return { id: tableId(namespace, name), namespace, name, traits: [], columns, primaryKey: null, uniques: [], references: [], checks: [], indexes: [], ddl: null, ...more }
}

export function columnOf(name: string, type: ColumnType, more: Partial<Column> = {}): Column {
  return { name, type, nullable: true, default: null, identity: null, generated: null, collation: null, ...more }
}

export const sqliteColumn = (name: string, declared: string, more: Partial<Column> = {}): Column => columnOf(name, sqliteColumnType(declared), more)

export function postgresqlColumn(name: string, declared: string, encoding: Encoding | Encoding['family'], more: Partial<Column> = {}): Column {
  return columnOf(name, { declared, encoding: typeof encoding === 'string' ? ({ family: encoding } as Encoding) : encoding, dynamic: false }, more)
}

export function referenceOf(columns: readonly string[], table: string, targetColumns: readonly string[], more: Partial<Reference> = {}): Reference {
  return { name: null, columns, table, targetColumns, onUpdate: 'no-action', onDelete: 'no-action', match: 'simple', deferrability: 'not-deferrable', validated: true, ...more }
}

export const keyOf = (...columns: readonly string[]): NonNullable<Table['primaryKey']> => ({ name: null, columns, deferrability: 'not-deferrable', nullsNotDistinct: false })
