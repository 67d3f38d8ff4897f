import type Database from 'better-sqlite3'
import { present } from '../../errors/present.js'
import { sqliteColumnType } from '../../schema/affinity.js'
import type { Column, Identity, Index, IndexPart, Key, Table, TableTrait } from '../../schema/schema.js'
import { tableId } from '../../schema/table-id.js'
import { defaultExpression } from './default-expression.js'
import { parseCreateIndex } from './parse-create-index.js'
import { parseCreateTable, type ParsedColumn, type ParsedTable } from './parse-create-table.js'
import { parsed, type SchemaRow } from './schema-row.js'
import { readTableColumns, type TableColumn } from './table-columns.js'
import { readTableIndexes, type TableIndex } from './table-indexes.js'
import { readReferences, type Parents } from './table-references.js'

/** An ordinary table: rowid, WITHOUT ROWID or STRICT. `indexes` are the CREATE INDEX rows on it, by name. */
export function introspectTable(db: Database.Database, row: SchemaRow, indexes: ReadonlyMap<string, SchemaRow>, parents: Parents): Table {
  const text = parsed(row, parseCreateTable)
  const columns = readTableColumns(db, row.name)
  const made = readTableIndexes(db, row.name)
  const more = new Map(text.columns.map((column) => [column.name.toLowerCase(), column]))
  const key = columns.filter((column) => column.key > 0).sort((a, b) => a.key - b.key)
  const identity = rowidIdentity(row, text, key, made)
  const traits: TableTrait[] = []
  if (row.strict) traits.push('strict')
  if (row.withoutRowid) traits.push('without-rowid')
  return {
    id: tableId(null, row.name),
    namespace: null,
    name: row.name,
    traits,
    columns: columns.map((column) => describe(column, more.get(column.name.toLowerCase()), column.key > 0 ? identity : null, row.strict)),
    primaryKey: key.length === 0 ? null : plainKey(text.primaryKey?.name ?? null, key.map((column) => column.name)),
    uniques: uniques(made, text, more),
    references: readReferences(db, row.name, text.references, parents),
    checks: text.checks.map((check) => ({ ...check, validated: true })),
    indexes: made.flatMap((index) => {
      const definition = indexes.get(index.name)
      return definition === undefined ? [] : [describeIndex(index, definition)]
    }),
    ddl: row.ddl,
  }
}

/**
 * INTEGER PRIMARY KEY is the rowid itself exactly when SQLite made no index for the key: that tells it from
 * `INT PRIMARY KEY`, `INTEGER PRIMARY KEY DESC` and composite keys (https://www.sqlite.org/lang_createtable.html#rowid).
 */
function rowidIdentity(row: SchemaRow, text: ParsedTable, key: readonly TableColumn[], indexes: readonly TableIndex[]): Identity | null {
  if (row.withoutRowid || key.length !== 1 || indexes.some((index) => index.origin === 'pk')) return null
  return { kind: 'rowid', autoincrement: text.primaryKey?.autoincrement ?? false }
}

function describe(column: TableColumn, text: ParsedColumn | undefined, identity: Identity | null, strict: boolean): Column {
  const generated = column.kind === 'virtual' || column.kind === 'stored'
  const collation = text?.collation ?? 'BINARY'
  return {
    name: column.name,
    type: sqliteColumnType(column.type, strict),
    nullable: !column.notNull && identity === null,
    default: defaultExpression(column.default),
    identity,
    generated: generated ? { expression: text?.generated ?? '', stored: column.kind === 'stored' } : null,
    collation: collation.toUpperCase() === 'BINARY' ? null : collation,
  }
}

/** A key that an index keeps under another collation than its column's is no key of the values: two of them may be equal. */
function uniques(indexes: readonly TableIndex[], text: ParsedTable, columns: ReadonlyMap<string, ParsedColumn>): readonly Key[] {
  return indexes.flatMap((index) => {
    if (!index.unique || index.partial || index.origin === 'pk') return []
    const names = index.parts.flatMap((part) => {
      if (part.column === null) return []
      const own = columns.get(part.column.toLowerCase())?.collation ?? 'BINARY'
      return own.toUpperCase() === part.collation.toUpperCase() ? [part.column] : []
    })
    if (names.length !== index.parts.length) return []
    return [plainKey(index.origin === 'c' ? index.name : constraintName(text, names), names)]
  })
}

function constraintName(text: ParsedTable, columns: readonly string[]): string | null {
  const spelled = columns.join('\0').toLowerCase()
  return text.uniques.find((unique) => unique.columns.join('\0').toLowerCase() === spelled)?.name ?? null
}

function plainKey(name: string | null, columns: readonly string[]): Key {
  return { name, columns, deferrability: 'not-deferrable', nullsNotDistinct: false }
}

function describeIndex(index: TableIndex, row: SchemaRow): Index {
  const text = parsed(row, parseCreateIndex)
  return {
    name: index.name,
    unique: index.unique,
    method: 'btree',
    parts: index.parts.map(({ column, descending }, position): IndexPart => {
      return column === null ? { expression: present(text.parts[position]), descending } : { column, descending }
    }),
    condition: text.condition,
    ddl: row.ddl,
  }
}
