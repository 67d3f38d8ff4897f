import type { ProjectPath } from '../schema/project-path.js'
import type { Table } from '../schema/schema.js'
import { ident, join, literal, sql, type Sql } from './sql.js'

/** Ways that lead through tables which are not there lead nowhere. Null: none is left. `project` holds no U+0000. */
export function projectClause(table: Table, paths: readonly ProjectPath[], project: string, tables: ReadonlyMap<string, Table>): Sql | null {
  const clauses = paths.flatMap((path) => pathClause(table, path, project, tables) ?? [])
  return clauses.length === 0 ? null : sql`(${join(clauses, ' OR ')})`
}

function pathClause(table: Table, path: ProjectPath, project: string, tables: ReadonlyMap<string, Table>): Sql | null {
  const name = ident(path.column)
  if (path.kind === 'column') return sql`${asText(table, path.column)} = ${literal(project)}`
  const target = tables.get(path.table)
  const then = target === undefined ? null : pathClause(target, path.then, project, tables)
  const key = path.targetColumn ?? target?.primaryKey?.columns[0]
  if (target === undefined || then === null || key === undefined) return null
  return sql`${name} IN (SELECT ${ident(key)} FROM ${ident(target.namespace, target.name)} WHERE ${then})`
}

/** The column as it is where it holds text, so that an index can serve; what holds numbers or UUIDs would be at odds with some ids. */
function asText(table: Table, column: string): Sql {
  const type = table.columns.find(({ name }) => name === column)?.type
  return type?.encoding.family === 'text' ? ident(column) : sql`CAST(${ident(column)} AS text)`
}
