import type { Index, Table } from '../../../schema/schema.js'
import { ident, join, sql, verbatim, type Sql } from '../../sql.js'

/** CREATE INDEX from the model, for an index that another engine described. */
export function createIndexStatement(table: Table, index: Index): Sql {
  const parts = index.parts.map((part) => sql`${'column' in part ? ident(part.column) : verbatim(part.expression)}${part.descending ? sql` DESC` : sql``}`)
  const condition = index.condition === null ? sql`` : sql` WHERE ${verbatim(index.condition)}`
  return sql`CREATE ${index.unique ? sql`UNIQUE ` : sql``}INDEX ${ident(index.name)} ON ${ident(table.name)} (${join(parts)})${condition}`
}
