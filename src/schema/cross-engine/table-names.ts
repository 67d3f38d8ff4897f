import { HoldallError } from '../../errors/holdall-error.js'
import { present } from '../../errors/present.js'
import type { Engine, Table } from '../schema.js'
import { tableId } from '../table-id.js'

export interface TableName {
  readonly id: string
  readonly namespace: string | null
  readonly name: string
}

/** Longest name in PostgreSQL, in bytes of UTF-8. */
export const LONGEST_NAME = 63
const SYSTEM_COLUMNS = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'])
const MOST_COLUMNS = 1600

/**
 * What a table is called in the other engine. PostgreSQL's `audit.users` is the SQLite table named `audit.users`, and
 * goes back to the schema `audit`; a name of any other shape is kept as it is, in `public`.
 */
export function crossTableName(table: Pick<Table, 'id' | 'namespace' | 'name'>, to: Engine): TableName {
  return to === 'sqlite' ? toSqlite(table) : toPostgresql(table.name)
}

function toSqlite(table: Pick<Table, 'id' | 'namespace' | 'name'>): TableName {
  // A table of `public` whose own name reads as `schema.name` must not come back into that schema.
  const plain = (table.namespace ?? 'public') === 'public' && toPostgresql(table.name).id === table.id
  const name = plain ? table.name : table.id
  return { id: tableId(null, name), namespace: null, name }
}

const PART = String.raw`([^."]+|"(?:[^"]|"")*")`
const TWO_PARTS = new RegExp(`^${PART}\\.${PART}$`)

function toPostgresql(sqliteName: string): TableName {
  const [, first, second] = TWO_PARTS.exec(sqliteName) ?? []
  const namespace = first === undefined ? 'public' : unquote(first)
  const named = (schema: string, name: string): TableName => ({ id: tableId(schema, name), namespace: schema, name })
  if (second !== undefined && namespace !== '' && namespace !== 'public' && !/^(?:pg_|information_schema$)/.test(namespace)) {
    const found = named(namespace, unquote(second))
    // Only a name that is exactly an id, so that every SQLite name keeps a table of its own.
    if (found.id === sqliteName) return found
  }
  const whole = /^"((?:[^"]|"")+)"$/.test(sqliteName) ? named('public', unquote(sqliteName)) : null
  return whole?.id === sqliteName ? whole : named('public', sqliteName)
}

function unquote(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part
}

/**
 * Names of all tables, by id, and a look at all that would not be told apart or accepted there.
 * @throws SCHEMA_UNSUPPORTED two names that are one in the other engine, or a name it does not take
 */
export function crossTableNames(tables: readonly Table[], to: Engine): ReadonlyMap<string, TableName> {
  const names = new Map(tables.map((table) => [table.id, crossTableName(table, to)]))
  const problems = [
    ...collisions([...names].map(([id, name]) => [`table ${id}`, to === 'sqlite' ? fold(name.name) : name.id]), to),
    ...tables.flatMap((table) => tableProblems(table, present(names.get(table.id)), to)),
  ]
  const [first] = problems
  if (first !== undefined) {
    throw new HoldallError('SCHEMA_UNSUPPORTED', { message: first, hint: 'Rename it at the source, or leave the table out with --exclude.', details: problems.slice(1) })
  }
  return names
}

function tableProblems(table: Table, name: TableName, to: Engine): readonly string[] {
  const columns = table.columns.map((column) => column.name)
  if (to === 'sqlite') {
    const problems = collisions(columns.map((column) => [`column ${table.id}.${column}`, fold(column)]), to)
    if (columns.length === 0) problems.push(`table ${table.id} has no columns, and SQLite has no such tables`)
    if (/^sqlite_/i.test(name.name)) problems.push(`table ${table.id} has a name that SQLite keeps for itself`)
    return problems
  }
  const problems: string[] = []
  for (const part of [name.namespace ?? '', name.name]) {
    if (Buffer.byteLength(part) > LONGEST_NAME) problems.push(`the name of table ${table.id} is longer than the ${LONGEST_NAME} bytes PostgreSQL keeps`)
  }
  if (name.name === '') problems.push('a table has an empty name, which PostgreSQL does not take')
  for (const column of columns) {
    if (Buffer.byteLength(column) > LONGEST_NAME) problems.push(`the name of column ${table.id}.${column} is longer than the ${LONGEST_NAME} bytes PostgreSQL keeps`)
    if (column === '') problems.push(`table ${table.id} has a column with an empty name, which PostgreSQL does not take`)
    if (SYSTEM_COLUMNS.has(column)) problems.push(`column ${table.id}.${column} has the name of a system column of PostgreSQL`)
  }
  if (columns.length > MOST_COLUMNS) problems.push(`table ${table.id} has ${columns.length} columns, and PostgreSQL takes at most ${MOST_COLUMNS}`)
  return problems
}

function collisions(named: readonly (readonly [string, string])[], to: Engine): string[] {
  const seen = new Map<string, string>()
  const problems: string[] = []
  for (const [shown, folded] of named) {
    const other = seen.get(folded)
    if (other !== undefined) problems.push(`${other} and ${shown} would be one ${to === 'sqlite' ? 'name in SQLite, which does not tell case apart' : 'name in PostgreSQL'}`)
    else seen.set(folded, shown)
  }
  return problems
}

/** SQLite folds A to Z only. */
export function fold(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
