import type Database from 'better-sqlite3'
import { present } from '../../errors/present.js'
import { dependencyOrder } from '../../schema/dependency-order.js'
import type { LeftOut, Schema, Statement, Table } from '../../schema/schema.js'
import { tableId } from '../../schema/table-id.js'
import { introspectFile } from './introspect-file.js'
import { introspectSequences } from './introspect-sequences.js'
import { introspectTable } from './introspect-table.js'
import { introspectVirtualTable } from './introspect-virtual-table.js'
import { parsed, readSchemaRows, type SchemaRow } from './schema-row.js'
import { parseVirtualTable } from './parse-virtual-table.js'
import { readTableColumns } from './table-columns.js'
import type { Parents } from './table-references.js'
import { isShadowName } from './is-shadow-name.js'

/**
 * The whole main database as one schema; attached and temporary ones are not part of it. Run it inside the transaction
 * whose rows it is to describe. @throws STORE_UNREADABLE naming an object whose definition cannot be read
 */
export function introspect(db: Database.Database): Schema {
  const rows = readSchemaRows(db)
  const virtual = rows.filter((row) => row.virtual).map((row) => ({ row, ...parsed(row, parseVirtualTable) }))
  const shadow = (row: SchemaRow): boolean => row.shadow || virtual.some((owner) => isShadowName(owner.module, owner.row.name, row.name))
  const plain = rows.filter((row) => row.kind === 'table' && !row.virtual && !shadow(row))
  const parents: Parents = new Map(plain.map((row) => [row.name.toLowerCase(), parent(db, row.name)]))

  const tables: Table[] = plain.map((row) => introspectTable(db, row, indexesOf(rows, row.name), parents))
  const statements = new Map<SchemaRow, Statement>()
  const leftOut: LeftOut[] = []
  for (const each of virtual) {
    const found = introspectVirtualTable(db, each.row, each)
    if (found.kind === 'table') tables.push(found.table)
    else if (found.kind === 'left-out') leftOut.push({ kind: 'virtual table', name: tableId(null, each.row.name), reason: found.reason })
    else statements.set(each.row, { kind: 'virtual-table', name: each.row.name, table: tableId(null, ownName(rows, found.content)), ddl: each.row.ddl })
  }
  for (const row of rows) {
    if (row.kind === 'view') {
      statements.set(row, { kind: 'view', name: row.name, table: null, ddl: row.ddl })
      leftOut.push({ kind: 'view', name: tableId(null, row.name), reason: 'it holds no rows of its own; re-created verbatim with --create' })
    } else if (row.kind === 'trigger') {
      statements.set(row, { kind: 'trigger', name: row.name, table: tableId(null, ownName(rows, row.table)), ddl: row.ddl })
    }
  }
  return deepFreeze({
    engine: 'sqlite',
    engineVersion: present(db.prepare<[], string>('SELECT sqlite_version()').pluck().get()),
    extensions: [],
    types: [],
    sequences: introspectSequences(db, tables),
    tables: dependencyOrder(tables).flat(),
    statements: rows.flatMap((row) => statements.get(row) ?? []),
    leftOut,
    file: introspectFile(db),
  })
}

function parent(db: Database.Database, name: string): { name: string; columns: readonly string[]; key: readonly string[] } {
  const columns = readTableColumns(db, name)
  const key = columns.filter((column) => column.key > 0).sort((a, b) => a.key - b.key)
  return { name, columns: columns.map((column) => column.name), key: key.map((column) => column.name) }
}

function indexesOf(rows: readonly SchemaRow[], table: string): ReadonlyMap<string, SchemaRow> {
  const own = rows.filter((row) => row.kind === 'index' && row.table.toLowerCase() === table.toLowerCase())
  return new Map(own.map((row) => [row.name, row]))
}

/** A table or view by its own spelling: names are compared without case. */
function ownName(rows: readonly SchemaRow[], name: string): string {
  const own = rows.find((row) => (row.kind === 'table' || row.kind === 'view') && row.name.toLowerCase() === name.toLowerCase())
  return own?.name ?? name
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}
