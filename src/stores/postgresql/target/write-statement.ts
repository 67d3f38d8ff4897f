import { ACTION, type JudgedTable } from '../../merge/judged-table.js'
import { join, sql, verbatim, type Sql } from '../../sql.js'
import { rowsOf, verdictsOf, T, V, type PendingWrite } from './pending-write.js'

/**
 * One statement that deletes, updates and inserts the rows of all these tables, or null when there is nothing to do.
 *
 * One statement, because the server checks a foreign key that is not deferrable at the end of the statement: so rows of
 * a cycle, a reference to a row that comes with the same import, and a key that moves from one row to another all hold.
 * Within a table the parts wait for each other (each reads the count of the one before): a row deleted or updated
 * first gives its unique values up for the next. It returns one row: how many rows each part wrote, as `expectedCounts`.
 */
export function writeStatement(writes: readonly PendingWrite[]): Sql | null {
  const parts: Sql[] = []
  const counts: Sql[] = []
  for (const [index, write] of writes.entries()) {
    let before = sql``
    const add = (kind: string, statement: Sql): void => {
      const name = verbatim(`${kind}${index}`)
      const count = sql`(SELECT pg_catalog.count(*) FROM ${name})`
      parts.push(sql`${name} AS (${statement} RETURNING 1)`)
      counts.push(count)
      before = sql` AND ${count} >= 0`
    }
    const { judged } = write
    if (judged !== null && write.deletes > 0) add('d', deletion(write, judged))
    if (judged !== null && write.updates > 0) add('u', update(write, judged, before))
    if (write.inserts > 0) add('i', insertion(write, before))
  }
  return parts.length === 0 ? null : sql`WITH ${join(parts)} SELECT ${join(counts)}`
}

/** What the statement must have written, in its order. */
export function expectedCounts(writes: readonly PendingWrite[]): readonly number[] {
  return writes.flatMap(({ deletes, updates, inserts }) => [deletes, updates, inserts].filter((count) => count > 0))
}

function deletion({ relation }: PendingWrite, judged: JudgedTable): Sql {
  return sql`DELETE FROM ${relation.only} t USING ${verdictsOf(judged, ACTION.delete)} WHERE ${judged.merge.located(T, V)}`
}

function update(write: PendingWrite, judged: JudgedTable, after: Sql): Sql {
  const set = join(write.columns.filter((column) => !column.always).map((column) => sql`${column.sql} = s.${column.sql}`))
  return sql`UPDATE ${write.relation.only} t SET ${set} FROM ${rowsOf(write, ACTION.update)} WHERE ${judged.merge.located(T, V)}${after}`
}

function insertion(write: PendingWrite, after: Sql): Sql {
  const { relation, columns, ordinal } = write
  const names = columns.length === 0 ? sql`` : sql` (${join(columns.map((column) => column.sql))})`
  const overriding = columns.some((column) => column.identity) ? sql` OVERRIDING SYSTEM VALUE` : sql``
  const values = join(columns.map((column) => sql`s.${column.sql}`))
  return sql`INSERT INTO ${relation.sql}${names}${overriding} SELECT ${values} FROM ${rowsOf(write, ACTION.insert)} WHERE true${after} ORDER BY s.${ordinal}`
}
