import type Database from 'better-sqlite3'
import { sqliteColumnType } from '../../schema/affinity.js'
import type { Column, Identity, Table } from '../../schema/schema.js'
import { tableId } from '../../schema/table-id.js'
import { ident, sql } from '../sql.js'
import { sqliteCode } from './map-error.js'
import type { ParsedVirtualTable } from './parse-virtual-table.js'
import type { SchemaRow } from './schema-row.js'
import { readTableColumns, type TableColumn } from './table-columns.js'

/** `external`: full text over the rows of another table, which it does not hold itself. */
export type VirtualTable =
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'external'; readonly content: string }
  | { readonly kind: 'left-out'; readonly reason: string }

const ROWID: Identity = Object.freeze({ kind: 'rowid', autoincrement: false })

/** Rows of full text, R*Tree and Geopoly tables are read through the table itself, so their shadow tables need not be. */
export function introspectVirtualTable(db: Database.Database, row: SchemaRow, { module, options }: ParsedVirtualTable): VirtualTable {
  const content = module === 'fts4' ? options.get('content') : module === 'fts5' ? fts5Content(options) : undefined
  if (content === '') return { kind: 'left-out', reason: 'it is contentless: it keeps an index and not the text it was made of' }
  const problem = unreadable(db, row.name, content === undefined)
  if (problem !== null) return { kind: 'left-out', reason: `its module ${module} cannot read it here: ${problem}` }
  if (content !== undefined) return { kind: 'external', content }
  switch (module) {
    case 'fts3':
    case 'fts4':
    case 'fts5':
    case 'geopoly':
      return withRowid(row, ownColumns(db, row, options.get('languageid')))
    case 'rtree':
    case 'rtree_i32': {
      const [first, ...others] = ownColumns(db, row, undefined)
      if (first === undefined) return { kind: 'left-out', reason: 'it has no columns' }
      return table(row, [{ ...describe(first), nullable: false, identity: ROWID }, ...others.map(describe)])
    }
    default:
      return { kind: 'left-out', reason: `its rows belong to the module ${module}, which Holdall does not know` }
  }
}

/** fts5 takes any beginning of an option's name for it, and tries `prefix` and `tokenize` before `content`. */
function fts5Content(options: ReadonlyMap<string, string>): string | undefined {
  for (const [key, value] of options) {
    if (key !== '' && 'content'.startsWith(key)) return value
  }
  return undefined
}

/** A module or a tokenizer that this build lacks fails here already; damage fails as damage. */
function unreadable(db: Database.Database, name: string, hasRows: boolean): string | null {
  try {
    const statement = db.prepare(sql`SELECT * FROM ${ident('main', name)} LIMIT 1`.text)
    if (hasRows) statement.raw().safeIntegers().get()
    return null
  } catch (error) {
    if (error instanceof Error && sqliteCode(error) === 'SQLITE_ERROR') return error.message
    throw error
  }
}

/** Hidden columns are the module's own (the table's name, rank, docid), but for fts4's language. */
function ownColumns(db: Database.Database, row: SchemaRow, language: string | undefined): readonly TableColumn[] {
  return readTableColumns(db, row.name).filter((column) => column.kind === 'plain' || column.name.toLowerCase() === language?.toLowerCase())
}

function withRowid(row: SchemaRow, columns: readonly TableColumn[]): VirtualTable {
  if (columns.some((column) => column.name.toLowerCase() === 'rowid')) return { kind: 'left-out', reason: 'a column of its own is called rowid, so its rows cannot be told apart' }
  const rowid: Column = { name: 'rowid', type: sqliteColumnType('INTEGER'), nullable: false, default: null, identity: ROWID, generated: null, collation: null }
  return table(row, [rowid, ...columns.map(describe)])
}

function describe(column: TableColumn): Column {
  return { name: column.name, type: sqliteColumnType(column.type), nullable: true, default: null, identity: null, generated: null, collation: null }
}

function table(row: SchemaRow, columns: readonly Column[]): VirtualTable {
  const [key] = columns
  return {
    kind: 'table',
    table: {
      id: tableId(null, row.name),
      namespace: null,
      name: row.name,
      traits: ['virtual'],
      columns,
      primaryKey: { name: null, columns: key === undefined ? [] : [key.name], deferrability: 'not-deferrable', nullsNotDistinct: false },
      uniques: [],
      references: [],
      checks: [],
      indexes: [],
      ddl: row.ddl,
    },
  }
}
