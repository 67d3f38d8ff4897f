import { ident, join, literal, sql, type Sql } from './sql.js'

/** Rows by texts that a column holds. */
export interface HeldValues {
  readonly column: string
  /** None of them holds U+0000. */
  readonly values: readonly string[]
}

/** Never NULL: true for rows that hold one of the values in one of the columns. `of` is an alias of the table, where one is needed. */
export function holdsAny(rules: readonly HeldValues[], of: Sql | null = null): Sql {
  const clauses = rules.map(({ column, values }) => {
    const name = of === null ? ident(column) : sql`${of}.${ident(column)}`
    return sql`coalesce(CAST(${name} AS text) IN (${join(values.map(literal))}), 1 = 0)`
  })
  return clauses.length === 0 ? sql`1 = 0` : sql`(${join(clauses, ' OR ')})`
}
