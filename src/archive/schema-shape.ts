import type { ColumnType, Encoding, ScalarFamily } from '../schema/column-type.js'
import type {
  Check, Column, Deferrability, Engine, FileSettings, Identity, Index, IndexPart, Key, LeftOut, Reference, ReferenceAction, Schema, Sequence, Statement, Table, TableTrait,
  UserType,
} from '../schema/schema.js'
import { flag, keyed, list, matching, misshapen, nullable, object, oneOf, optional, text, variants, type Shape } from './json-shape.js'

const scalar: Shape<Encoding> = object<{ family: ScalarFamily }>({
  family: oneOf<ScalarFamily>({
    boolean: true, integer: true, real: true, decimal: true, text: true, bytes: true, json: true, date: true, time: true, timetz: true,
    timestamp: true, timestamptz: true, interval: true, uuid: true, enum: true, other: true, any: true,
  }),
})

/** Composites of arrays of composites of …: no database nests deeper, and a hostile one must not fill the stack. */
const ENCODING_DEPTH = 32

const encoding = (depth: number): Shape<Encoding> => (value, path) => {
  if (depth > ENCODING_DEPTH) misshapen(path, 'nested too deep')
  const family = keyed(value, path)['family']
  if (family === 'array') return array(depth)(value, path)
  return family === 'composite' ? composite(depth)(value, path) : scalar(value, path)
}

const array = (depth: number): Shape<Encoding> => object<Extract<Encoding, { family: 'array' }>>({
  family: oneOf<'array'>({ array: true }), element: encoding(depth + 1), delimiter: oneOf<',' | ';'>({ ',': true, ';': true }),
})

const composite = (depth: number): Shape<Encoding> => object<Extract<Encoding, { family: 'composite' }>>({
  family: oneOf<'composite'>({ composite: true }),
  fields: list(object<{ name: string; encoding: Encoding }>({ name: text, encoding: encoding(depth + 1) })),
})

const deferrability = oneOf<Deferrability>({ 'not-deferrable': true, 'initially-immediate': true, 'initially-deferred': true })
const action = oneOf<ReferenceAction>({ 'no-action': true, restrict: true, cascade: true, 'set-null': true, 'set-default': true })

type Named = Exclude<Identity, { kind: 'rowid' }>
const named: Shape<Identity> = object<Named>({ kind: oneOf<Named['kind']>({ serial: true, always: true, 'by-default': true }), sequence: text })
const identity = variants<'kind', Identity>('kind', {
  rowid: object<Extract<Identity, { kind: 'rowid' }>>({ kind: oneOf<'rowid'>({ rowid: true }), autoincrement: flag }),
  serial: named,
  always: named,
  'by-default': named,
})

const column = object<Column>({
  name: text,
  type: object<ColumnType>({ declared: text, encoding: encoding(0), dynamic: flag }),
  nullable: flag,
  default: nullable(text),
  identity: nullable(identity),
  generated: nullable(object<{ expression: string; stored: boolean }>({ expression: text, stored: flag })),
  collation: nullable(text),
})

const key = object<Key>({ name: nullable(text), columns: list(text), deferrability, nullsNotDistinct: flag })

const reference = object<Reference>({
  name: nullable(text), columns: list(text), table: text, targetColumns: list(text), onUpdate: action, onDelete: action,
  match: oneOf<Reference['match']>({ simple: true, full: true }), deferrability, validated: flag,
})

const check = object<Check>({ name: nullable(text), expression: text, validated: flag })

const indexPart: Shape<IndexPart> = (value, path) =>
  Object.hasOwn(keyed(value, path), 'column')
    ? object<Extract<IndexPart, { column: string }>>({ column: text, descending: flag })(value, path)
    : object<Extract<IndexPart, { expression: string }>>({ expression: text, descending: flag })(value, path)

const index = object<Index>({ name: text, unique: flag, method: text, parts: list(indexPart), condition: nullable(text), ddl: text })

const bareTable = object<Table>({
  id: text,
  namespace: nullable(text),
  name: text,
  traits: list(oneOf<TableTrait>({ strict: true, 'without-rowid': true, virtual: true, partitioned: true, unlogged: true })),
  columns: list(column),
  primaryKey: nullable(key),
  uniques: list(key),
  references: list(reference),
  checks: list(check),
  indexes: list(index),
  ddl: nullable(text),
})

/** A table whose columns have distinct names. */
export const tableShape: Shape<Table> = (value, path) => {
  const table = bareTable(value, path)
  distinct(table.columns.map(({ name }) => name), `${path}.columns`, 'name')
  return table
}

const type = variants<'kind', UserType>('kind', {
  enum: object<Extract<UserType, { kind: 'enum' }>>({ kind: oneOf<'enum'>({ enum: true }), id: text, namespace: text, name: text, labels: list(text) }),
  domain: object<Extract<UserType, { kind: 'domain' }>>({
    kind: oneOf<'domain'>({ domain: true }), id: text, namespace: text, name: text, base: text, collation: nullable(text), nullable: flag,
    default: nullable(text), checks: list(check),
  }),
  composite: object<Extract<UserType, { kind: 'composite' }>>({
    kind: oneOf<'composite'>({ composite: true }), id: text, namespace: text, name: text,
    fields: list(object<{ name: string; declared: string; collation: string | null }>({ name: text, declared: text, collation: nullable(text) })),
  }),
  range: object<Extract<UserType, { kind: 'range' }>>({ kind: oneOf<'range'>({ range: true }), id: text, namespace: text, name: text, subtype: text }),
})

const bigint = matching(/^-?\d{1,19}$/, 'whole number of 64 bits')

const sequence = object<Sequence>({
  id: text, namespace: nullable(text), name: text,
  ownedBy: nullable(object<{ table: string; column: string }>({ table: text, column: text })),
  dataType: text, start: bigint, increment: bigint, min: bigint, max: bigint, cache: bigint, cycle: flag, last: nullable(bigint),
})

const PAGE_SIZES: ReadonlySet<unknown> = new Set([512, 1024, 2048, 4096, 8192, 16384, 32768, 65536])
const pageSize: Shape<number> = (value, path) => (typeof value === 'number' && PAGE_SIZES.has(value) ? value : misshapen(path, 'no page size of SQLite'))
const int32: Shape<number> = (value, path) => (typeof value === 'number' && (value | 0) === value ? value : misshapen(path, 'no whole number of 32 bits'))

const file = object<FileSettings>({
  userVersion: int32,
  applicationId: int32,
  encoding: oneOf<FileSettings['encoding']>({ 'UTF-8': true, 'UTF-16le': true, 'UTF-16be': true }),
  pageSize,
  autoVacuum: oneOf<FileSettings['autoVacuum']>({ none: true, full: true, incremental: true }),
  journal: oneOf<FileSettings['journal']>({ rollback: true, wal: true }),
})

const shape = object<Schema>({
  engine: oneOf<Engine>({ sqlite: true, postgresql: true }),
  engineVersion: text,
  extensions: list(text),
  types: list(type),
  sequences: list(sequence),
  tables: list(tableShape),
  statements: list(object<Statement>({ kind: oneOf<Statement['kind']>({ view: true, trigger: true, 'virtual-table': true }), name: text, table: nullable(text), ddl: text })),
  leftOut: list(object<LeftOut>({ kind: text, name: text, reason: text })),
  file: optional(nullable(file), null),
})

/** A schema as `schema.json` holds it: the whole type, table ids unique, column names unique in their table. */
export const schemaShape: Shape<Schema> = (value, path) => {
  const schema = shape(value, path)
  distinct(schema.tables.map(({ id }) => id), `${path}.tables`, 'id')
  return schema
}

function distinct(names: readonly string[], path: string, key: string): void {
  const seen = new Set<string>()
  names.forEach((name, i) => (seen.has(name) ? misshapen(`${path}[${i}].${key}`, 'given twice') : seen.add(name)))
}
